namespace MLSeqGraph.Onnx.Generation;

/// <summary>A decoder and its encoder, loaded, with what their inputs and outputs were found to be.</summary>
internal sealed class GeneratorModel : IDisposable
{
    internal const string Tokens = "tokens", Position = "position", Logits = "logits", AttentionName = "attention", Source = "source", SourceLengths = "source_lengths";

    /// <exception cref="ArgumentException">The models don't follow the naming, or don't go together; the message names what was found and expected.</exception>
    internal GeneratorModel(OnnxSession decoder, OnnxSession? encoder)
    {
        (Decoder, Encoder) = (decoder, encoder);
        Metadata = GenerationMetadata.Read(decoder.Metadata);
        Gather = new(decoder.Target);
        try
        {
            if (encoder is not null)
                CheckEncoder(encoder);
            Require(decoder.Inputs, "Decoder input", Tokens, ElementType.Int64, 2, "[batch, steps]");
            var logits = Require(decoder.Outputs, "Decoder output", Logits, ElementType.Float, 3, "[batch, steps, vocabulary]");
            if (!logits.Shape[2].IsKnown || logits.Shape[2] == 0)
                throw new ArgumentException($"Decoder output '{Logits}' is {logits.Shape}; expected the vocabulary's size as its last dimension.");
            Vocabulary = (int)logits.Shape[2].Size;
            if (HasPosition = decoder.Inputs.Any(input => input.Name == Position))
                Require(decoder.Inputs, "Decoder input", Position, ElementType.Int64, 1, "[1]");
            if (HasAttention = decoder.Outputs.Any(output => output.Name == AttentionName))
                Require(decoder.Outputs, "Decoder output", AttentionName, ElementType.Float, 3, "[batch, steps, source]");
            States = [.. decoder.Inputs.Where(input => input.Name.StartsWith(DecoderState.Past, StringComparison.Ordinal)).Select(input => new DecoderState(input))];
            CheckStates();
            Constants = [.. decoder.Inputs.Where(input => input.Name is not (Tokens or Position) && !States.Any(state => state.Info == input)).Where(IsGiven)];
            CheckTokens();
        }
        catch
        {
            Gather.Dispose();
            throw;
        }
    }

    internal OnnxSession Decoder { get; }

    internal OnnxSession? Encoder { get; }

    internal GenerationMetadata Metadata { get; }

    internal RowGather Gather { get; }

    internal int Vocabulary { get; }

    internal bool HasPosition { get; }

    internal bool HasAttention { get; }

    internal IReadOnlyList<DecoderState> States { get; }

    /// <summary>Decoder inputs that the encoder's outputs of the same names are fed to.</summary>
    internal IReadOnlyList<TensorInfo> Constants { get; }

    /// <summary>States whose first value the encoder gives.</summary>
    internal bool IsInitialized(DecoderState state) => Encoder?.Outputs.Any(output => output.Name == state.Info.Name) == true;

    public void Dispose()
    {
        Gather.Dispose();
        Decoder.Dispose();
        Encoder?.Dispose();
    }

    private static void CheckEncoder(OnnxSession encoder)
    {
        Require(encoder.Inputs, "Encoder input", Source, ElementType.Int64, 2, "[batch, source]");
        if (encoder.Inputs.FirstOrDefault(input => input.Name == SourceLengths) is { } lengths && (lengths.Type != ElementType.Int64 || lengths.Shape.Rank != 1))
            throw new ArgumentException($"Encoder input '{lengths}' was found; expected Int64 [batch].");
        if (encoder.Inputs.FirstOrDefault(input => !input.IsOptional && input.Name is not (Source or SourceLengths)) is { } other)
            throw new ArgumentException($"The encoder has an input '{other}'; expected '{Source}' and '{SourceLengths}' alone.");
    }

    private void CheckStates()
    {
        foreach (var state in States)
        {
            var present = Decoder.Outputs.FirstOrDefault(output => output.Name == DecoderState.Present + state.Name)
                ?? throw new ArgumentException($"The decoder has an input '{state.Info.Name}' and no output '{DecoderState.Present}{state.Name}'. Its outputs: {string.Join("; ", Decoder.Outputs)}.");
            if (!Agree(state.Info, present))
                throw new ArgumentException($"Decoder output '{present}' doesn't go with input '{state.Info}': expected the same type and sizes.");
            if (IsInitialized(state))
                CheckFed(state.Info);
        }
        foreach (var output in Decoder.Outputs)
            if (output.Name.StartsWith(DecoderState.Present, StringComparison.Ordinal) && !States.Any(state => DecoderState.Present + state.Name == output.Name))
                throw new ArgumentException($"The decoder has an output '{output.Name}' and no input '{DecoderState.Past}{output.Name[DecoderState.Present.Length..]}'. Its inputs: {string.Join("; ", Decoder.Inputs)}.");
    }

    private bool IsGiven(TensorInfo input)
    {
        if (Encoder?.Outputs.Any(output => output.Name == input.Name) == true)
        {
            CheckFed(input);
            return true;
        }
        return input.IsOptional ? false : throw new ArgumentException(
            $"The decoder has an input '{input}' that nothing feeds: {(Encoder is null ? "there is no encoder" : $"the encoder's outputs are {string.Join("; ", Encoder.Outputs)}")}.");
    }

    private void CheckFed(TensorInfo input)
    {
        var output = Encoder!.Outputs.First(output => output.Name == input.Name);
        if (!Agree(input, output))
            throw new ArgumentException($"Encoder output '{output}' doesn't go with the decoder's input '{input}': expected the same type and sizes.");
    }

    private void CheckTokens()
    {
        foreach (var token in Metadata.EndTokens.Append(Metadata.StartToken ?? 0).Append(Metadata.PadToken ?? 0))
            if (token < 0 || token >= Vocabulary)
                throw new ArgumentException($"The decoder's metadata name token {token}, which is outside the vocabulary of {Vocabulary} tokens.");
        if (Metadata.Vocabulary is { } texts && texts.Count != Vocabulary)
            throw new ArgumentException($"The decoder's metadata hold texts of {texts.Count} tokens; expected {Vocabulary}, the last dimension of '{Logits}'.");
    }

    private static bool Agree(TensorInfo one, TensorInfo other) =>
        one.Type == other.Type && one.Shape.Rank == other.Shape.Rank
        && one.Shape.Zip(other.Shape).All(pair => !pair.First.IsKnown || !pair.Second.IsKnown || pair.First == pair.Second);

    private static TensorInfo Require(IReadOnlyList<TensorInfo> tensors, string kind, string name, ElementType type, int rank, string shape)
    {
        var found = tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new ArgumentException($"{kind} '{name}' is missing: {type} {shape} is expected. Found: {string.Join("; ", tensors)}.");
        return found.Type == type && found.Shape.Rank == rank ? found : throw new ArgumentException($"{kind} '{found}' was found; expected {type} {shape}.");
    }
}
