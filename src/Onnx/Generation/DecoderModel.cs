namespace MLSeqGraph.Onnx;

/// <summary>An encoder and a decoder, checked to fit together.</summary>
internal sealed class DecoderModel : IDisposable
{
    private readonly TensorInfo? _attention;

    internal const string PastPrefix = "past.", PresentPrefix = "present.", Batch = "batch", Cache = "cache", Past = "past",
        Time = "time";
    internal const string Source = "source", SourceLengths = "source_lengths", Tokens = "tokens", Position = "position", Logits = "logits",
        Attention = "attention", Score = "Score";

    /// <param name="encoder">The encoder; null for none.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="isOfSteps">Whether it reads steps of any inputs and gives scores, where others read tokens and give logits.</param>
    internal DecoderModel(OnnxSession? encoder, OnnxSession decoder, bool isOfSteps = false)
    {
        (Encoder, Decoder) = (encoder, decoder);
        Info = GenerationInfo.FromMetadata(decoder.Metadata);
        if (!isOfSteps)
            CheckInput(decoder, "decoder", Tokens, 2);
        Output = isOfSteps ? Score : Logits;
        Fed = [.. decoder.Inputs.Where(input => isOfSteps ? input.Name != Position && !IsPast(input) && !input.IsOptional
            && input.Shape.All(dim => dim.IsKnown || dim == Batch || dim == Time) : input.Name == Tokens)];
        HasPosition = decoder.Inputs.Any(input => input.Name == Position);
        // Without a source an encoder reads further inputs alone.
        if (encoder is not null && (ReadsSource || Info.SourceVocabulary is not null || encoder.Inputs.Count == 0))
            CheckInput(encoder, "encoder", Source, 2);
        Inputs = [.. encoder?.Inputs.Where(input => input.Name is not (Source or SourceLengths) && !input.IsOptional) ?? []];
        var logits = decoder.Outputs.FirstOrDefault(output => output.Name == Output);
        if (logits is not { Type: ElementType.Float, Shape.Rank: 3 } || !logits.Shape[2].IsKnown)
            throw new InvalidDataException(
                $"The decoder has no output '{Output}', Float [batch, steps, vocabulary] with a known vocabulary; its outputs: "
                    + $"{string.Join("; ", decoder.Outputs)}.");
        Vocabulary = (int)logits.Shape[2].Size;
        States = [.. decoder.Inputs.Where(IsPast).Select(State)];
        Constants = [.. decoder.Inputs.Where(input => input.Name != Position && !Fed.Contains(input) && !IsPast(input)
            && !input.IsOptional)];
        _attention = decoder.Outputs.FirstOrDefault(output => output.Name == Attention);
        // Of tokens it has the cache's size, which isn't known beforehand for a growing cache.
        HasAttention = _attention is not null && (ReadsSource || LooksAtSource || States.Any(state => state.IsCache));
        StateSessions = new(States, decoder.Target);
        // A model of steps is given them by its caller.
        foreach (var constant in Constants)
            CheckFirst(constant.Name, constant, isNeeded: !isOfSteps);
        foreach (var state in States)
            CheckFirst(state.Past, decoder.Inputs.First(input => input.Name == state.Past), isNeeded: false);
        foreach (var token in (long[])[.. Info.EndTokens ?? [], .. Info.SuppressedTokens ?? [],
            .. Info.StartToken is { } start ? (long[])[start] : []])
            if (token < 0 || token >= Vocabulary)
                throw new InvalidDataException(
                    $"The decoder's metadata '{GenerationInfo.Key}' names the token {token}; expected 0 to {Vocabulary - 1}.");
    }

    internal OnnxSession? Encoder { get; }

    internal OnnxSession Decoder { get; }

    /// <summary>What is fed at every step.</summary>
    internal IReadOnlyList<TensorInfo> Fed { get; }

    /// <summary>The output of every step.</summary>
    internal string Output { get; }

    /// <summary>Whether the encoder reads a source.</summary>
    internal bool ReadsSource => Encoder?.Inputs.Any(input => input.Name == Source) == true;

    /// <summary>What the encoder reads besides a source.</summary>
    internal IReadOnlyList<TensorInfo> Inputs { get; }

    internal GenerationInfo Info { get; }

    internal int Vocabulary { get; }

    internal bool HasPosition { get; }

    internal bool HasAttention { get; }

