namespace MLSeqGraph.Onnx;

/// <summary>
/// The inputs that sequences are generated from: for each sequence a source (for models with an encoder), a prompt, or both.
/// </summary>
public sealed class GenerationInput
{
    private const long UnknownToken = -1;

    private GenerationInput(IReadOnlyList<long[]>? sources, IReadOnlyList<long[]>? prompts) => (Sources, Prompts) = (sources, prompts);

    private GenerationInput(GenerationInput other) => (Sources, Prompts, Inputs) = (other.Sources, other.Prompts, other.Inputs);

    /// <summary>The sources' tokens, a row per sequence; null without.</summary>
    public IReadOnlyList<long[]>? Sources { get; }

    /// <summary>The tokens that each sequence continues; null where each begins with the model's start token.</summary>
    public IReadOnlyList<long[]>? Prompts { get; }

    /// <summary>The model's further inputs by name, their first axis that of the sequences; empty without.</summary>
    public IReadOnlyDictionary<string, TensorData> Inputs { get; private init; } = new Dictionary<string, TensorData>();

    /// <summary>Number of sequences to write.</summary>
    public int Count => Sources?.Count ?? Prompts!.Count;

    /// <summary>A sequence for each source.</summary>
    public static GenerationInput FromSources(params long[][] sources) => FromSources((IReadOnlyList<long[]>)sources);

    /// <inheritdoc cref="FromSources(long[][])"/>
    public static GenerationInput FromSources(IReadOnlyList<long[]> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new(sources, null);
    }

    /// <summary>A sequence for each prompt. No start token is added to prompts.</summary>
    public static GenerationInput FromPrompts(params long[][] prompts) => FromPrompts((IReadOnlyList<long[]>)prompts);

