using MathNet.Numerics.Distributions;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The numbers that a network gives for each target and step, as a distribution: its loss, its middle, its quantiles.</summary>
internal sealed class ForecastOutputs
{
    // Farther away from the window, in its deviations, a target counts as if it were there: a constant window before a jump.
    private const double Farthest = 50;

    private readonly ForecastWindow _window;
    private readonly ForecastSetup _setup;
    private readonly Value[] _parameters;

    /// <param name="window">The window that is forecast from.</param>
    /// <param name="setup">What is forecast.</param>
    /// <param name="logits">[batch, targets, horizon · parameters].</param>
    internal ForecastOutputs(ForecastWindow window, ForecastSetup setup, Value logits)
    {
        (_window, _setup) = (window, setup);
        var all = Op.Reshape(logits, [logits.Shape[0], setup.Targets.Count, setup.Horizon, setup.Parameters], logits);
        _parameters = [.. Enumerable.Range(0, setup.Parameters).Select(i => Op.Squeeze(Op.Slice(all, 3, i, i + 1), 3))];
        if (setup.Loss == ForecastLoss.Quantiles)
            _parameters = Array.ConvertAll(_parameters, window.WithoutGain);
        else if (setup.Loss != ForecastLoss.NegativeBinomial)
            _parameters[0] = window.WithoutGain(_parameters[0]);
    }

    /// <summary>The forecast in the targets' units, [batch, targets, horizon].</summary>
    internal Value Point => _setup.Loss == ForecastLoss.NegativeBinomial ? Op.Exp(LogMean) : _window.Restore(Middle);

    /// <summary>1 where a quantile is above the next, [batch, targets, horizon]; null where they can't be.</summary>
    internal Value? Crossing => _setup.Loss != ForecastLoss.Quantiles || _parameters.Length < 2 ? null
        : Enumerable.Range(1, _parameters.Length - 1)
            .Select(i => Op.Cast(Op.Greater(_parameters[i - 1], _parameters[i]), ElementType.Float)).Aggregate(Op.Max);

    private Value Middle => _setup.Loss == ForecastLoss.Quantiles ? _parameters[Array.IndexOf(_setup.Quantiles, 0.5f)] : _parameters[0];

    // Deviations are between exp(-7) and exp(7) of the window's.
    private Value LogDeviation => Op.Clip(_parameters[1], -7, 7);

    private Value LogMean => Op.Clip(_parameters[0], -20, 20) + Op.Log(_window.Deviation);

    private Value LogDegrees => Op.Clip(_parameters[2], -5, 7);

    /// <summary>The loss.</summary>
    /// <param name="targets">[batch, targets, horizon].</param>
    /// <param name="mask">1 where a target is there; null for everywhere.</param>
    internal Value Loss(Value targets, Value? mask)
    {
        if (_setup.Loss == ForecastLoss.NegativeBinomial)
            return Trainers.Loss.NegativeBinomial(LogMean, Op.Clip(_parameters[1], -7, 7), targets, mask);
        // Of one series an error counts by its size, of several by that of the series.
        var y = _window.Normalize(targets);
        Value? ratio = null;
        if (_setup.Scale.HasSeveral)
            y = Op.Clip(y, -Farthest, Farthest);
        else
            ratio = _window.Deviation / Op.Unsqueeze(y.Graph.Vector(_setup.Scale.TargetDeviation), 1);
        Value Sized(Value x) => ratio is null ? x : x * ratio;
        y = Sized(y);
        var logDeviation = _parameters.Length < 2 ? null : ratio is null ? LogDeviation : LogDeviation + Op.Log(ratio);
        return _setup.Loss switch
        {
            ForecastLoss.MeanSquaredError => Trainers.Loss.MeanSquaredError(Sized(Middle), y, mask),
            ForecastLoss.MeanAbsoluteError => Trainers.Loss.MeanAbsoluteError(Sized(Middle), y, mask),
            ForecastLoss.Huber => Trainers.Loss.Huber(Sized(Middle), y, 1, mask),
            ForecastLoss.Gaussian => Trainers.Loss.Gaussian(Sized(Middle), logDeviation!, y, mask),
            ForecastLoss.StudentT => Trainers.Loss.StudentT(Sized(Middle), logDeviation!, LogDegrees, y, mask),
            _ => Trainers.Loss.Quantiles(Op.Concat(3, [.. _parameters.Select(q => Op.Unsqueeze(Sized(q), 3))]), y, _setup.Quantiles, mask),
        };
    }

