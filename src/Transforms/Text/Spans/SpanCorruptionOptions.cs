namespace MLSeqGraph.Transforms;

/// <summary>How spans of tokens are hidden (Raffel et al. 2020, section 3.1.4).</summary>
public sealed record SpanCorruptionOptions
{
    /// <summary>The sentinel of number i is <c>&lt;extra_id_i&gt;</c>, as in T5's vocabulary.</summary>
    /// <param name="number">From 0.</param>
    public static string Sentinel(int number) => $"<extra_id_{number}>";

    /// <summary>Share of a row's tokens that are hidden, 0.15 by default; at least one is, and at least one is left.</summary>
    public double Noise { get; init; } = 0.15;

    /// <summary>Mean number of tokens of a hidden span, 3 by default.</summary>
    public double MeanSpan { get; init; } = 3;

    /// <summary>Number of sentinels, 100 by default: a row can have one span fewer.</summary>
    public int Sentinels { get; init; } = 100;

    /// <summary>Decides which tokens are hidden, 0 by default.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        Check(nameof(Noise), Noise is > 0 and < 1, Noise, "above 0 and below 1");
        Check(nameof(MeanSpan), MeanSpan >= 1 && double.IsFinite(MeanSpan), MeanSpan, "a finite number of at least 1");
        Check(nameof(Sentinels), Sentinels >= 2, Sentinels, "at least 2");
    }

    private static void Check(string option, bool holds, double found, string expected)
    {
        if (!holds)
            throw new ArgumentException(
                FormattableString.Invariant($"{option} of {nameof(SpanCorruptionOptions)} is {found}; expected {expected}."), option);
    }
}
