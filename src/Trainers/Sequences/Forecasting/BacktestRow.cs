namespace MLSeqGraph.Trainers;

/// <summary>A forecast that was compared with what came.</summary>
/// <param name="Series">The series, empty where there is one.</param>
/// <param name="Target">The column.</param>
/// <param name="Origin">The number of the last step that was known, from 0.</param>
/// <param name="Step">Steps after it, from 1.</param>
/// <param name="Time">The time as text.</param>
/// <param name="Actual">What came.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="Quantiles">Its quantiles; none of naive forecasts.</param>
/// <param name="Scale">The mean absolute seasonal difference before the first origin.</param>
public sealed record BacktestRow(string Series, string Target, int Origin, int Step, string Time, double Actual, double Forecast,
    IReadOnlyList<float> Quantiles, double Scale);
