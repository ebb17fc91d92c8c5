using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Echo state networks as graphs of standard operators: a loop (<c>Scan</c>) over the steps with the reservoirs'
/// weights.</summary>
internal sealed class EchoStateGraph
{
    private readonly Sequence _x;
    private readonly EchoStateReservoir _reservoir;
    private readonly Value _recurrent, _input, _bias, _leak;

    /// <param name="x">[time, batch, dimensions], scaled.</param>
    /// <param name="reservoir">The reservoirs.</param>
    internal EchoStateGraph(Sequence x, EchoStateReservoir reservoir)
    {
        var (graph, n) = (x.Steps.Graph, reservoir.Size);
        (_x, _reservoir) = (x, reservoir);
        _recurrent = Constant(graph, reservoir.Recurrent(), n, n);
        _input = Constant(graph, DenseMatrix.Transposed(reservoir.InputWeights, n, reservoir.Inputs), reservoir.Inputs, n);
        _bias = Constant(graph, reservoir.Biases, n);
        _leak = Constant(graph, reservoir.Leaks, n);
        var first = Op.Filled(0f, [x.Steps.Shape[1], n], x.Steps);
        var (_, states) = Op.Scan([first], [Op.MatMul(x.Steps, _input) + _bias], (before, slices) =>
        {
            var next = Next(before[0], slices[0]);
            return ([next], [next]);
        });
        States = x.With(states[0]);
    }

    private Sequence States { get; }

    /// <summary>The regressed values of classes, [batch, classes].</summary>
    internal Value Classes(double[] readout)
    {
        var size = 2 * _reservoir.Size + _reservoir.Inputs + 1;
        return Read(Op.Concat(1, States.MeanPooling(), States.Last, _x.MeanPooling()), readout, readout.Length / size);
    }

    /// <summary>What follows each sequence, [batch, horizon · dimensions].</summary>
    internal Value Generate(double[] readout, int horizon)
    {
        var d = _reservoir.Inputs;
        Value state = States.Last, first = Read(Op.Concat(1, state, _x.Last), readout, d);
        if (horizon == 1)
            return first;
        var steps = _x.Steps.Graph.Constant(TensorData.Create(new float[horizon - 1], horizon - 1, 1));
        var (_, outputs) = Op.Scan([state, first], [steps], (before, slices) =>
        {
            var next = Next(before[0], Op.MatMul(before[1], _input) + _bias + slices[0] * 0f);
            var predicted = Read(Op.Concat(1, next, before[1]), readout, d);
            return ([next, predicted], [predicted]);
        });
        var rest = Op.Reshape(Op.Transpose(outputs[0], 1, 0, 2), [state.Shape[0], (horizon - 1) * (long)d], state);
        return Op.Concat(1, first, rest);
    }

    private Value Next(Value state, Value input) => state + _leak * (Op.Tanh(Op.MatMul(state, _recurrent) + input) - state);

    private static Value Read(Value features, double[] readout, int outputs)
    {
        var (graph, size) = (features.Graph, readout.Length / outputs);
        var weights = DenseMatrix.Transposed(readout, outputs, size);
        return Op.MatMul(features, Constant(graph, weights[..((size - 1) * outputs)], size - 1, outputs))
            + Constant(graph, weights[((size - 1) * outputs)..], outputs);
    }

    private static Value Constant(Graph graph, double[] numbers, params long[] sizes) =>
        graph.Constant(TensorData.Create(Array.ConvertAll(numbers, number => (float)number), sizes));
}
