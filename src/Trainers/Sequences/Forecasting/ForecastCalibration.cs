using MathNet.Numerics.Distributions;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>How far quantiles have to be moved so that held-out windows lie below them as often as they say.</summary>
/// <remarks>
/// Conformalized quantile regression (Romano et al. 2019): to each quantile q the q quantile of target - quantile over held-out windows is
/// added, in units of the window, so that a learned spread keeps its form whatever its size. Steps share what is known of their errors:
/// these are divided by a straight line through their mean sizes over the horizon. Where there are too few independent errors for a
/// quantile to be one of them, it is that of Student's t distribution, whose size is the larger one of the errors of held-out windows,
/// which may have been small by chance, and of windows trained on, which may be too small.
/// </remarks>
internal sealed class ForecastCalibration
{
    // With so many windows each step has errors enough of its own.
    private const int EnoughPerStep = 400;

    // With fewer degrees of freedom the tails would be those of nothing that is measured.
    private const double LeastDegrees = 4;

    private readonly ForecastSetup _setup;
    private readonly ForecastPanel _panel;
    private readonly IReadOnlyList<WindowPlace> _places;
    private readonly float[][] _outputs;
    private readonly (double Size, double Independent)[] _errors;

    /// <param name="panel">The series.</param>
    /// <param name="places">Windows that weights were not trained on.</param>
    /// <param name="outputs">What <see cref="ForecastOutputs.InUnitsOfWindow"/> gives for them.</param>
    /// <param name="setup">What is forecast.</param>
    /// <param name="trained">The same of windows that weights were trained on, where the others are few.</param>
    internal ForecastCalibration(ForecastPanel panel, IReadOnlyList<WindowPlace> places, float[][] outputs, ForecastSetup setup,
        ForecastCalibration? trained = null)
    {
        (_panel, _places, _outputs, _setup) = (panel, places, outputs, setup);
        _errors = new (double, double)[setup.Targets.Count];
        var (horizon, targets, quantiles) = (setup.Horizon, setup.Targets.Count, setup.Quantiles);
        Offsets = new float[horizon * targets * quantiles.Length];
        Independent = double.MaxValue;
        for (var target = 0; target < targets; target++)
        {
            var errors = Errors(target);
            var sizes = Sizes(errors);
            var independent = IndependentOf(errors, sizes);
            Independent = Math.Min(Independent, independent);
            var size = errors.Count == 0 ? 0 : Math.Sqrt(errors.Average(error => Square(error.OfMiddle / sizes[error.Step])));
            _errors[target] = (size, independent);
            var of = trained is null ? (size, independent)
                : (Math.Max(size, trained._errors[target].Size), independent + trained._errors[target].Independent);
            var ofSteps = errors.ToLookup(error => places.Count >= EnoughPerStep ? error.Step : 0);
            for (var q = 0; q < quantiles.Length; q++)
            {
                var offset = 0.0;
                for (var step = 0; step < horizon && quantiles[q] != 0.5f; step++)
                {
                    if (step == 0 || places.Count >= EnoughPerStep)
                        offset = Offset([.. ofSteps[step]], q, sizes, independent, of);
                    Offsets[(step * targets + target) * quantiles.Length + q] = (float)(sizes[step] * offset);
                }
            }
        }
    }

    /// <summary>What is added to the quantiles, [horizon × targets × quantiles].</summary>
    internal float[] Offsets { get; }

    /// <summary>The number of independent errors that there were, of the target with the fewest.</summary>
    internal double Independent { get; }

    /// <summary>How many independent errors a quantile needs to be one of them.</summary>
    internal static int Needed(float quantile) => (int)Math.Ceiling(1 / Math.Round(Math.Min(quantile, 1.0 - quantile), 7) - 1);

    // An error of the middle of a forecast, and that of its quantiles, in units of the window.
    private sealed record Error(int Window, int Step, double OfMiddle, double[] OfQuantiles);

