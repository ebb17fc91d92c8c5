namespace MLSeqGraph.Transforms;

/// <summary>Which words are joined to phrases.</summary>
public sealed record WordPhraseOptions
{
    /// <summary>A pair that occurs less often is no phrase; 5 by default.</summary>
    public int MinimumCount { get; init; } = 5;

    /// <summary>δ, taken from a pair's count, so that rare pairs are no phrases; 5 by default.</summary>
    public double Discount { get; init; } = 5;

    /// <summary>
    /// (count(a b) − δ) · words / (count(a) · count(b)) of a phrase is above this: about how many times as often the words stand
    /// together as they would by chance. 100 by default.
    /// </summary>
    public double Threshold { get; init; } = 100;

    /// <summary>What stands between the words of a phrase; an underscore by default.</summary>
    public string Joint { get; init; } = "_";

    internal void Validate()
    {
        static void Check(string option, bool holds, object? found, string expected)
        {
            if (!holds)
                throw new ArgumentException(FormattableString.Invariant($"{option} is {found ?? "null"}; expected {expected}."), option);
        }
        Check(nameof(MinimumCount), MinimumCount >= 1, MinimumCount, "at least 1");
        Check(nameof(Discount), Discount >= 0 && double.IsFinite(Discount), Discount, "a finite number of at least 0");
        Check(nameof(Threshold), Threshold >= 0 && double.IsFinite(Threshold), Threshold, "a finite number of at least 0");
        Check(nameof(Joint), Joint is { Length: > 0 } && !Joint.Any(char.IsWhiteSpace), $"'{Joint}'", "a text without white space");
    }
}
