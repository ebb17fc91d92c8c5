using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What a network makes of sequences.</summary>
/// <param name="Steps">A vector for each step, [time, batch, features].</param>
/// <param name="Final">The network's own summary of a sequence [batch, features], for <see cref="Readout.Last"/>; null for the last valid step.</param>
public sealed record EncodedSequence(Sequence Steps, Value? Final = null)
{
    /// <summary>How much each step looked at each other one, [batch, time, time]; null where the network has no such attention.</summary>
    public Value? Attention { get; init; }
}

/// <summary>The network between the input and the output layer of a sequence trainer.</summary>
public abstract record SequenceNetwork
{
    /// <summary>What the network is called in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>The longest sequence it can read; null for any length.</summary>
    public virtual int? LongestSequence => null;

    /// <summary>Writes the network.</summary>
    /// <param name="x">The input: embedded tokens or features, [time, batch, features].</param>
    public abstract EncodedSequence Encode(Sequence x);

    /// <summary>Long short-term memory.</summary>
    public static SequenceNetwork Lstm(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new LstmOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>Gated recurrent units.</summary>
    public static SequenceNetwork Gru(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new GruOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>A plain recurrent network.</summary>
    public static SequenceNetwork Rnn(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new RnnOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>A recurrent network with all its options: <see cref="LstmOptions"/>, <see cref="GruOptions"/>, <see cref="RnnOptions"/> or any other kind.</summary>
    public static SequenceNetwork Recurrent(RecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RecurrentSequenceNetwork(options);
    }

    /// <summary>A Transformer encoder. Its summary for <see cref="Readout.Last"/> is the mean over valid steps.</summary>
    public static SequenceNetwork Transformer(TransformerOptions? options = null) => new TransformerSequenceNetwork(options ?? new());

    /// <summary>A network of one's own over the public graph operations and layers.</summary>
    /// <param name="name">What it is called in logs and results.</param>
    /// <param name="encode">Writes it: steps [time, batch, features] in, steps out, and the summary for <see cref="Readout.Last"/> if it has one.</param>
    public static SequenceNetwork Custom(string name, Func<NetworkBuilder, Sequence, EncodedSequence> encode)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(encode);
        return new CustomSequenceNetwork(name, encode);
    }

    private sealed record RecurrentSequenceNetwork(RecurrentOptions Options) : SequenceNetwork
    {
        public override string Name => (Options.Bidirectional ? "bidirectional " : "") + Options.Name;

        public override EncodedSequence Encode(Sequence x)
        {
            var run = x.Network.Recurrent(x, Options);
            // The topmost layer's last states, both directions side by side: [directions, batch, hidden] → [batch, directions·hidden]
            var directions = Options.Bidirectional ? 2 : 1;
            var top = Enumerable.Range(-directions, directions)
                .Select(i => Op.Squeeze(Op.Slice(run.Last, 0, i, i == -1 ? long.MaxValue : i + 1), 0)).ToArray();
            return new(run.Output, Op.Concat(1, top));
        }
    }

    private sealed record TransformerSequenceNetwork(TransformerOptions Options) : SequenceNetwork
    {
        public override string Name => "Transformer";

        public override int? LongestSequence => Options.LongestSequence;

        public override EncodedSequence Encode(Sequence x)
        {
            var (steps, weights) = x.TransformerEncoder(Options);
            return new(steps, steps.MeanOverSteps()) { Attention = Op.ReduceMean(weights[^1], [1], keepDims: false) };
        }
    }

    private sealed record CustomSequenceNetwork(string Called, Func<NetworkBuilder, Sequence, EncodedSequence> Write) : SequenceNetwork
    {
        public override string Name => Called;

        public override EncodedSequence Encode(Sequence x) => Write(x.Network, x);
    }
}
