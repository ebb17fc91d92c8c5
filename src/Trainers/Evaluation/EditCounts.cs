namespace MLSeqGraph.Trainers;

/// <summary>What turns a reference into what was written: the fewest edits (Levenshtein 1966), each of which counts 1.</summary>
/// <param name="Substitutions">Symbols written as others.</param>
/// <param name="Insertions">Symbols too many.</param>
/// <param name="Deletions">Symbols that are missing.</param>
/// <param name="Length">Symbols of the reference.</param>
public readonly record struct EditCounts(long Substitutions, long Insertions, long Deletions, long Length)
{
    /// <summary>All edits.</summary>
    public long Errors => Substitutions + Insertions + Deletions;

    /// <summary>Edits per symbol of the reference; NaN where it has none.</summary>
    public double Rate => (double)Errors / Length;

    /// <summary>Compares two sequences.</summary>
    /// <param name="reference">What is right.</param>
    /// <param name="written">What was written.</param>
    public static EditCounts Between<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> written) where T : IEquatable<T>
    {
        // Of each prefix of what was written: the edits of the reference's prefix. Of several ways with as few, substitutions go first.
        var before = new EditCounts[written.Length + 1];
        var next = new EditCounts[written.Length + 1];
        for (var j = 0; j <= written.Length; j++)
            before[j] = new(0, j, 0, 0);
        for (var i = 1; i <= reference.Length; i++)
        {
            next[0] = new(0, 0, i, i);
            for (var j = 1; j <= written.Length; j++)
            {
                var replaced = before[j - 1];
                if (!reference[i - 1].Equals(written[j - 1]))
                    replaced = replaced with { Substitutions = replaced.Substitutions + 1 };
                var best = replaced;
                if (before[j].Errors + 1 < best.Errors)
                    best = before[j] with { Deletions = before[j].Deletions + 1 };
                if (next[j - 1].Errors + 1 < best.Errors)
                    best = next[j - 1] with { Insertions = next[j - 1].Insertions + 1 };
                next[j] = best with { Length = i };
            }
            (before, next) = (next, before);
        }
        return before[written.Length] with { Length = reference.Length };
    }

    /// <summary>The counts of two comparisons together.</summary>
    public static EditCounts operator +(EditCounts left, EditCounts right) => new(left.Substitutions + right.Substitutions,
        left.Insertions + right.Insertions, left.Deletions + right.Deletions, left.Length + right.Length);
}
