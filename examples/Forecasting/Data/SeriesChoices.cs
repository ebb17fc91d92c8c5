namespace Forecasting.Data;

/// <summary>What was asked for of the data; null for what suits them.</summary>
/// <param name="Targets">Columns to forecast.</param>
/// <param name="Known">Columns that are known ahead.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Season">Steps of a season.</param>
/// <param name="TestSteps">Steps at the end to compare.</param>
internal sealed record SeriesChoices(string[]? Targets = null, string[]? Known = null, int? Horizon = null, int? Season = null,
    int? TestSteps = null);
