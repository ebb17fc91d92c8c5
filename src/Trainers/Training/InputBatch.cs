using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

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

    public override int? WholeExamples => Whole;

    /// <summary>The number of rows in it.</summary>
    internal int Count { get; set; }

    /// <summary>The number of rows in all ranks' shares of it; null where there are none.</summary>
    internal int? Whole { get; set; }

    /// <summary>Takes a share of the rows.</summary>
    internal void Fill(ReadOnlySpan<int> rows, long batch, Shard shard = default)
    {
        var share = shard.Of(rows);
        (Count, Whole) = (share.Length, rows.Length);
        if (Count > 0)
            fill!(share, shard.Number(batch));
    }

    public override void FeedTo(TrainingSession session)
    {
        foreach (var feed in feeds)
            feed(session);
    }
}
