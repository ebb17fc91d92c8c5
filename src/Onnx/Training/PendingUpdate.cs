namespace MLSeqGraph.Onnx;

/// <summary>The update of one tensor, or of some of its rows.</summary>
internal sealed record PendingUpdate(string Name, Value Parameter, Value Gradient, Value? Rows, Value? Decays, float Rate)
{
    internal void Write(Graph graph, Optimizer optimizer, Value learningRate, Value step, Value? factor)
    {
        var states = optimizer.States.Select(state => graph.Input($"{Name}/{state}", ElementType.Float, Parameter.Shape)).ToArray();
        var rate = Rate == 1 ? learningRate : learningRate * (double)Rate;
        if (Rows is not null && graph.UsesKernels && optimizer.RowRule(rate, step) is { } rule)
        {
            var updated = RowUpdate.Of(Parameter, Gradient, Rows, states, rule, factor);
            for (var i = 0; i < updated.Count; i++)
                graph.Output((i == 0 ? Name : states[i - 1].Name) + TrainingModel.NewSuffix, updated[i]);
            return;
        }
        var gradient = factor is null ? Gradient : Gradient * factor;
        Value Chosen(Value all) => Rows is null ? all : Op.Gather(all, Rows);
        Value Put(Value all, Value rows) => Rows is null ? rows : Op.ReplaceRows(all, Rows, rows);
        var (parameter, newStates) =
            optimizer.Update(new(Chosen(Parameter), gradient, [.. states.Select(Chosen)], rate, step, Decays));
        graph.Output(Name + TrainingModel.NewSuffix, Put(Parameter, parameter));
        for (var i = 0; i < states.Length; i++)
            graph.Output(states[i].Name + TrainingModel.NewSuffix, Put(states[i], newStates[i]));
    }
}
