namespace MLSeqGraph.Transforms;

/// <summary>What a forecaster's metadata says beside the rest (<see cref="ModelInfo.Forecast"/>).</summary>
/// <param name="Window">Steps that are read.</param>
/// <param name="Horizon">Steps that are forecast.</param>
/// <param name="Quantiles">The quantiles that stand behind each forecast in <see cref="ModelFormat.Score"/>.</param>
/// <param name="Step">
/// What is between two steps: <c>P1M</c> for a month (<c>P1E</c> from month's end to month's end), else ticks of 100 ns for dates, or a
/// number.
/// </param>
/// <param name="Columns">The columns of the panel it was trained on.</param>
/// <remarks>
/// The file reads <c>features</c> [batch, window, (targets, covariates known up to now, covariates known ahead, and where targets may be
/// missing whether each is there)], <c>Future</c> [batch, horizon · covariates known ahead] and <c>Static</c> [batch, features of a
/// series], where there are some. It gives <see cref="ModelFormat.Score"/> [batch, horizon · targets · (1 + quantiles)]: of the first
/// step the first target's forecast and its quantiles, and so on. All numbers are in the units of the data.
/// </remarks>
public sealed record ModelForecast(int Window, int Horizon, IReadOnlyList<float> Quantiles, string Step, ForecastColumns Columns)
{
    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem(int outputs)
    {
        if (Window < 1 || Horizon < 1)
            return $"has a window of {Window} and a horizon of {Horizon} steps, expected at least 1 each";
        if (Quantiles is null || Step is null || Columns?.TargetColumnNames is null)
            return "has a forecast without quantiles, step or columns";
        try
        {
            Columns.Checked();
            TimeAxis.Read(Step, null);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return $"has a forecast that is wrong: {exception.Message}";
        }
        var expected = (long)Horizon * Columns.TargetColumnNames.Length * (1 + Quantiles.Count);
        return outputs == expected ? null : $"has {outputs} outputs, expected {expected} for {Horizon} steps, "
            + $"{Columns.TargetColumnNames.Length} targets and {Quantiles.Count} quantiles";
    }
}
