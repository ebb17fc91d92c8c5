using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>Gathers the values of one slot and says how to normalize it.</summary>
internal abstract class SlotStatistics
{
    public abstract void Add(double value);

    public abstract (T Offset, T Scale) OffsetAndScale<T>() where T : struct, IFloatingPointIeee754<T>;
}

/// <summary>
/// Scales by 1 / max |value| where zero is to stay zero, else to [0, 1]. NaN is not counted; infinite values make the scale 0.
/// </summary>
internal sealed class MinMaxStatistics(bool fixZero) : SlotStatistics
{
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    public override void Add(double value)
    {
        if (value < _min)
            _min = value;
        if (value > _max)
            _max = value;
    }

    public override (T Offset, T Scale) OffsetAndScale<T>()
    {
        if (!(_max > _min))
            return default;
        T min = T.CreateTruncating(_min), max = T.CreateTruncating(_max);
        if (fixZero)
            return (T.Zero, T.One / T.Max(T.Abs(max), T.Abs(min)));
        T scale = T.One / (max - min);
        return (scale == T.Zero ? T.Zero : min, scale);
    }
}

/// <summary>
/// Scales by 1 / √(mean of squares) where zero is to stay zero, else subtracts the mean and divides by the standard deviation of
/// the population. Values that are not finite are not counted.
/// </summary>
internal sealed class MeanVarianceStatistics(bool fixZero) : SlotStatistics
{
    private double _count;
    private double _mean;
    private double _squaredDeviations;

    public override void Add(double value)
    {
        if (!double.IsFinite(value))
            return;
        _count++;
        double delta = value - _mean;
        _mean += delta / _count;
        _squaredDeviations += delta * (value - _mean);
    }

    public override (T Offset, T Scale) OffsetAndScale<T>()
    {
        if (_squaredDeviations == 0)
            return default;
        double variance = _squaredDeviations / _count;
        if (fixZero)
            return (T.Zero, T.One / T.CreateTruncating(Math.Sqrt(variance + _mean * _mean)));
        T scale = T.One / T.CreateTruncating(Math.Sqrt(variance));
        return (scale == T.Zero ? T.Zero : T.CreateTruncating(_mean), scale);
    }
}
