using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A linear dynamical system as a graph of standard operators: filter and smoother as loops (<c>Scan</c>) over the steps. The noise of the
/// observation is part of the state, so that the components of a step can be taken one after another, whatever their covariance, and no
/// matrix is inverted (Koopman and Durbin 2000). It computes in double precision: a wide start, as of levels and trends, would cost single
/// precision most of its digits.
/// </summary>
internal sealed class LinearGaussianGraph
{
    private readonly LinearGaussianModel _model;
    private readonly int _n, _m, _size;
    private readonly Value _x, _seen, _isFirst, _isValid, _move, _lengths;
    // What known inputs add to observations, [time, batch, dimensions], and to states, [time, batch, size, 1]; null without any.
    private readonly Value? _direct, _drive;
    private readonly Value[] _rows;
    private readonly double[] _units;
    private Value? _lastMean;

    /// <param name="x">[time, batch, dimensions + inputs]; NaN for missing values.</param>
    /// <param name="model">The model.</param>
    internal LinearGaussianGraph(Sequence x, LinearGaussianModel model)
    {
        var graph = x.Steps.Graph;
        // Observations are in units of their own, so that nothing depends on what they are measured in.
        _units = model.Units();
        (_model, _n, _m, _size) = (model.In(_units), model.States, model.Dimensions, model.States + model.Dimensions);
        var steps = Op.Range(Op.SizeOf(x.Steps, 0), x.Steps.Shape[0]);
        _isFirst = Op.Unsqueeze(Op.Equal(steps, graph.Scalar(0L)), 1, 2, 3);                             // [time, 1, 1, 1]
        _lengths = x.Lengths ?? Op.Filled(0L, [x.Steps.Shape[1]], x.Steps) + Op.SizeOf(x.Steps, 0);
        _isValid = Op.Unsqueeze(Op.Less(Op.Unsqueeze(steps, 1), _lengths), 2, 3);                        // [time, batch, 1, 1]
        var observed = model.Inputs == 0 ? x.Steps : Op.Slice(x.Steps, 2, 0, _m);
        // Only NaN differs from itself.
        var seen = Op.And(Op.Equal(observed, observed), Op.Squeeze(_isValid, 3));
        var scaled = Op.Cast(Op.Where(seen, observed, observed.Number(0)), ElementType.Double)
            * Constant(graph, Array.ConvertAll(_units, unit => 1 / unit), _m);
        if (model.Inputs > 0)
        {
            var inputs = Op.Cast(Op.Slice(x.Steps, 2, _m), ElementType.Double);
            _direct = Op.MatMul(inputs, Constant(graph, DenseMatrix.Transposed(_model.D, _m, model.Inputs), model.Inputs, _m));
            // Its own noise is the rest of the state.
            _drive = Op.Unsqueeze(Op.MatMul(inputs, Constant(graph, DenseMatrix.Transposed([.. _model.B, .. new double[_m * model.Inputs]],
                _size, model.Inputs), model.Inputs, _size)), 3);
            scaled -= _direct;
        }
        _x = Op.Unsqueeze(scaled, 3);                                                                    // [time, batch, dimensions, 1]
        _seen = Op.Unsqueeze(Op.Cast(seen, ElementType.Double), 3);
        _move = Constant(graph, Enlarged(model.F, new double[_m * _m]), _size, _size);
        _rows = [.. Enumerable.Range(0, _m).Select(i => Constant(graph, RowOf(i), 1, _size))];
        Filter();
    }

    /// <summary>log p(x), [batch].</summary>
    internal Value LogLikelihood { get; private set; } = null!;

    /// <summary>The mean of the last state, [batch, states].</summary>
    internal Value LastMean => Op.Cast(_lastMean!, ElementType.Float);

    // After the last step, [batch, states, states]; and of each step what the smoother needs.
    private Value LastCovariance { get; set; } = null!;

    private Value[] Steps { get; set; } = [];

