using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network of questions about timed events: a vector for the history of the target (the main input), of the source and of the context,
/// each with weights of its own, and one layer over these and what other inputs say.
/// </summary>
internal abstract record TemporalNetwork(int Hidden) : SequenceNetwork
{
    internal override bool ReadsInputs => true;

    public override EncodedSequence Encode(Sequence x)
    {
        var network = x.Network;
        if (Hidden < 1)
            throw new GraphException($"{Name}: expected a hidden size of at least 1; got {Hidden}.");
        using (network.Scope(Name.ToLowerInvariant()))
        {
            var vectors = new List<Value>();
            Sequence? steps = null;
            foreach (var (name, history) in x.Inputs.OfNetwork.Select(name => (name, x.Inputs.Steps(name))).Prepend(("target", x)))
            {
                if (name is not ("target" or TemporalGraph.SourceEvents or TemporalGraph.ContextEvents))
                {
                    vectors.Add(x.Inputs.Vector(name));
                    continue;
                }
                if (!(history.Features >= TemporalGraph.BuiltIn))
                    throw new GraphException($"{Name}: expected histories of {nameof(TemporalGraph)}, of at least {TemporalGraph.BuiltIn} "
                        + $"features a step; got {history.Steps}.");
                using (network.Scope(name == "target" ? name : name == TemporalGraph.SourceEvents ? "source" : "context"))
                {
                    var (memory, vector) = Embed(network, history);
                    steps ??= memory;
                    vectors.Add(vector);
                }
            }
            var together = network.Linear(Op.Concat(1, [.. vectors]), Hidden, name: "together");
            return new(steps!, Op.Gelu(together));
        }
    }

    /// <summary>The memory after each step [time, batch, hidden], and what a node's vector is at the time of the question
    /// [batch, hidden].</summary>
    private protected abstract (Sequence Memory, Value Vector) Embed(NetworkBuilder network, Sequence history);

    /// <summary>A feature of each step, [time, batch, 1].</summary>
    private protected static Value Feature(Sequence history, int at) => Op.Slice(history.Steps, 2, at, at + 1);
}

/// <summary>
/// A temporal graph network (Rossi et al. 2020). Messages m = [event, φ(time since the event before)]; memory s ← GRU(m, s), from 0,
/// over
/// the last events of a node; vector z = MLP[s, attention of s to the last events: their memory, features and φ(time to the question)].
/// </summary>
internal sealed record TgnNetwork(int Hidden, int Heads, int TimeSize, float Dropout) : TemporalNetwork(Hidden)
{
    // Gaps are logarithms, scaled: some units wide.
    private const double Fastest = 4, Slowest = 0.1;

    public override string Name => "TGN";

    private protected override (Sequence Memory, Value Vector) Embed(NetworkBuilder network, Sequence history)
    {
        var since = network.TimeEncoding(Feature(history, TemporalGraph.SincePrevious), TimeSize, Fastest, Slowest, "time_since");
        var message = network.Linear(Op.Concat(2, history.Steps, since), Hidden, name: "message");
        var run = network.Recurrent(history.With(network.Dropout(Op.Gelu(message), Dropout)), new GruOptions { Hidden = Hidden }, "memory");
        var memory = Op.Squeeze(run.Last, 0);                                                                   // [batch, hidden]
        var until = network.TimeEncoding(Feature(history, TemporalGraph.UntilQuestion), TimeSize, Fastest, Slowest, "time_until");
        var read = Op.Transpose(Op.Concat(2, run.Output.Masked, history.Steps, until), 1, 0, 2);                // [batch, time, ..]
        var mask = history.Lengths is null ? null : AttentionMask.Padding(history.Lengths, read);
        var (attended, _) = network.MultiHeadAttention(Op.Unsqueeze(memory, 1), read, new() { Heads = Heads }, mask);
        var both = Op.Concat(1, Op.Squeeze(attended, 1), memory);
        var vector = network.Linear(Op.Gelu(network.Linear(both, Hidden, name: "merge")), Hidden, name: "embedding");
        return (run.Output, network.Dropout(vector, Dropout));
    }
}

/// <summary>
/// JODIE (Kumar et al. 2019): memory s ← tanh(W m + U s + b) over the last events of a node, and its vector at the question is where it
/// drifted to since: (1 + Δ w) ∘ s.
/// </summary>
internal sealed record JodieNetwork(int Hidden) : TemporalNetwork(Hidden)
{
    public override string Name => "JODIE";

    private protected override (Sequence Memory, Value Vector) Embed(NetworkBuilder network, Sequence history)
    {
        var run = network.Recurrent(history, new RnnOptions { Hidden = Hidden }, "memory");
        var memory = Op.Squeeze(run.Last, 0);                                                                   // [batch, hidden]
        var gap = history.With(Feature(history, TemporalGraph.UntilQuestion)).Last;                             // [batch, 1]
        var drift = network.Parameter("drift", [Hidden], Initializers.Normal(0.1f));
        return (run.Output, memory * (gap * drift + 1.0));
    }
}
