using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Takes some rows of a table into a batch.</summary>
/// <param name="rows">The rows' numbers.</param>
/// <param name="batch">The batch's number, counted on from epoch to epoch: what it draws depends on it.</param>
internal delegate void FillRows(ReadOnlySpan<int> rows, long batch);

/// <summary>A batch of inputs of any kinds, each of which feeds itself.</summary>
/// <param name="fill">Takes rows; null for a batch that is filled otherwise.</param>
/// <param name="feeds">Feed the inputs to a session.</param>
internal sealed class InputBatch(FillRows? fill, params Action<TrainingSession>[] feeds) : TrainingBatch
{
    public override int Examples => Count;

    /// <summary>The number of rows in it.</summary>
    internal int Count { get; set; }

    internal void Fill(ReadOnlySpan<int> rows, long batch)
    {
        Count = rows.Length;
        fill!(rows, batch);
    }

    public override void FeedTo(TrainingSession session)
    {
        foreach (var feed in feeds)
            feed(session);
    }
}