    /// <summary>Means of the observations ahead, then their deviations, [batch, 2 · horizon · dimensions], in the order of
    /// steps.</summary>
    internal Value Forecast(int horizon)
    {
        var (rows, noise) = (new List<double>(), new List<double>());
        double[] ahead = _model.H, spread = new double[_n * _n];
        for (var step = 0; step < horizon; step++)
        {
            ahead = DenseMatrix.Product(ahead, _model.F, _m, _n, _n);
            spread = DenseMatrix.Sum(DenseMatrix.Sandwich(_model.F, spread, _n, _n), _model.Q);
            var observed = DenseMatrix.Sum(DenseMatrix.Sandwich(_model.H, spread, _m, _n), _model.R);
            rows.AddRange(ahead);
            noise.AddRange(Enumerable.Range(0, _m).Select(i => observed[i * _m + i]));
        }
        var graph = _x.Graph;
        var all = Constant(graph, [.. rows], horizon * _m, _n);
        var means = Op.Gemm(_lastMean!, all, transB: true);
        var known = Op.ReduceSum(Op.MatMul(all, LastCovariance) * all, [2], keepDims: false);
        var variances = known + Constant(graph, [.. noise], horizon * _m);
        var units = Constant(graph, [.. Enumerable.Repeat(_units, 2 * horizon).SelectMany(each => each)], 2 * horizon * _m);
        return Op.Cast(Op.Concat(1, means, Op.Sqrt(Op.Max(variances, variances.Number(0)))) * units, ElementType.Float);
    }

    /// <summary>
    /// Means of the last observations, each by what is seen before it, then their deviations, [batch, 2 · horizon · dimensions], in the
    /// order of steps; NaN before the first step.
    /// </summary>
    internal Value Predicted(int horizon)
    {
        var rows = Op.Concat(0, _rows);                                                                  // [dimensions, size]
        var means = Op.Squeeze(Op.MatMul(rows, Steps[0]), 3);                                            // [time, batch, dimensions]
        if (_direct is not null)
            means += _direct;
        var variances = Op.ReduceSum(Op.MatMul(rows, Steps[1]) * rows, [3], keepDims: false);
        var units = Constant(_x.Graph, _units, _m);
        var both = Op.Concat(2, means * units, Op.Sqrt(Op.Max(variances, variances.Number(0))) * units);
        var ahead = _x.Graph.Vector([.. Enumerable.Range(-horizon, horizon).Select(step => (long)step)]);
        var places = Op.Unsqueeze(Op.Unsqueeze(_lengths, 1) + ahead, 2);                                 // [batch, horizon, 1]
        var isThere = Op.GreaterOrEqual(places, places.Number(0));
        var last = Op.GatherND(Op.Transpose(both, 1, 0, 2), Op.Max(places, places.Number(0)), batchAxes: 1);
        // [batch, horizon, 2 · dimensions]
        last = Op.Where(isThere, last, last.Number(double.NaN));
        Value Of(int from) => Op.Reshape(Op.Slice(last, 2, from, from + _m), [last.Shape[0], horizon * _m], last);
        return Op.Cast(Op.Concat(1, Of(0), Of(_m)), ElementType.Float);
    }

    /// <summary>Smoothed means of the states, [batch, time, states]; 0 past each length.</summary>
    internal Value Smoothed()
    {
        var graph = _x.Graph;
        var back = Constant(graph, DenseMatrix.Transposed(Enlarged(_model.F, new double[_m * _m]), _size, _size), _size, _size);
        var zeros = Op.Squeeze(Op.Slice(Steps[0], 0, 0, 1), 0) * 0;                                     // [batch, size, 1]
        var (_, outputs) = Op.Scan([zeros], [.. Steps, _isValid], (states, slices) =>
        {
            var r = states[0];                                                                           // [batch, size, 1]
            for (var i = _m - 1; i >= 0; i--)
            {
                var gain = Op.Slice(slices[2], 2, i, i + 1);                                             // [batch, size, 1]
                var surprise = Op.Slice(slices[3], 1, i, i + 1);                                         // [batch, 1, 1]
                var column = Op.Transpose(_rows[i], 1, 0);
                r += column * (surprise - Op.ReduceSum(gain * r, [1]));
            }
            var smoothed = slices[0] + Op.MatMul(slices[1], r);
            return ([Op.Where(slices[4], Op.MatMul(back, r), states[0])], [smoothed]);
        }, reverse: true);
        var means = Op.Squeeze(Op.Slice(outputs[0], 2, 0, _n), 3) * Op.Cast(Op.Squeeze(_isValid, 3), ElementType.Double);
        return Op.Cast(Op.Transpose(means, 1, 0, 2), ElementType.Float);
    }

