using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Hidden Markov models as graphs of standard operators: loops (<c>Scan</c>) over the steps in logarithms, which are scaled in each step so
/// that single precision is enough for sequences of any length. Several models of as many states run side by side.
/// </summary>
internal sealed class HiddenMarkovGraph
{
    private readonly Sequence _x;
    private readonly int _models, _states;
    private readonly Value _emitted, _initial, _transition, _isFirst, _isValid;

    /// <param name="x">The log densities of symbols [time, batch, models · states], or the numbers [time, batch, dimensions].</param>
    /// <param name="models">The models.</param>
    internal HiddenMarkovGraph(Sequence x, IReadOnlyList<HiddenMarkovModel> models)
    {
        var graph = x.Steps.Graph;
        (_x, _models, _states) = (x, models.Count, models[0].States);
        Shape sizes = [x.Steps.Shape[0], x.Steps.Shape[1], _models, _states];
        var emitted = models[0].Emission.Dimensions == 0 ? x.Steps
            : Op.Concat(2, [.. models.Select(model => model.Emission.Write(x.Steps))]);
        _emitted = Op.Reshape(emitted, sizes, x.Steps);                                                  // [time, batch, models, states]
        float[] Logs(IEnumerable<double> numbers) => [.. numbers.Select(HiddenMarkovEmission.Log)];
        _initial = graph.Constant(TensorData.Create(Logs(models.SelectMany(model => model.InitialArray)), 1, _models, _states));
        _transition = graph.Constant(TensorData.Create(Logs(models.SelectMany(model => model.TransitionArray)), 1, _models, _states,
            _states));
        var steps = Op.Range(Op.SizeOf(x.Steps, 0), x.Steps.Shape[0]);
        _isFirst = Op.Unsqueeze(Op.Equal(steps, graph.Scalar(0L)), 1, 2, 3);                             // [time, 1, 1, 1]
        var lengths = x.Lengths ?? Op.Filled(0L, [x.Steps.Shape[1]], x.Steps) + Op.SizeOf(x.Steps, 0);
        Lengths = lengths;
        _isValid = Op.Unsqueeze(Op.Less(Op.Unsqueeze(steps, 1), lengths), 2, 3);                         // [time, batch, 1, 1]
        Forward(out var filtered, out var logLikelihood);
        (Filtered, LogLikelihood) = (filtered, logLikelihood);
    }

    /// <summary>Steps of each sequence, [batch].</summary>
    private Value Lengths { get; }

    /// <summary>log p(state | x up to the step), [time, batch, models, states].</summary>
    private Value Filtered { get; }

    /// <summary>log p(x) for each model, [batch, models].</summary>
    internal Value LogLikelihood { get; }

    /// <summary>p(state | x) of one model, [batch, time, states]; 0 past each length.</summary>
    internal Value Posterior()
    {
        var like = Op.Squeeze(Op.Slice(_emitted, 0, 0, 1), 0);                                           // [batch, models, states]
        var (_, backward) = Op.Scan([Op.ZerosLike(like)], [_emitted, _isValid], (states, slices) =>
        {
            var message = Op.Unsqueeze(slices[0] + states[0], 2) + _transition;                          // [batch, models, from, to]
            var before = LogSumExp(message, 3);
            before -= Op.ReduceMax(before, [2]);
            return ([Op.Where(slices[1], before, states[0])], [states[0]]);
        }, reverse: true);
        var posterior = Op.Softmax(Filtered + backward[0]) * Op.Cast(_isValid, ElementType.Float);
        return Op.Transpose(Op.Squeeze(posterior, 2), 1, 0, 2);
    }

    /// <summary>The most probable states of one model, Int64 [batch, time]; -1 past each length.</summary>
    internal Value Viterbi()
    {
        var zeros = Op.ZerosLike(Op.Squeeze(Op.Slice(_emitted, 0, 0, 1), 0));
        var (_, forward) = Op.Scan([zeros], [_emitted, _isFirst], (states, slices) =>
        {
            var sums = Op.Unsqueeze(states[0], 3) + _transition;                                         // [batch, models, from, to]
            var best = Op.Where(slices[1], _initial, Op.ReduceMax(sums, [2], keepDims: false)) + slices[0];
            best -= Op.ReduceMax(best, [2]);
            return ([best], [best, Op.ArgMax(sums, 2, keepDims: false)]);
        });
        var graph = _x.Steps.Graph;
        var last = Op.ArgMax(Op.Squeeze(forward[0], 2), 2);                                              // [time, batch, 1]
        var origins = Op.Squeeze(forward[1], 2);                                                         // [time, batch, states]
        var steps = Op.Unsqueeze(Op.Range(Op.SizeOf(_x.Steps, 0), _x.Steps.Shape[0]), 1);
        var isLast = Op.Unsqueeze(Op.Equal(steps, Lengths - 1L), 2);                                     // [time, batch, 1]
        var start = Op.Squeeze(Op.Slice(last, 0, 0, 1), 0);
        var (_, path) = Op.Scan([start], [origins, last, isLast], (states, slices) =>
        {
            var here = Op.Where(slices[2], slices[1], states[0]);
            return ([Op.GatherElements(slices[0], here, 1)], [here]);
        }, reverse: true);
        var valid = Op.Squeeze(_isValid, 2, 3);
        return Op.Transpose(Op.Where(valid, Op.Squeeze(path[0], 2), graph.Scalar(-1L)), 1, 0);
    }

    internal static Value LogSumExp(Value x, int axis)
    {
        var most = Op.ReduceMax(x, [axis]);
        return Op.Squeeze(most + Op.Log(Op.ReduceSum(Op.Exp(x - most), [axis])), axis);
    }

    private void Forward(out Value filtered, out Value logLikelihood)
    {
        var zeros = Op.ZerosLike(Op.Squeeze(Op.Slice(_emitted, 0, 0, 1), 0));
        var (_, outputs) = Op.Scan([zeros], [_emitted, _isFirst], (states, slices) =>
        {
            var predicted = LogSumExp(Op.Unsqueeze(states[0], 3) + _transition, 2);                      // [batch, models, states]
            var joint = Op.Where(slices[1], _initial, predicted) + slices[0];
            var scale = Op.Unsqueeze(LogSumExp(joint, 2), 2);
            return ([joint - scale], [joint - scale, scale]);
        });
        filtered = outputs[0];
        var scales = outputs[1] * Op.Cast(_isValid, ElementType.Float);                                  // [time, batch, models, 1]
        logLikelihood = Op.Squeeze(Op.ReduceSum(scales, [0], keepDims: false), 2);
    }
}
