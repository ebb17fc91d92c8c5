using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A state that a decoder passes from step to step.</summary>
/// <param name="Name">Its name; the deployed decoder has it as <c>past.NAME</c> and <c>present.NAME</c>.</param>
/// <param name="Shape">
/// Its shape: <c>["batch", ..]</c>, or a cache of keys or values <c>["batch", heads, "cache", headSize]</c>, whose capacity the caller of
/// the deployed model chooses.
/// </param>
/// <param name="First">Its value before the first step, written by <see cref="SequenceDecoder.Prepare"/>; null for zeros.</param>
public sealed record DecoderState(string Name, Shape Shape, Value? First = null);

/// <summary>What a decoder reads besides its tokens: computed once for each source, the same at every step.</summary>
/// <param name="Constants">
/// Tensors by name, batch first: projected keys, masks. The encoder model has them as outputs, the decoder model as inputs.
/// </param>
/// <param name="States">The states of the decoder.</param>
public sealed record DecoderMemory(IReadOnlyList<(string Name, Value Value)> Constants, IReadOnlyList<DecoderState> States)
{
    /// <summary>What the further inputs say, added to each token's vector, [batch, embeddingSize]; null without.</summary>
    internal Value? Condition { get; init; }

    /// <summary>A constant by name.</summary>
    /// <exception cref="GraphException">There is none of that name.</exception>
    public Value this[string name] =>
        Constants.FirstOrDefault(constant => constant.Name == name).Value
        ?? throw new GraphException(
            $"The decoder's memory has no '{name}'; it has {string.Join(", ", Constants.Select(constant => $"'{constant.Name}'"))}.");
}

/// <summary>The output of a decoder for some steps.</summary>
/// <param name="Steps">A vector for each step, from which the next token is predicted, [batch, steps, features].</param>
/// <param name="Present">
/// Every state after the last of the steps, in the order of <see cref="DecoderMemory.States"/>; empty for whole sequences.
/// </param>
/// <param name="Attention">
/// How much each step attends to each source step, [batch, steps, source]; for a network without a source that attends to its own steps,
/// to each of these, [batch, steps, cache]; null for others.
/// </param>
public sealed record DecodedSteps(Value Steps, IReadOnlyList<Value> Present, Value? Attention)
{
    /// <summary>
    /// For attention that chooses a source step at random: the choice's log-probability [batch, steps], from which it learns; otherwise
    /// null.
    /// </summary>
    internal Value? ChoiceLogProbability { get; init; }
}

/// <summary>
/// The network that writes a sequence token by token: on its own (a language model) or from a source (translation). It is written
/// in two forms that compute the same: for whole known sequences, and for the next few tokens with the states after the previous ones.
/// </summary>
public abstract record SequenceDecoder
{
    /// <summary>The network's name in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>The longest sequence it can write or continue; null for any length.</summary>
    public virtual int? MaximumLength => null;

    /// <summary>
    /// The same network with its attention to its own steps limited to the last few, if it isn't limited yet and positions are relative.
    /// </summary>
    internal virtual SequenceDecoder WithWindow(int steps) => this;

    /// <summary>A Transformer: decoder-only without a source (Radford et al. 2019), otherwise the decoder of Vaswani et al. 2017.</summary>
    /// <param name="options">Sizes and variants; null for the defaults.</param>
    public static SequenceDecoder Transformer(TransformerOptions? options = null) => new TransformerDecoder(options ?? new());

    /// <summary>A recurrent network.</summary>
    /// <param name="options">Options of any recurrent layer, of one direction.</param>
    /// <param name="attention">
    /// How it attends to a source; null for a fixed summary of the source. Not used for language models, which have no source.
    /// </param>
    /// <param name="timing">
    /// When it attends; null for <see cref="AttentionTiming.Before"/> with additive attention and <see cref="AttentionTiming.After"/> with
    /// other kinds.
    /// </param>
    public static SequenceDecoder Recurrent(RecurrentOptions options, SourceAttention? attention = null, AttentionTiming? timing = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        timing ??= attention is AdditiveAttention ? AttentionTiming.Before : AttentionTiming.After;
        return new RecurrentDecoder(options, attention, timing.Value);
    }

    /// <summary>Long short-term memory.</summary>
    /// <param name="hidden">Size of the hidden state.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout between layers.</param>
    /// <param name="attention">How it attends to a source; null for a fixed summary of the source.</param>
    public static SequenceDecoder Lstm(int hidden = 256, int layers = 1, float dropout = 0, SourceAttention? attention = null) =>
        Recurrent(new LstmOptions { Hidden = hidden, Layers = layers, Dropout = dropout }, attention);

    /// <summary>Gated recurrent units.</summary>
    /// <param name="hidden">Size of the hidden state.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout between layers.</param>
    /// <param name="attention">How it attends to a source; null for a fixed summary of the source.</param>
    public static SequenceDecoder Gru(int hidden = 256, int layers = 1, float dropout = 0, SourceAttention? attention = null) =>
        Recurrent(new GruOptions { Hidden = hidden, Layers = layers, Dropout = dropout }, attention);

    /// <summary>A recurrent network whose output, rather than its hidden layer, is fed to the next step (Jordan 1986).</summary>
    /// <param name="hidden">Size of the hidden layer.</param>
    /// <param name="outputs">Size of the output.</param>
    public static SequenceDecoder Jordan(int hidden = 256, int outputs = 128) => new JordanDecoder(hidden, outputs);

    /// <summary>A network that reads only the last few tokens: a baseline for language models.</summary>
    /// <param name="tokens">Number of tokens read.</param>
    /// <param name="hidden">Size of the hidden layer.</param>
    public static SequenceDecoder Window(int tokens = 4, int hidden = 256) => new WindowDecoder(tokens, hidden);

    /// <summary>
    /// Writes what is computed once from the source, and describes the states. Its parameters are in the scope
    /// <c>decoder_memory</c>.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="embeddingSize">Size of the tokens' vectors.</param>
    /// <param name="source">The encoded source, its steps [source, batch, features]; null for a language model.</param>
    public abstract DecoderMemory Prepare(NetworkBuilder network, int embeddingSize, EncodedSequence? source);

    /// <summary>
    /// Writes the decoder over whole sequences: for training. No step reads a later one. Its parameters are in the scope <c>decoder</c>.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The vectors of the tokens before each step, [batch, time, embeddingSize].</param>
    /// <param name="memory">The result of <see cref="Prepare"/>.</param>
    public abstract DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory);

    /// <summary>Writes the decoder for the next tokens of every sequence, with the same parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The tokens' vectors, [batch, steps, embeddingSize].</param>
    /// <param name="position">The number of previous tokens, [1] Int64.</param>
    /// <param name="past">Every state after those tokens, in the order of <see cref="DecoderMemory.States"/>.</param>
    /// <param name="memory">The same constants as inputs of the model.</param>
    public abstract DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past, DecoderMemory memory);
}
