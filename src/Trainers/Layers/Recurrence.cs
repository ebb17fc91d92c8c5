using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A stack of recurrent layers run over a batch of sequences.</summary>
/// <param name="Output">Every step's output of the topmost layer, [time, batch, directions·hidden].</param>
/// <param name="Last">Every layer's state after each sequence's last valid step, [layers·directions, batch, hidden].</param>
/// <param name="LastCell">The same of an LSTM's cells; null for other kinds.</param>
public sealed record RecurrentOutput(Sequence Output, Value Last, Value? LastCell);

/// <summary>The options that all recurrent layers share.</summary>
public abstract record RecurrentOptions
{
    /// <summary>Size of the state.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Layers, each reading the outputs of the one below.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether a second run reads each sequence from its last valid step; its outputs stand beside the first one's.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Dropout between layers of the stack; where there is one layer alone, there is none.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Truncated back-propagation through time: the gradient through the state is cut every so many steps; 0 for never
    /// (Williams and Peng 1990).
    /// </summary>
    public int Truncation { get; init; }

    internal void Check()
    {
        Check(nameof(Hidden), Hidden >= 1, Hidden, "at least 1");
        Check(nameof(Layers), Layers >= 1, Layers, "at least 1");
        Check(nameof(Dropout), Dropout is >= 0 and < 1, Dropout, "at least 0 and below 1");
        Check(nameof(Truncation), Truncation >= 0, Truncation, "at least 0 (0 for no truncation)");
    }

    private void Check(string option, bool holds, object found, string expected)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{option} of {GetType().Name} is {found}; expected {expected}."), option);
    }
}

/// <summary>
/// What recurrent layers have in common: stacking, both directions, ragged batches. A kind of cell adds its parameters, its
/// step, and its fused operator.
/// </summary>
internal abstract class Recurrence(NetworkBuilder network, RecurrentOptions options)
{
    protected NetworkBuilder Network { get; } = network;

    protected int Hidden => options.Hidden;

    /// <summary>One step of the cell, in the parameters of the current scope.</summary>
    /// <param name="features">Features of its input.</param>
    internal abstract RecurrentStep Step(long features);

    // One direction of one layer step by step, for training: the state of every step [time, batch, hidden], the same of the cell or null, and both after the last step [batch, hidden].
    private (Value States, Value? Cells, Value Last, Value? LastCell) Loop(Value x, bool reverse, int truncation)
    {
        var step = Step(x.Shape[2].Size);
        var (last, steps) = Op.Scan([.. Enumerable.Repeat(ZeroState(x), step.States)], step.Project(x, "input_weight", true), (states, projected) =>
        {
            var next = step.Next(projected, states);
            return (next, next);
        }, reverse, truncation);
        return (steps[0], step.States > 1 ? steps[1] : null, last[0], step.States > 1 ? last[1] : null);
    }

    /// <summary>The weights of one direction in the layout of the fused operator: [1, gates·hidden, features], [1, gates·hidden, hidden], [1, 2·gates·hidden], and further inputs.</summary>
    protected abstract FusedWeights Fused(Value x);