    /// <summary>Forecast and quantiles in the targets' units, [batch, targets, horizon, 1 + quantiles]; quantiles rise.</summary>
    /// <param name="offsets">What is added to each in the window's units, [horizon × targets × quantiles]; null for nothing.</param>
    internal Value Scores(float[]? offsets)
    {
        var quantiles = Enumerable.Range(0, _setup.Quantiles.Length).Select(i => Restored(Moved(i))).ToArray();
        // Each is compared with each once, which sorts them.
        for (var round = 0; round < quantiles.Length; round++)
            for (var i = 1; i < quantiles.Length - round; i++)
                (quantiles[i - 1], quantiles[i]) = (Op.Min(quantiles[i - 1], quantiles[i]), Op.Max(quantiles[i - 1], quantiles[i]));
        return Stacked(quantiles.Prepend(Point));

        Value Moved(int i)
        {
            var quantile = QuantileOf(i);
            if (offsets is null)
                return quantile;
            var (targets, horizon, count) = (_setup.Targets.Count, _setup.Horizon, _setup.Quantiles.Length);
            var of = new float[targets * horizon];
            for (var target = 0; target < targets; target++)
                for (var step = 0; step < horizon; step++)
                    of[target * horizon + step] = offsets[(step * targets + target) * count + i];
            return quantile + quantile.Graph.Constant(TensorData.Create(of, targets, horizon));
        }

        Value Restored(Value quantile) => IsOfCounts ? Op.Relu(quantile * _window.Deviation) : _window.Restore(quantile);
    }

    /// <summary>
    /// What quantiles are calibrated by, in the window's units but for the first two: what is subtracted from a target (or its logarithm)
    /// and by what it is divided, the middle, the quantiles. [batch, targets, horizon, 3 + quantiles].
    /// </summary>
    internal Value InUnitsOfWindow()
    {
        var middle = IsOfCounts ? Point / _window.Deviation : Middle;
        var zero = middle * 0;
        var center = IsOfCounts ? zero : zero + _window.Mean + (_window.Base ?? zero);
        return Stacked([center, zero + _window.Deviation, middle, .. Enumerable.Range(0, _setup.Quantiles.Length).Select(QuantileOf)]);
    }

    private bool IsOfCounts => _setup.Loss == ForecastLoss.NegativeBinomial;

    private static Value Stacked(IEnumerable<Value> values) => Op.Concat(3, [.. values.Select(value => Op.Unsqueeze(value, 3))]);

    // In the window's units.
    private Value QuantileOf(int i)
    {
        if (_setup.Loss == ForecastLoss.Quantiles)
            return _parameters[i];
        var z = Normal.InvCDF(0, 1, _setup.Quantiles[i]);
        switch (_setup.Loss)
        {
            case ForecastLoss.Gaussian:
                return Middle + Op.Exp(LogDeviation) * z;
            case ForecastLoss.StudentT:
                return Middle + Op.Exp(LogDeviation) * StudentQuantile(z);
            case ForecastLoss.NegativeBinomial:
                // Of the gamma distribution with its mean and variance (Wilson and Hilferty 1931).
                var mean = Op.Exp(LogMean);
                var shape = mean / (mean * Op.Exp(Op.Clip(_parameters[1], -7, 7)) + 1);
                var root = Op.Max(1 - Op.Reciprocal(shape * 9) + z / (Op.Sqrt(shape) * 3), mean.Number(0f));
                return mean * root * root * root / _window.Deviation;
            default:
                // One deviation of the window, until held-out windows say how many.
                return Middle + z;
        }
    }

    // z + g₁/ν + g₂/ν² + g₃/ν³, by Cornish and Fisher (Abramowitz and Stegun 1964, 26.7.5)
    private Value StudentQuantile(double z)
    {
        double z2 = z * z, z3 = z2 * z, z5 = z3 * z2, z7 = z5 * z2;
        var inverse = Op.Reciprocal(Op.Exp(LogDegrees) + 2);
        return z + inverse * ((z3 + z) / 4 + inverse * ((5 * z5 + 16 * z3 + 3 * z) / 96
            + inverse * ((3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384)));
    }
}
