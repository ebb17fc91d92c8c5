using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The labels of some rows of a table, all that each has, as a network's inputs. Its memory is reused for the next batch.
/// </summary>
/// <param name="labels">The labels of the table.</param>
/// <param name="feedsWeights">Whether the network reads how much each row counts.</param>
internal sealed class LabelFeed(RowLabels labels, bool feedsWeights)
{
    private long[] _classes = [];
    private float[] _targets = [], _weights = [];

    /// <summary>
    /// Whether rows have weights in the loss: those of the table, or weights of 0 for missing labels where the head can't mark them
    /// otherwise.
    /// </summary>
    internal static bool AreWeighted(RowLabels labels, Head head, bool mayBeMissing) =>
        labels.IsWeighted || (mayBeMissing && !head.MarksMissingLabels);

    internal int Count { get; private set; }

    /// <summary>Takes some rows.</summary>
    internal void Fill(ReadOnlySpan<int> rows)
    {
        var count = 0;
        foreach (var row in rows)
            count += labels.LabelCount(row);
        Resize(count);
        var i = 0;
        foreach (var row in rows)
            for (var of = 0; of < labels.LabelCount(row); of++)
                Set(i++, row, of, !labels.IsMissing(row, of));
    }

    /// <summary>Takes all rows, of one label each; labels of rows that don't count are treated as missing.</summary>
    internal void FillAll(bool[] counts)
    {
        Resize(counts.Length);
        for (var row = 0; row < counts.Length; row++)
            Set(row, row, 0, counts[row]);
    }

    internal void FeedTo(IInputFeed feed)
    {
        if (labels.TargetCount == 0)
            feed.Feed(Head.Labels, _classes.AsMemory(), Count);
        else
            feed.Feed(Head.Labels, _targets.AsMemory(), Count, labels.TargetCount);
        if (feedsWeights)
            feed.Feed(Head.Weights, _weights.AsMemory(), Count);
    }

    private void Resize(int count)
    {
        Count = count;
        if (_weights.Length >= count)
            return;
        _weights = new float[count];
        if (labels.TargetCount == 0)
            _classes = new long[count];
        else
            _targets = new float[checked(count * labels.TargetCount)];
    }

    private void Set(int i, int row, int of, bool counts)
    {
        _weights[i] = counts ? labels.WeightOf(row) : 0;
        if (labels.TargetCount == 0)
        {
            _classes[i] = counts ? labels.Classes(row)[of] : -1;
            return;
        }
        var targets = _targets.AsSpan(i * labels.TargetCount, labels.TargetCount);
        if (counts)
            labels.Targets(row, of).CopyTo(targets);
        else
            targets.Clear();
    }
}
