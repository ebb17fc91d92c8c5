namespace StateSpace;

/// <summary>Errors of forecasts.</summary>
internal static class Scores
{
    /// <summary>The root mean squared error in standard deviations of the series; missing values are left out.</summary>
    internal static double Nrmse(double[] series, int from, double[] forecast)
    {
        double[] seen = [.. series.Where(double.IsFinite)];
        var mean = seen.Average();
        var deviation = Math.Sqrt(seen.Average(value => (value - mean) * (value - mean)));
        double[] errors = [.. forecast.Select((value, i) => value - series[from + i]).Where(double.IsFinite)];
        return Math.Sqrt(errors.Average(error => error * error)) / deviation;
    }
}