    private void Filter()
    {
        var graph = _x.Graph;
        var start = Constant(graph, [.. _model.Mean, .. new double[_m]], 1, _size, 1);
        var first = Constant(graph, Enlarged(_model.Covariance, _model.R), 1, _size, _size);
        var noise = Constant(graph, Enlarged(_model.Q, _model.R), 1, _size, _size);
        var back = Op.Transpose(_move, 1, 0);
        var one = Op.ReduceSum(Op.Squeeze(Op.Slice(_x, 0, 0, 1), 0), [1]) * 0;                          // [batch, 1, 1]
        Value mean = one + start * 0, covariance = one + first * 0, logs = one;
        Value[] read = [_x, _seen, _isFirst, _isValid, .. _drive is null ? (Value[])[] : [_drive]];
        var (last, outputs) = Op.Scan([mean, covariance, logs], read, (states, slices) =>
        {
            var moved = Op.MatMul(_move, states[0]);
            var z = Op.Where(slices[2], start + states[0] * 0, _drive is null ? moved : moved + slices[4]);
            var p = Op.Where(slices[2], first + states[1] * 0, Op.MatMul(Op.MatMul(_move, states[1]), back) + noise);
            var (predicted, spread, logDensity) = (z, p, states[2]);
            Value[] gains = new Value[_m], surprises = new Value[_m];
            for (var i = 0; i < _m; i++)
            {
                var isSeen = Op.Slice(slices[1], 1, i, i + 1);                                           // [batch, 1, 1]
                var along = Op.MatMul(p, Op.Transpose(_rows[i], 1, 0));                                  // [batch, size, 1]
                var variance = Op.MatMul(_rows[i], along);                                               // [batch, 1, 1]
                variance = Op.Max(variance, variance.Number(1e-30));
                var surprise = Op.Slice(slices[0], 1, i, i + 1) - Op.MatMul(_rows[i], z);
                gains[i] = along / variance * isSeen;
                surprises[i] = surprise / variance * isSeen;
                z += gains[i] * surprise;
                p -= Op.MatMul(gains[i], Op.Transpose(along, 0, 2, 1));
                p = (p + Op.Transpose(p, 0, 2, 1)) * 0.5;
                logDensity -= (Op.Log(variance * (2 * Math.PI)) + surprise * surprise / variance) * 0.5 * isSeen;
            }
            Value[] next = [Op.Where(slices[3], z, states[0]), Op.Where(slices[3], p, states[1]), logDensity];
            return (next, [predicted, spread, Op.Concat(2, gains), Op.Concat(1, surprises)]);
        });
        // A density of what was divided by a unit is one of the observations divided by it.
        var perValue = Op.ReduceSum(Op.Squeeze(_seen, 3) * Constant(graph, Array.ConvertAll(_units, Math.Log), _m), [0, 2],
            keepDims: false);
        LogLikelihood = Op.Cast(Op.Squeeze(last[2], 1, 2) - perValue, ElementType.Float);
        _lastMean = Op.Squeeze(Op.Slice(last[0], 1, 0, _n), 2);
        LastCovariance = Op.Slice(Op.Slice(last[1], 1, 0, _n), 2, 0, _n);
        Steps = outputs;
    }

    // A component reads the state and its own noise.
    private double[] RowOf(int component)
    {
        double[] row = [.. _model.H.AsSpan(component * _n, _n), .. new double[_m]];
        row[_n + component] = 1;
        return row;
    }

    // [[a, 0], [0, b]]
    private double[] Enlarged(double[] a, double[] b)
    {
        var whole = new double[_size * _size];
        for (var i = 0; i < _size; i++)
            for (var j = 0; j < _size; j++)
                whole[i * _size + j] = i < _n && j < _n ? a[i * _n + j] : i >= _n && j >= _n ? b[(i - _n) * _m + j - _n] : 0;
        return whole;
    }

    private static Value Constant(Graph graph, double[] numbers, params long[] sizes) =>
        graph.Constant(TensorData.Create(numbers, sizes));
}
