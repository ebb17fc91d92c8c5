namespace MLSeqGraph.Transforms;

/// <summary>
/// Rows that a model predicts together, read from a cursor or row one after another. For one thread at a time.
/// </summary>
internal interface IRowWindow : IDisposable
{
    /// <summary>Whether the window is full and must be predicted before more rows are added.</summary>
    bool IsFull { get; }

    /// <summary>The row that getters read, as returned by <see cref="Add"/>; below 0 for one that couldn't be read.</summary>
    int Current { set; }

    /// <summary>Forgets the rows.</summary>
    void Clear();

    /// <summary>Reads the row that the cursor stands on.</summary>
    /// <param name="skipped">Counts rows whose prediction is to be missing.</param>
    /// <returns>Its index here; -1 where it can't be read and its prediction is to be missing.</returns>
    /// <exception cref="InvalidDataException">It can't be read.</exception>
    int Add(SkippedRows skipped);

    /// <summary>Predicts the rows.</summary>
    void Run();
}
