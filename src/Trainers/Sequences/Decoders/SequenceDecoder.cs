using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

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
