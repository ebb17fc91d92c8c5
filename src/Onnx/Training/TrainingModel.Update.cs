using System.Globalization;

namespace MLSeqGraph.Onnx;

// The second half of a step: what becomes of the gradients.
public sealed partial class TrainingModel
{
    // recomputed: the inputs of the batch, where the forward pass is computed again.
    private void WriteUpdate(NetworkBuilder network, Value loss, Value[]? recomputed)
    {
        var graph = network.Graph;
        // A table that is also used as a whole has a gradient everywhere: a parameter like others.
        var lookups = network.Tables.Where(lookup => !lookup.IsReadElsewhere(graph)).ToArray();
        var tables = lookups.Select(lookup => lookup.Table).ToHashSet();
        // Aligned parameters first, so that the views into the flat vector stay aligned for as many as possible.
        var dense = network.ParameterValues.Where(entry => !tables.Contains(entry.Value) && Parameters[entry.Key].IsTrained)
            .OrderByDescending(entry => Parameters[entry.Key].LearningRateFactor)
            .ThenBy(entry => Parameters[entry.Key].Value.Count % 16 != 0).ToArray();
        if (dense.Length == 0 && lookups.Length == 0)
            throw new GraphException("The network has no parameter to train: all that it has are frozen.");
        Value[] targets = [.. dense.Select(entry => entry.Value), .. lookups.SelectMany(lookup => lookup.Read)];
        var all = recomputed is null ? Gradients.Of(loss, targets)
            : Recomputation.Gradients(loss, targets, recomputed.Except(network.HostInputs.SelectMany(input => input.Inputs)));
        var gradients = new Queue<Value>(all.Zip(targets, (gradient, target) =>
            gradient ?? throw new GraphException($"The loss does not depend on {target}: leave it out, or use what is computed from it.")));

        graph.Scope = "update";
        var target = Update ?? graph;
        var learningRate = target.Input(LearningRate, ElementType.Float, []);
        var step = target.Input(StepNumber, ElementType.Float, []);
        var updates = new List<PendingUpdate>();
        foreach (var group in dense.GroupBy(entry => Parameters[entry.Key].LearningRateFactor))
            updates.Add(WriteFlat(target, group.Key, [.. group], gradients));
        var hostInputs = network.HostInputs.ToList();
        foreach (var lookup in lookups)
        {
            var (rows, gradient, plan) = lookup.RowGradients([.. lookup.Read.Select(_ => gradients.Dequeue())]);
            hostInputs.Add(plan);
            updates.Add(WriteRows(target, lookup, rows, gradient));
        }
        HostInputs = [.. hostInputs];
        Tables = [.. lookups.Select(lookup => Parameters[lookup.Table.Name])];

        Statistics = [.. network.ParameterValues.Keys.Select(name => Parameters[name]).Where(parameter => !parameter.IsTrained)];
        foreach (var statistic in Statistics)
        {
            var value = network.ParameterValues[statistic.Name];
            graph.Output(statistic.Name + NewSuffix, network.Statistics.LastOrDefault(update => update.Statistic == value).Next
                ?? Op.Identity(value));
        }

        var norm = GradientClipping.GlobalNorm(updates.Select(update => update.Gradient));
        target.Output(NormName, norm);
        var factor = ClipNorm > 0 ? GradientClipping.Factor(norm, ClipNorm) : null;
        foreach (var update in updates)
            update.Write(target, Optimizer, learningRate, step, factor);
    }

    private PendingUpdate WriteFlat(Graph graph, float rate, KeyValuePair<string, Value>[] dense, Queue<Value> gradients)
    {
        long offset = 0;
        var flat = rate == 1 ? Flat : string.Create(CultureInfo.InvariantCulture, $"{Flat}/{rate}");
        var layout = new List<(Parameter, string, long)>();
        var parts = new List<Value>();
        foreach (var (name, value) in dense)
        {
            layout.Add((Parameters[name], flat, offset));
            parts.Add(Op.Reshape(gradients.Dequeue(), [value.Shape.Elements]));
            offset += value.Shape.Elements.Size;
        }
        Dense = [.. Dense, .. layout];
        Value? decays = null;
        if (Optimizer.WeightDecay != 0 && layout.Exists(entry => !entry.Item1.Decays))
            decays = graph.Vector(
                [.. layout.SelectMany(entry => Enumerable.Repeat(entry.Item1.Decays ? 1f : 0f, (int)entry.Item1.Value.Count))]);
        return new(flat, graph.Input(flat, ElementType.Float, [offset]), Handed(graph, flat + GradientSuffix, Op.Concat(0, [.. parts])),
            null, decays, rate);
    }

    private PendingUpdate WriteRows(Graph graph, TableLookup lookup, Value rows, Value gradient)
    {
        var (table, rate) = (lookup.Table, Parameters[lookup.Table.Name].LearningRateFactor);
        if (Update is null)
            return new(table.Name, table, gradient, lookup.AfterReading(rows), null, rate);
        // Other processes read other rows: their number isn't that of this graph.
        Step.Output(table.Name + GradientSuffix, gradient);
        Step.Output(table.Name + RowsSuffix, Op.Identity(rows));
        return new(table.Name, graph.Input(table.Name, ElementType.Float, table.Shape),
            graph.Input(table.Name + GradientSuffix, ElementType.Float, ["rows", table.Shape[1]]),
            graph.Input(table.Name + RowsSuffix, ElementType.Int64, ["rows"]), null, rate);
    }

    // A value of the step in the graph of the update, which may be another one.
    private Value Handed(Graph graph, string name, Value value)
    {
        if (graph == value.Graph)
            return value;
        Step.Output(name, value);
        return graph.Input(name, value.Type, value.Shape);
    }
}
