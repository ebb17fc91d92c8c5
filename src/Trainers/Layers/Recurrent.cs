using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A stack of recurrent layers of any kind over a batch of sequences, forward or in both directions. In training it is a loop over
    /// the steps; the deployed model has the cell's fused ONNX operator where there is one.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Kind of cell, sizes and variants.</param>
    /// <param name="name">
    /// Scope of the parameters; null for the layer's name. Several layers have scopes <c>layer_0</c>, <c>layer_1</c>, … inside it, the
    /// backward direction a scope <c>backward</c> inside these.
    /// </param>
    /// <returns>Every step's hidden state [time, batch, directions·hidden], and the last states.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static RecurrentOutput Recurrent(this NetworkBuilder network, Sequence x, RecurrentOptions options, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        name ??= options.Name.ToLowerInvariant();
        List<Value>[] last = [.. options.StateNames.Select(_ => new List<Value>())];
        for (var layer = 0; layer < options.Layers; layer++)
        {
            if (layer > 0)
                x = x.With(network.Dropout(x.Steps, options.Dropout));
            using (network.Scope(options.Layers == 1 ? name : $"{name}/layer_{layer}"))
                x = RecurrentLayer(network, x, options, last);
        }
        return new(x, [.. last.Select(states => Op.Concat(0, [.. states]))]);
    }

    private static Sequence RecurrentLayer(NetworkBuilder network, Sequence x, RecurrentOptions options, List<Value>[] last)
    {
        List<RecurrentCell> cells = [options.CreateCell(network, x.Features)];
        if (options.Bidirectional)
            using (network.Scope("backward"))
                cells.Add(options.CreateCell(network, x.Features));
        if (network.Mode == NetworkMode.Deployment && FusedLayer(x, options, cells, last) is { } fused)
            return fused;
        if (network.Graph.UsesKernels && KernelLayer(x, options, cells, last) is { } atOnce)
            return atOnce;
        return x.With(Op.Concat(2, [.. cells.Select((cell, i) => Direction(x, cell, isBackward: i == 1, options.Truncation, last))]));
    }

    // One direction of a layer step by step: the hidden state after every step, [time, batch, hidden].
    private static Value Direction(Sequence x, RecurrentCell cell, bool isBackward, int truncation, List<Value>[] last)
    {
        // Each sequence of a padded batch is reversed within its length, so that the backward run starts at its last valid step.
        var reverses = isBackward && x.Lengths is not null;
        Value Ordered(Value all) => reverses ? Op.ReverseSequence(all, x.Lengths!) : all;
        var steps = Ordered(x.Steps);
        var times = cell.ReadsTimes && x.Inputs.Times is { } given ? Ordered(given) : null;
        var (lastStates, states) = Op.Scan(cell.InitialStates(steps.Shape[1], steps), cell.ProjectAt(steps, times), (before, input) =>
        {
            var after = cell.Next(input, before);
            return (after, after);
        }, reverse: isBackward && !reverses, truncation);
        Value[] ends = [.. states.Select((state, i) => x.Lengths is null ? lastStates[i] : x.With(state).Last)];
        for (var i = 0; i < ends.Length; i++)
            last[i].Add(Op.Unsqueeze(ends[i], 0));
        cell.Finish(x, ends);
        return Ordered(x.With(states[0]).Masked);
    }

    // All directions and steps as one operation of our own.
    private static Sequence? KernelLayer(Sequence x, RecurrentOptions options, List<RecurrentCell> cells, List<Value>[] last)
    {
        if (cells[0].Kernel is not { } kernel || x.Steps.Type != ElementType.Float)
            return null;
        RecurrenceWeights[] directions = [.. cells.Select(cell => cell.ForKernel(
            options.LearnedInitialStates ? cell.InitialStates(x.Steps.Shape[1], x.Steps) : []))];
        var (steps, states) = Recurrence.Of(kernel.Kind, x.Steps, x.Lengths, directions, kernel.IsCoupled, options.Truncation);
        for (var i = 0; i < last.Length; i++)
            last[i].AddRange(states.Select(direction => Op.Unsqueeze(direction[i], 0)));
        return x.With(steps);
    }

    private static Sequence? FusedLayer(Sequence x, RecurrentOptions options, List<RecurrentCell> cells, List<Value>[] last)
    {
        Value[][] initial = options.LearnedInitialStates ? [.. cells.Select(cell => cell.InitialStates(x.Steps.Shape[1], x.Steps))] : [];
        FusedRecurrence layer = new(
            x.Steps, x.Lengths is null ? null : Op.Cast(x.Lengths, ElementType.Int32), cells.ElementAtOrDefault(1),
            [.. Enumerable.Range(0, initial.Length == 0 ? 0 : last.Length)
                .Select(state => Op.Concat(0, [.. initial.Select(direction => Op.Unsqueeze(direction[state], 0))]))]);
        if (cells[0].Fused(layer) is not { } outputs)
            return null;
        for (var i = 0; i < last.Length; i++)
            last[i].Add(outputs[i + 1]);
        // [time, directions, batch, hidden] → [time, batch, directions·hidden]
        return x.With(options.Bidirectional
            ? Op.Reshape(Op.Transpose(outputs[0], 0, 2, 1, 3), [x.Steps.Shape[0], x.Steps.Shape[1], 2 * options.Hidden])
            : Op.Squeeze(outputs[0], 1));
    }
}