    private List<Error> Errors(int target)
    {
        List<Error> errors = [];
        var (targets, each) = (_setup.Targets.Count, 3 + _setup.Quantiles.Length);
        for (var i = 0; i < _places.Count; i++)
        {
            var series = _panel.Series[_places[i].Series];
            for (var step = 0; step < _setup.Horizon; step++)
            {
                var at = (_places[i].End + step) * targets + target;
                if (series.IsThere is { } there && !there[at])
                    continue;
                var of = _outputs[i].AsSpan((step * targets + target) * each, each);
                double y = series.Targets[at];
                y = _setup.Log ? Math.CopySign(Math.Log(1 + Math.Abs(y)), y) : y;
                y = (y - of[0]) / of[1];
                var quantiles = new double[_setup.Quantiles.Length];
                for (var q = 0; q < quantiles.Length; q++)
                    quantiles[q] = y - of[3 + q];
                errors.Add(new(i, step, y - of[2], quantiles));
            }
        }
        return errors;
    }

    // A straight line through the mean sizes of the errors of each step, not below a quarter of its middle.
    private double[] Sizes(List<Error> errors)
    {
        var horizon = _setup.Horizon;
        var sizes = new double[horizon];
        Array.Fill(sizes, 1);
        var each = errors.GroupBy(error => error.Step).Select(step => (At: (double)step.Key, Size: step.Average(error =>
            Math.Abs(error.OfMiddle)))).ToArray();
        var mean = each.Length == 0 ? 0 : each.Average(of => of.Size);
        if (mean <= 0 || each.Length < 2)
            return sizes;
        var center = each.Average(of => of.At);
        var slope = each.Sum(of => (of.At - center) * (of.Size - mean)) / each.Sum(of => (of.At - center) * (of.At - center));
        for (var step = 0; step < horizon; step++)
            sizes[step] = Math.Max(0.25, 1 + slope / mean * (step - center));
        return sizes;
    }

    // Steps that were forecast, less as errors that follow one another resemble each other: n (1 - ρ) / (1 + ρ).
    private double IndependentOf(List<Error> errors, double[] sizes)
    {
        double pairs = 0, squares = 0;
        foreach (var (one, next) in errors.Zip(errors.Skip(1)))
            if (one.Window == next.Window && next.Step == one.Step + 1)
            {
                double a = one.OfMiddle / sizes[one.Step], b = next.OfMiddle / sizes[next.Step];
                (pairs, squares) = (pairs + a * b, squares + (a * a + b * b) / 2);
            }
        var correlation = squares > 0 ? Math.Clamp(pairs / squares, 0, 0.99) : 0;
        double steps = 0, apart = 0;
        foreach (var windows in _places.GroupBy(place => place.Series).Select(series => series.Count()))
            (steps, apart) = (steps + windows + _setup.Horizon - 1, apart + 1 + (windows - 1) / _setup.Horizon);
        return Math.Clamp(steps * (1 - correlation) / (1 + correlation), apart, steps);
    }

    // In units of the step's size.
    private double Offset(Error[] errors, int q, double[] sizes, double independent, (double Size, double Degrees) of)
    {
        if (errors.Length == 0)
            return 0;
        var quantile = _setup.Quantiles[q];
        var sign = quantile < 0.5f ? -1 : 1;
        var level = Math.Max(quantile, 1.0 - quantile);
        double Sized(Error error) => error.OfQuantiles[q] / sizes[error.Step];
        if (independent < Needed(quantile))
        {
            var toQuantile = errors.Average(error => (error.OfQuantiles[q] - error.OfMiddle) / sizes[error.Step]);
            var t = StudentT.InvCDF(0, 1, Math.Max(LeastDegrees, of.Degrees), level);
            return toQuantile + sign * t * of.Size * Math.Sqrt(1 + 1 / independent);
        }
        double[] sorted = [.. errors.Select(error => sign * Sized(error)).Order()];
        var at = Math.Ceiling(Math.Min(1, level * (1 + 1 / independent)) * sorted.Length) - 1;
        return sign * sorted[(int)Math.Clamp(at, 0, sorted.Length - 1)];
    }

    private static double Square(double number) => number * number;
}