    /// <summary>Runs one layer as a fused operator: for deployment.</summary>
    protected abstract Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction);

    /// <summary>The cell that options are for.</summary>
    internal static Recurrence Of(NetworkBuilder network, RecurrentOptions options) => options switch
    {
        LstmOptions lstm => LstmLayer.Recurrence(network, lstm),
        GruOptions gru => GruLayer.Recurrence(network, gru),
        RnnOptions rnn => RnnLayer.Recurrence(network, rnn),
        _ => throw new ArgumentException($"Expected LstmOptions, GruOptions or RnnOptions; got {options.GetType().Name}."),
    };

    internal RecurrentOutput Run(string name, Sequence x)
    {
        options.Check();
        List<Value> last = [], lastCells = [];
        for (var layer = 0; layer < options.Layers; layer++)
        {
            if (layer > 0)
                x = x.With(Network.Dropout(x.Steps, options.Dropout));
            using (Network.Scope(options.Layers == 1 ? name : $"{name}/layer_{layer}"))
                x = Network.Mode == NetworkMode.Deployment ? FusedLayer(x, last, lastCells) : LoopLayer(x, last, lastCells);
        }
        return new(x, Op.Concat(0, [.. last]), lastCells.Count == 0 ? null : Op.Concat(0, [.. lastCells]));
    }

    private Sequence LoopLayer(Sequence x, List<Value> last, List<Value> lastCells)
    {
        var outputs = new List<Value>();
        foreach (var backward in options.Bidirectional ? new[] { false, true } : [false])
        {
            using var direction = backward ? Network.Scope("backward") : null;
            // A padded batch is turned around within each length, so that the backward run starts at the last valid step.
            var turn = backward && x.Lengths is not null;
            var (states, cells, lastState, lastCell) = Loop(turn ? Op.ReverseSequence(x.Steps, x.Lengths!) : x.Steps, backward && !turn, options.Truncation);
            var run = x.With(states);
            last.Add(Op.Unsqueeze(x.Lengths is null ? lastState : run.Last, 0));
            if (cells is not null)
                lastCells.Add(Op.Unsqueeze(x.Lengths is null ? lastCell! : x.With(cells).Last, 0));
            outputs.Add(turn ? Op.ReverseSequence(run.Masked, x.Lengths!) : run.Masked);
        }
        return x.With(Op.Concat(2, [.. outputs]));
    }

    private Sequence FusedLayer(Sequence x, List<Value> last, List<Value> lastCells)
    {
        var weights = Fused(x.Steps);
        if (options.Bidirectional)
            using (Network.Scope("backward"))
                weights = weights.Beside(Fused(x.Steps));
        var outputs = RunFused(x.Steps, weights, x.Lengths is null ? null : Op.Cast(x.Lengths, ElementType.Int32), options.Bidirectional ? "bidirectional" : "forward");
        last.Add(outputs[1]);
        if (outputs.Length > 2)
            lastCells.Add(outputs[2]);
        // [time, directions, batch, hidden] → [time, batch, directions·hidden]
        var all = options.Bidirectional
            ? Op.Reshape(Op.Transpose(outputs[0], 0, 2, 1, 3), [x.Steps.Shape[0], x.Steps.Shape[1], 2 * Hidden])
            : Op.Squeeze(outputs[0], 1);
        return x.With(all);
    }

    /// <summary>x · W + b for all rows of x at once, [.., gates·hidden].</summary>
    protected static Value Project(Value x, Value weight, Value? bias) =>
        Op.Reshape(Op.Gemm(Op.AsMatrix(x), weight, bias), x.Shape.With(-1, weight.Shape[1]), x); // the bias goes in with the product

    private Value ZeroState(Value x) => Op.Filled(0f, [x.Shape[1], Hidden], x);

    /// <summary>[features, n] → [1, n, features].</summary>
    protected static Value AsFused(Value weight) => Op.Unsqueeze(Op.Transpose(weight, 1, 0), 0);
}

/// <summary>One step of a recurrent cell.</summary>
/// <param name="States">Tensors of its state [batch, hidden]: the hidden one, and an LSTM's cell.</param>
/// <param name="Project">What a step reads, of inputs [.., features] for many steps at once: through the weight of a name, with or without the bias.</param>
/// <param name="Next">The next state, from what was projected for the step and the state before.</param>
internal sealed record RecurrentStep(int States, Func<Value, string, bool, Value[]> Project, Func<Value[], Value[], Value[]> Next);

/// <summary>Weights of a fused recurrent operator.</summary>
internal sealed record FusedWeights(Value Input, Value Recurrent, Value Bias, Value? Peepholes = null)
{
    internal FusedWeights Beside(FusedWeights other) => new(
        Op.Concat(0, Input, other.Input), Op.Concat(0, Recurrent, other.Recurrent), Op.Concat(0, Bias, other.Bias),
        Peepholes is null ? null : Op.Concat(0, Peepholes, other.Peepholes!));
}
