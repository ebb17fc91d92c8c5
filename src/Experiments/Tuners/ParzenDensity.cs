using MathNet.Numerics;

namespace MLSeqGraph.Experiments;

/// <summary>
/// A density on [0, 1]: normal densities around points, cut off at the ends, as wide as the farther neighbor is away, and a wide one around
/// the middle (Bergstra et al. 2011).
/// </summary>
internal sealed class ParzenDensity
{
    private readonly double[] _means, _deviations, _masses;

    internal ParzenDensity(double[] points)
    {
        _means = [.. points.Append(0.5).Order()];
        _deviations = new double[_means.Length];
        _masses = new double[_means.Length];
        var prior = Array.IndexOf(_means, 0.5);
        var least = 1.0 / Math.Min(100, 1 + _means.Length);
        for (var i = 0; i < _means.Length; i++)
        {
            double left = i > 0 ? _means[i] - _means[i - 1] : _means[i], right = i + 1 < _means.Length ? _means[i + 1] - _means[i]
                : 1 - _means[i];
            _deviations[i] = i == prior ? 1 : Math.Clamp(Math.Max(left, right), least, 1);
            _masses[i] = Cumulative((1 - _means[i]) / _deviations[i]) - Cumulative(-_means[i] / _deviations[i]);
        }
    }

    internal double At(double x)
    {
        var sum = 0.0;
        for (var i = 0; i < _means.Length; i++)
        {
            var z = (x - _means[i]) / _deviations[i];
            sum += Math.Exp(-z * z / 2) / (_deviations[i] * Math.Sqrt(2 * Math.PI) * _masses[i]);
        }
        return Math.Max(sum / _means.Length, double.Epsilon);
    }

    internal double Draw(Random random)
    {
        var i = random.Next(_means.Length);
        var low = Cumulative(-_means[i] / _deviations[i]);
        var quantile = low + random.NextDouble() * _masses[i];
        var z = -Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * Math.Clamp(quantile, 1e-12, 1 - 1e-12));
        return Math.Clamp(_means[i] + _deviations[i] * z, 0, 1);
    }

    private static double Cumulative(double z) => SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;
}
