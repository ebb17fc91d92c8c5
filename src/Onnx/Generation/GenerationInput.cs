namespace MLSeqGraph.Onnx;

/// <summary>What sequences are generated from: a source each for models with an encoder, a prompt each, or both.</summary>
public sealed class GenerationInput
{
    private const long UnknownToken = -1;

    private GenerationInput(IReadOnlyList<long[]>? sources, IReadOnlyList<long[]>? prompts) => (Sources, Prompts) = (sources, prompts);

    /// <summary>The sources' tokens, a row per sequence; null without.</summary>
    public IReadOnlyList<long[]>? Sources { get; }

    /// <summary>What each sequence goes on from; null where each begins with the model's start token.</summary>
    public IReadOnlyList<long[]>? Prompts { get; }

    /// <summary>Sequences to write.</summary>
    public int Count => Sources?.Count ?? Prompts!.Count;

    /// <summary>A sequence for each source.</summary>
    public static GenerationInput FromSources(params long[][] sources) => FromSources((IReadOnlyList<long[]>)sources);

    /// <inheritdoc cref="FromSources(long[][])"/>
    public static GenerationInput FromSources(IReadOnlyList<long[]> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new(sources, null);
    }

    /// <summary>A sequence for each prompt. Without a start token in front none is put there.</summary>
    public static GenerationInput FromPrompts(params long[][] prompts) => FromPrompts((IReadOnlyList<long[]>)prompts);

    /// <inheritdoc cref="FromPrompts(long[][])"/>
    public static GenerationInput FromPrompts(IReadOnlyList<long[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return new(null, prompts);
    }

    /// <summary>A sequence for each source, each going on from a prompt.</summary>
    public static GenerationInput From(IReadOnlyList<long[]> sources, IReadOnlyList<long[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(prompts);
        return sources.Count == prompts.Count ? new(sources, prompts)
            : throw new ArgumentException($"There are {sources.Count} sources and {prompts.Count} prompts; expected as many.");
    }

    internal static GenerationInput Row(GenerationInput input, int row) =>
        new(input.Sources is null ? null : [input.Sources[row]], input.Prompts is null ? null : [input.Prompts[row]]);

    /// <summary>The prompts, each with at least one token.</summary>
    /// <exception cref="ArgumentException">
    /// A row is empty, a token is outside the vocabulary, or a sequence too long for the model.
    /// </exception>
    internal long[][] Check(DecoderModel model)
    {
        if (model.Encoder is null != Sources is null)
            throw new ArgumentException(model.Encoder is null ? "The model has no encoder: it takes prompts and no sources."
                : "The model has an encoder: it takes a source for each sequence.");
        if (Count == 0)
            throw new ArgumentException("There is nothing to generate from: expected at least one source or prompt.");
        for (var row = 0; row < (Sources?.Count ?? 0); row++)
        {
            if (Sources![row].Length == 0)
                throw new ArgumentException($"Source {row} is empty; expected at least one token.");
            if (Sources[row].Length > model.Info.MaximumSource)
                throw new ArgumentException(
                    $"Source {row} has {Sources[row].Length} tokens; the model takes at most {model.Info.MaximumSource}.");
            foreach (var token in Sources[row])
                if (token < 0 || token >= model.Info.SourceVocabulary)
                    throw new ArgumentException($"Source {row} has the token {token}; expected 0 to {model.Info.SourceVocabulary - 1}.");
        }
        if (Prompts is null && model.Info.StartToken is null)
            throw new ArgumentException("The model names no start token: expected a prompt for each sequence.");
        var prompts = new long[Count][];
        for (var row = 0; row < prompts.Length; row++)
        {
            prompts[row] = Prompts?[row] ?? [model.Info.StartToken!.Value];
            if (prompts[row].Length == 0)
                throw new ArgumentException($"Prompt {row} is empty; expected at least one token.");
            if (prompts[row].Length > model.Info.MaximumPositions)
                throw new ArgumentException(
                    $"Prompt {row} has {prompts[row].Length} tokens; the model knows {model.Info.MaximumPositions} positions.");
            foreach (var token in prompts[row])
                if (token < 0 || token >= model.Vocabulary)
                    throw new ArgumentException($"Prompt {row} has the token {token}; expected 0 to {model.Vocabulary - 1}.");
        }
        return prompts;
    }

    /// <summary>What the encoder makes of the sources, each row as often as asked for; empty without an encoder.</summary>
    internal (IReadOnlyDictionary<string, TensorData> Values, int SourceTime) Encode(DecoderModel model, int copies,
        CancellationToken cancellation)
    {
        if (model.Encoder is null || Sources is null)
            return (new Dictionary<string, TensorData>(), 0);
        var time = Sources!.Max(source => source.Length);
        var padded = new long[Count * time];
        var padding = model.Info.SourcePadding;
        Array.Fill(padded, padding ?? 0);
        for (var row = 0; row < Count; row++)
        {
            Sources[row].CopyTo(padded, row * time);
            // The last token is what the encoder counts by.
            if (Sources[row][^1] == padding)
                padded[row * time + Sources[row].Length - 1] = UnknownToken;
        }
        var inputs = new Dictionary<string, TensorData> { [DecoderModel.Source] = TensorData.Create(padded, Count, time) };
        if (model.Encoder.Inputs.Any(input => input.Name == DecoderModel.SourceLengths))
            inputs[DecoderModel.SourceLengths] = TensorData.Vector([.. Sources.Select(source => (long)source.Length)]);
        else if (padding is null && Sources.Any(source => source.Length != time))
            throw new ArgumentException(
                $"The encoder has no input '{DecoderModel.SourceLengths}': the sources of one call have one length; got "
                    + $"{Sources.Min(source => source.Length)} to {time}.");
        var outputs = model.Encoder.Run(inputs, cancellation: cancellation);
        return (copies == 1 ? outputs
            : outputs.ToDictionary(output => output.Key, output => Repeat(model, output.Key, output.Value, copies)), time);
    }

    // Every row of the batch axis, copies times in a row.
    private static TensorData Repeat(DecoderModel model, string name, TensorData value, int copies)
    {
        var axis = model.States.FirstOrDefault(state => state.Past == name)?.BatchAxis
            ?? Math.Max(0, model.Encoder!.Outputs.First(output => output.Name == name).Shape.ToList()
                .FindIndex(dim => dim == DecoderModel.Batch));
        return value.Type switch
        {
            ElementType.Float => Repeat<float>(value, axis, copies),
            ElementType.Int64 => Repeat<long>(value, axis, copies),
            ElementType.Int32 => Repeat<int>(value, axis, copies),
            ElementType.Bool => Repeat<bool>(value, axis, copies),
            _ => throw new NotSupportedException(
                $"The encoder's output '{name}' is of type {value.Type}, which beam search can't repeat; expected Float, Int64, Int32 or "
                    + "Bool."),
        };
    }

    private static TensorData Repeat<T>(TensorData value, int axis, int copies) where T : unmanaged
    {
        var elements = value.As<T>();
        long[] sizes = [.. value.Sizes];
        var inner = (int)sizes[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
        var result = new T[elements.Length * copies];
        for (var row = 0; row < elements.Length / Math.Max(1, inner); row++)
            for (var copy = 0; copy < copies; copy++)
                elements.AsSpan(row * inner, inner).CopyTo(result.AsSpan((row * copies + copy) * inner));
        sizes[axis] *= copies;
        return TensorData.Create(result, sizes);
    }
}
