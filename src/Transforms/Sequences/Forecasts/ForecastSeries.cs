namespace MLSeqGraph.Transforms;

/// <summary>A series on equally spaced steps, as a forecaster reads it.</summary>
/// <param name="Number">Its number in the panel.</param>
/// <param name="Name">Its name in messages.</param>
/// <param name="Times">The times of its steps and of those after its end whose covariates are given.</param>
/// <param name="Steps">The steps up to the last target.</param>
internal sealed record ForecastSeries(int Number, string Name, long[] Times, int Steps)
{
    /// <summary>[steps × targets]; where one is missing the last one before it.</summary>
    internal required float[] Targets { get; init; }

    /// <summary>[steps × targets], whether a target is there; null where all are.</summary>
    internal bool[]? IsThere { get; init; }

    /// <summary>[steps × covariates known up to now].</summary>
    internal required float[] Past { get; init; }

    /// <summary>[steps and those after the end × covariates known ahead], those made of dates last.</summary>
    internal required float[] Known { get; init; }

    /// <summary>The features of the series itself.</summary>
    internal required float[] Static { get; init; }
}
