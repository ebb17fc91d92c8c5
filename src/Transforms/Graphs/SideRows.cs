using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Vectors and categories of some nodes or graphs as a network's inputs, where it reads them. Memory is kept.</summary>
/// <param name="reads">Whether the network has an input of that name.</param>
/// <param name="sides">The columns, with a row for each node or graph there is.</param>
internal sealed class SideRows(Func<string, bool> reads, IEnumerable<SequenceRows> sides)
{
    private readonly (SequenceRows Rows, SequenceBatch Batch)[] _sides =
        [.. sides.Where(side => reads(NameOf(side))).Select(side => (side, new SequenceBatch()))];

    /// <summary>Takes these rows.</summary>
    internal void Fill(ReadOnlySpan<int> rows)
    {
        foreach (var (side, batch) in _sides)
            batch.Fill(side, rows);
    }

    /// <summary>Takes all rows.</summary>
    internal SideRows FillAll()
    {
        foreach (var (side, batch) in _sides)
            batch.Fill(side, [.. Enumerable.Range(0, side.Count)]);
        return this;
    }

    internal void FeedTo(IInputFeed feed)
    {
        foreach (var (side, batch) in _sides)
            if (side.Columns.Sequence.Kind == SequenceKind.Vector)
                feed.Feed(NameOf(side), batch.Features, batch.Batch, batch.FeatureCount);
            else
                feed.Feed(NameOf(side), batch.Tokens, batch.Batch);
    }

    private static string NameOf(SequenceRows side) => side.Columns.Sequence.InputName;
}