    /// <summary>The steps of an encoded source that each token looks at; null where it looks at tokens.</summary>
    /// <param name="first">The encoder's outputs.</param>
    /// <param name="sourceTime">Steps of the source's tokens.</param>
    internal int? Looked(IReadOnlyDictionary<string, TensorData> first, int sourceTime)
    {
        if (!LooksAtSource)
            return ReadsSource ? sourceTime : null;
        var steps = _attention!.Shape[2];
        if (steps.IsKnown)
            return (int)steps.Size;
        var constant = Constants.First(constant => constant.Shape.Contains(steps));
        return (int)first[constant.Name].Sizes[Enumerable.Range(0, constant.Shape.Rank).First(axis => constant.Shape[axis] == steps)];
    }

    // Whether the steps looked at are a fixed number, or those of what the encoder gives.
    private bool LooksAtSource => _attention is { Shape: { Rank: 3 } looked }
        && (looked[2].IsKnown || Constants.Any(constant => constant.Shape.Contains(looked[2])));

    internal IReadOnlyList<DecoderModelState> States { get; }

    /// <summary>What is done to states between steps.</summary>
    internal StateSessions StateSessions { get; }

    /// <summary>Inputs of the decoder that stay what the encoder gave.</summary>
    internal IReadOnlyList<TensorInfo> Constants { get; }

    public void Dispose()
    {
        StateSessions.Dispose();
        Encoder?.Dispose();
        Decoder.Dispose();
    }

    private static bool IsPast(TensorInfo input) => input.Name.StartsWith(PastPrefix, StringComparison.Ordinal);

    private DecoderModelState State(TensorInfo past)
    {
        var name = past.Name[PastPrefix.Length..];
        var present = Decoder.Outputs.FirstOrDefault(output => output.Name == PresentPrefix + name)
            ?? throw new InvalidDataException(
                $"The decoder has an input '{past.Name}' and no output '{PresentPrefix}{name}'; its outputs: "
                    + $"{string.Join("; ", Decoder.Outputs)}.");
        if (past.Type != ElementType.Float || present.Type != past.Type || present.Shape.Rank != past.Shape.Rank)
            throw new InvalidDataException(
                $"The decoder's state '{name}': expected the same Float tensor in and out; got {past} and {present}.");
        if (!past.Shape.Any(dim => dim == Batch))
            throw new InvalidDataException($"The decoder's state '{name}' has no axis called '{Batch}'; got {past}.");
        for (var axis = 0; axis < past.Shape.Rank; axis++)
            if (past.Shape[axis].IsKnown && present.Shape[axis].IsKnown && past.Shape[axis] != present.Shape[axis])
                throw new InvalidDataException($"The decoder's state '{name}': got {past} and {present}, which differ at axis {axis}.");
        var open = past.Shape.Where(dim => !dim.IsKnown && dim != Batch).ToArray();
        return open switch
        {
            [] => new(name, past.Shape, DecoderStateKind.Recurrent),
            [var dim] when dim == Cache => new(name, past.Shape, DecoderStateKind.Cache),
            [var dim] when dim == Past => new(name, past.Shape, DecoderStateKind.Growing),
            _ => throw new InvalidDataException(
                $"The decoder's state '{name}' is {past}: expected sizes known but for '{Batch}' and one of '{Cache}' and '{Past}'."),
        };
    }

    // Checks the encoder's output of the same name.
    private void CheckFirst(string name, TensorInfo input, bool isNeeded)
    {
        var given = Encoder?.Outputs.FirstOrDefault(output => output.Name == name);
        if (given is null)
        {
            if (isNeeded)
                throw new InvalidDataException(
                    $"The decoder has an input {input} that the encoder doesn't give; the encoder's outputs: "
                        + $"{(Encoder is null ? "there is no encoder" : string.Join("; ", Encoder.Outputs))}.");
            return;
        }
        var fits = given.Type == input.Type && given.Shape.Rank == input.Shape.Rank
            && given.Shape.Zip(input.Shape).All(pair => !pair.First.IsKnown || !pair.Second.IsKnown || pair.First == pair.Second);
        if (!fits)
            throw new InvalidDataException($"The encoder's output {given} is not what the decoder reads, {input}.");
    }

    private static void CheckInput(OnnxSession session, string model, string name, int rank)
    {
        if (session.Inputs.FirstOrDefault(input => input.Name == name) is not { Type: ElementType.Int64 } found || found.Shape.Rank != rank)
            throw new InvalidDataException(
                $"The {model} has no input '{name}', Int64 [batch, steps]; its inputs: {string.Join("; ", session.Inputs)}.");
    }
}
