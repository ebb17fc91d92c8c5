namespace MLSeqGraph.Transforms;

/// <summary>The forecast of a target at a step.</summary>
/// <param name="Series">The series, empty where there is one.</param>
/// <param name="Time">The time as text.</param>
/// <param name="Step">The step after the end of the history, from 1.</param>
/// <param name="Target">The column that is forecast.</param>
/// <param name="Score">The forecast.</param>
/// <param name="Quantiles">Its quantiles, rising, those of <see cref="ModelForecast.Quantiles"/>.</param>
public sealed record ForecastRow(string Series, string Time, int Step, string Target, float Score, IReadOnlyList<float> Quantiles)
{
    /// <summary>The time where it is a date; otherwise null.</summary>
    public DateTime? Date { get; init; }
}
