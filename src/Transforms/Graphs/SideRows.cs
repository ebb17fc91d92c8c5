using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Columns beside some nodes, graphs or texts as a network's inputs, where it reads them. Memory is kept.</summary>
/// <param name="reads">Whether the network has an input of that name.</param>
/// <param name="sides">The columns, with a row for each node, graph or text there is.</param>
internal sealed class SideRows(Func<string, bool> reads, IEnumerable<SequenceRows> sides)
{
    private readonly (SequenceRows Rows, SequenceBatch Batch, string? Lengths)[] _sides = [.. sides.Where(side => reads(NameOf(side)))
        .Select(side => (side, new SequenceBatch(), ModelInput.OfSide(side.Columns.Sequence).LengthsInput is { } lengths && reads(lengths)
            ? lengths : null))];

    /// <summary>Takes these rows.</summary>
    internal void Fill(ReadOnlySpan<int> rows)
    {
        foreach (var (side, batch, lengths) in _sides)
        {
            batch.Fill(side, rows);
            if (lengths is null && side.Columns.Sequence.Kind == SequenceKind.Tokens)
                batch.MarkUnknownLast();
        }
    }

    /// <summary>Takes all rows.</summary>
    internal SideRows FillAll()
    {
        Fill([.. Enumerable.Range(0, _sides.Length == 0 ? 0 : _sides[0].Rows.Count)]);
        return this;
    }

    internal void FeedTo(IInputFeed feed)
    {
        foreach (var (side, batch, lengths) in _sides)
            batch.FeedTo(feed, NameOf(side), lengths);
    }

    private static string NameOf(SequenceRows side) => side.Columns.Sequence.InputName;
}
