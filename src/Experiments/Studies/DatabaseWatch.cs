namespace MLSeqGraph.Experiments;

/// <summary>Who is told that a database of studies doesn't answer, in what runs from here on; and what ends waiting for one that never
/// did.</summary>
/// <param name="Say">Told once for each time that one is away.</param>
/// <param name="Cancel">Ends waiting for a database that hasn't been open yet.</param>
internal sealed record DatabaseWatch(Action<string> Say, CancellationToken Cancel = default)
{
    private static readonly AsyncLocal<DatabaseWatch?> Flow = new();

    internal static DatabaseWatch? Current => Flow.Value;

    /// <summary>Begins, unless somebody is told already, until the result is disposed of.</summary>
    internal IDisposable Begin()
    {
        var before = Flow.Value;
        Flow.Value ??= this;
        return new End(before);
    }

    private sealed class End(DatabaseWatch? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