    /// <inheritdoc cref="FromPrompts(long[][])"/>
    public static GenerationInput FromPrompts(IReadOnlyList<long[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return new(null, prompts);
    }

    /// <summary>A sequence for each source, which continues a prompt.</summary>
    /// <exception cref="ArgumentException">There are more of the one than of the other.</exception>
    public static GenerationInput From(IReadOnlyList<long[]> sources, IReadOnlyList<long[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(prompts);
        return sources.Count == prompts.Count ? new(sources, prompts)
            : throw new ArgumentException($"There are {sources.Count} sources and {prompts.Count} prompts; expected as many.");
    }

    /// <summary>The same, with a further input of the model: what else it was trained to write by.</summary>
    /// <param name="name">The input's name: that of its column, or the one given to it.</param>
    /// <param name="values">
    /// A row a sequence: of a vector Float [sequences, features], of a category Int64 [sequences], from 1; 0 for none.
    /// </param>
    public GenerationInput With(string name, TensorData values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        return new(this) { Inputs = new Dictionary<string, TensorData>(Inputs) { [name] = values } };
    }

    internal GenerationInput WithPrompts(IReadOnlyList<long[]> prompts) => new(Sources, prompts) { Inputs = Inputs };

    internal GenerationInput Rows(params int[] rows) =>
        new(Sources is null ? null : [.. rows.Select(row => Sources[row])], Prompts is null ? null : [.. rows.Select(row => Prompts[row])])
        {
            Inputs = Inputs.ToDictionary(input => input.Key, input => Take(input.Key, input.Value, 0, rows)),
        };

    /// <summary>The prompts, each with at least one token.</summary>
    /// <exception cref="ArgumentException">
    /// A row is empty, a token is outside the vocabulary, or a sequence is too long for the model.
    /// </exception>
    internal long[][] Check(DecoderModel model)
    {
        if (model.ReadsSource != Sources is not null)
            throw new ArgumentException(model.ReadsSource ? "The model has an encoder: it takes a source for each sequence."
                : model.Inputs.Count == 0 ? "The model has no encoder: it takes prompts and no sources."
                : $"The encoder reads no tokens: it takes prompts, and by {nameof(With)} {string.Join("; ", model.Inputs)}.");
        if (Count == 0)
            throw new ArgumentException("There is nothing to generate from: expected at least one source or prompt.");
        CheckInputs(model);
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

    private void CheckInputs(DecoderModel model)
    {
        foreach (var name in Inputs.Keys)
            if (model.Inputs.All(input => input.Name != name))
                throw new ArgumentException($"The model has no input '{name}'; its further inputs: {(model.Inputs.Count == 0 ? "none"
                    : string.Join("; ", model.Inputs))}.");
        foreach (var input in model.Inputs)
        {
            if (!Inputs.TryGetValue(input.Name, out var values))
                throw new ArgumentException($"The model reads the input {input}: give it by {nameof(GenerationInput)}.{nameof(With)}.");
            if (values.Type != input.Type || values.Sizes.Count != input.Shape.Rank || values.Sizes[0] != Count
                || values.Sizes.Where((size, axis) => input.Shape[axis].IsKnown && input.Shape[axis].Size != size).Any())
                throw new ArgumentException($"Input '{input.Name}' is {values.Type} [{string.Join(", ", values.Sizes)}] for {Count} "
                    + $"sequences; expected {input}.");
        }
    }

    /// <summary>What the encoder makes of sources and further inputs, each row as often as asked for; empty without an
    /// encoder.</summary>
    internal (IReadOnlyDictionary<string, TensorData> Values, int SourceTime) Encode(DecoderModel model, int copies,
        CancellationToken cancellation)
    {
        if (model.Encoder is null)
            return (new Dictionary<string, TensorData>(), 0);
        var inputs = new Dictionary<string, TensorData>(Inputs);
        var time = model.ReadsSource ? AddSources(model, inputs) : 0;
        var outputs = model.Encoder.Run(inputs, cancellation: cancellation);
        if (copies == 1)
            return (outputs, time);
        int[] rows = [.. Enumerable.Range(0, Count * copies).Select(row => row / copies)];
        return (outputs.ToDictionary(output => output.Key,
            output => Take(output.Key, output.Value, BatchAxis(model, output.Key), rows)), time);
    }

    // The steps of the longest source.
    private int AddSources(DecoderModel model, Dictionary<string, TensorData> inputs)
    {
        var time = Sources!.Max(source => source.Length);
        var padded = new long[Count * time];
        var padding = model.Info.SourcePadding;
        Array.Fill(padded, padding ?? 0);
        for (var row = 0; row < Count; row++)
        {
            Sources![row].CopyTo(padded, row * time);
            // The encoder counts the tokens up to the last one that isn't padding.
            if (Sources[row][^1] == padding)
                padded[row * time + Sources[row].Length - 1] = UnknownToken;
        }
        inputs[DecoderModel.Source] = TensorData.Create(padded, Count, time);
        if (model.Encoder!.Inputs.Any(input => input.Name == DecoderModel.SourceLengths))
            inputs[DecoderModel.SourceLengths] = TensorData.Vector([.. Sources!.Select(source => (long)source.Length)]);
        else if (padding is null && Sources!.Any(source => source.Length != time))
            throw new ArgumentException(
                $"The encoder has no input '{DecoderModel.SourceLengths}': the sources of one call have one length; got "
                    + $"{Sources!.Min(source => source.Length)} to {time}.");
        return time;
    }

    private static int BatchAxis(DecoderModel model, string output) =>
        model.States.FirstOrDefault(state => state.Past == output)?.BatchAxis
            ?? Math.Max(0, model.Encoder!.Outputs.First(found => found.Name == output).Shape.ToList()
                .FindIndex(dim => dim == DecoderModel.Batch));

    // These rows along an axis.
    private static TensorData Take(string name, TensorData value, int axis, int[] rows) => value.Type switch
    {
        ElementType.Float => Take<float>(value, axis, rows),
        ElementType.Int64 => Take<long>(value, axis, rows),
        ElementType.Int32 => Take<int>(value, axis, rows),
        ElementType.Bool => Take<bool>(value, axis, rows),
        _ => throw new NotSupportedException(
            $"The encoder's '{name}' is of type {value.Type}, whose rows can't be repeated; expected Float, Int64, Int32 or Bool."),
    };

    private static TensorData Take<T>(TensorData value, int axis, int[] rows) where T : unmanaged
    {
        var elements = value.As<T>();
        long[] sizes = [.. value.Sizes];
        var inner = (int)sizes[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
        var outer = (int)sizes[..axis].Aggregate(1L, (product, size) => product * size);
        var count = (int)sizes[axis];
        var result = new T[outer * rows.Length * inner];
        for (var at = 0; at < outer; at++)
            for (var i = 0; i < rows.Length; i++)
                elements.AsSpan((at * count + rows[i]) * inner, inner).CopyTo(result.AsSpan((at * rows.Length + i) * inner));
        sizes[axis] = rows.Length;
        return TensorData.Create(result, sizes);
    }
}
