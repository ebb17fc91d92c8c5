namespace GraphsInTime.Data;

/// <summary>Values of places over time, and which places are linked.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Places">The places' names.</param>
/// <param name="Times">The times' names.</param>
/// <param name="Values">[times][places]; NaN where missing.</param>
/// <param name="Links">Links, each in both directions.</param>
/// <param name="Source">Where links come from, for the report.</param>
internal sealed record PlaceData(string Name, string[] Places, string[] Times, float[][] Values, (int From, int To)[] Links, string Source)
{
    /// <summary>Whether somebody said which places are linked; otherwise it is a guess.</summary>
    internal bool HasGivenLinks { get; init; }

    /// <summary>Length and direction of each link, where there are coordinates.</summary>
    internal float[][]? LinkFeatures { get; init; }

    /// <summary>The error that no forecast can avoid, by the rule that made the values; null where it isn't known.</summary>
    internal double? RuleMae { get; init; }

    /// <summary>What was found that is worth a line of the report.</summary>
    internal string[] Remarks { get; init; } = [];

    /// <summary>Whether values are counts, which are learned and measured as log(1 + count).</summary>
    internal bool AreCounts { get; init; }
}
