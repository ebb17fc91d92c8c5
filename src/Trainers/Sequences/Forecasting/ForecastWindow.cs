using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A window as the network sees it, and the way back for its forecasts.</summary>
/// <param name="Steps">Normalized, [time, batch, features].</param>
/// <param name="Mean">What is subtracted from a target, [batch, targets, 1].</param>
/// <param name="Deviation">By what it is divided, [batch, targets, 1].</param>
/// <param name="Base">What seasonal differences are added to, [batch, targets, horizon]; null without them.</param>
/// <param name="Gain">The trained factor [targets, 1]; null where there is none.</param>
/// <param name="Bias">The trained offset [targets, 1]; null where there is none.</param>
/// <param name="Log">Whether logarithms were taken.</param>
internal sealed record ForecastWindow(Sequence Steps, Value Mean, Value Deviation, Value? Base, Value? Gain, Value? Bias, bool Log)
{
    // Below this share of the training data's deviation, or of the mean where series are of any size, a window counts as constant.
    private const double LeastOfData = 1e-3, LeastOfMean = 1e-2;

    /// <summary>Normalizes the targets of a window and standardizes its covariates.</summary>
    /// <param name="x">[time, batch, (targets, covariates, whether targets are there)].</param>
    /// <param name="setup">How.</param>
    internal static ForecastWindow Of(Sequence x, ForecastSetup setup)
    {
        var (network, targets, season) = (x.Network, setup.Targets.Count, setup.Season);
        var window = (int)x.Steps.Shape[0].Size;
        var values = Op.Slice(x.Steps, 2, 0, targets);                                                        // [time, batch, targets]
        var there = setup.IsMasked ? Op.Slice(x.Steps, 2, x.Features - targets) : null;
        if (setup.Log)
            values = Logarithm(values);
        Value? seasonal = null;
        if (season > 0)
        {
            long[] before = [.. Enumerable.Range(0, setup.Horizon).Select(step => (long)window - season + step % season)];
            seasonal = Op.Transpose(Op.Gather(values, network.Graph.Vector(before), 0), 1, 2, 0);
            values = Op.Slice(values, 0, season) - Op.Slice(values, 0, 0, window - season);
            there = there is null ? null : Op.Slice(there, 0, season) * Op.Slice(there, 0, 0, window - season);
        }
        var (mean, deviation) = Statistics(values, there, setup);
        Value? gain = null, bias = null;
        var normalized = (values - mean) / deviation;
        if (setup.Normalization == WindowNormalization.Reversible)
        {
            gain = network.Parameter("reversible/gain", [targets, 1], Initializers.Ones, decays: false);
            bias = network.Parameter("reversible/bias", [targets, 1], Initializers.Zeros, decays: false);
            normalized = normalized * Op.Squeeze(gain, 1) + Op.Squeeze(bias, 1);
        }
        // Where nothing was there, the mean tells the least.
        Value[] parts = [there is null ? normalized : normalized * there];
        var covariates = setup.Scale.CovariateMean.Length;
        if (covariates > 0)
            parts = [.. parts, (Op.Slice(Op.Slice(x.Steps, 2, targets, targets + covariates), 0, season)
                - network.Graph.Vector(setup.Scale.CovariateMean)) / network.Graph.Vector(setup.Scale.CovariateDeviation)];
        if (there is not null)
            parts = [.. parts, there];
        var steps = new Sequence(network, parts.Length == 1 ? parts[0] : Op.Concat(2, parts), null) { Inputs = x.Inputs };
        return new(steps, ByTarget(mean), ByTarget(deviation), seasonal, gain, bias, setup.Log);

        static Value ByTarget(Value x) => Op.Transpose(x, 1, 2, 0);
    }

    /// <summary>Targets as the network is to forecast them, [batch, targets, horizon]; a gain and offset are those of its output.</summary>
    internal Value Normalize(Value targets)
    {
        var y = Log ? Logarithm(targets) : targets;
        return ((Base is null ? y : y - Base) - Mean) / Deviation;
    }

    /// <summary>What the network forecasts, in the targets' units.</summary>
    internal Value Restore(Value normalized)
    {
        var y = normalized * Deviation + Mean;
        y = Base is null ? y : y + Base;
        // Larger logarithms than those of any Single are mistakes of a network in training.
        return Log ? Op.Sign(y) * (Op.Exp(Op.Min(Op.Abs(y), y.Number(80f))) - 1) : y;
    }

    /// <summary>The network's output without the gain and offset of its input.</summary>
    internal Value WithoutGain(Value output)
    {
        if (Gain is null || Bias is null)
            return output;
        var isSmall = Op.Less(Op.Abs(Gain), Gain.Number(1e-3f));
        return (output - Bias) / Op.Where(isSmall, Op.OnesLike(Gain) * 1e-3, Gain);
    }

    // Mirrored for negative numbers, so that all have one.
    private static Value Logarithm(Value x) => Op.Sign(x) * Op.Log(Op.Abs(x) + 1);

    // [1, batch, targets] each
    private static (Value Mean, Value Deviation) Statistics(Value x, Value? there, ForecastSetup setup)
    {
        var graph = x.Graph;
        var zero = Op.ReduceSum(x, [0]) * 0;
        var (ofData, spread) = (graph.Vector(setup.Scale.TargetMean), graph.Vector(setup.Scale.TargetDeviation));
        var count = there is null ? null : Op.OrOne(Op.ReduceSum(there, [0]));
        var mean = MeanOf(x);
        var difference = x - mean;
        // An even window around 0 has a thousandth of what all series spread.
        var ofMean = mean * mean * (LeastOfMean * LeastOfMean) + spread * spread * 1e-6;
        var least = setup.Scale.HasSeveral ? ofMean : spread * spread * (LeastOfData * LeastOfData);
        var deviation = Op.Sqrt(MeanOf(difference * difference) + least);
        return setup.Normalization switch
        {
            WindowNormalization.None => (zero + ofData, zero + spread),
            WindowNormalization.LastValue => (Op.Slice(x, 0, -1), setup.Scale.HasSeveral ? deviation : zero + spread),
            WindowNormalization.Scale => (zero, MeanOf(Op.Abs(x)) + spread * LeastOfData),
            _ => (mean, deviation),
        };

        Value MeanOf(Value values) => there is null ? Op.ReduceMean(values, [0]) : Op.ReduceSum(values * there, [0]) / count!;
    }
}
