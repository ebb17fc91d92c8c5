namespace MLSeqGraph.Transforms;

/// <summary>Counts rows that can't be read, and keeps what was wrong with the first of them, for logs. For one thread at a time.</summary>
internal sealed class SkippedRows
{
    /// <summary>How many there were.</summary>
    internal long Count { get; private set; }

    /// <summary>What was wrong with the first: the message names its column and row. Null where there was none.</summary>
    internal string? First { get; private set; }

    internal void Add(InvalidDataException problem)
    {
        Count++;
        First ??= problem.Message;
    }

    internal void Clear() => (Count, First) = (0, null);

    /// <summary>A line for the log of what scores them.</summary>
    public override string ToString() => Line(Count, "rows can't be read and have no prediction", First);

    /// <summary>A line for a log.</summary>
    /// <param name="count">How many rows there were.</param>
    /// <param name="what">What they are and what became of them.</param>
    /// <param name="first">What was wrong with the first.</param>
    internal static string Line(long count, string what, string? first) =>
        FormattableString.Invariant($"{count:N0} {what}{(first is null ? "" : $"; the first: {first}")}");
}
