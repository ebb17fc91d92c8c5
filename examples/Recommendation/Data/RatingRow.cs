namespace Recommendation.Data;

/// <summary>What a user thinks of an item.</summary>
internal sealed class RatingRow
{
    public string User { get; set; } = "";

    public string Item { get; set; } = "";

    public float Label { get; set; }

    /// <summary>When; the line's number where the file doesn't say.</summary>
    public double Time { get; set; }
}
