using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Sequences of different lengths side by side, padded at the end to the longest of them. The memory is pinned and reused for later
/// batches: the properties' values are valid until the batch is filled again.
/// </summary>
public sealed class SequenceBatch
{
    private readonly PinnedBuffer<float> _features = new();
    private readonly PinnedBuffer<long> _tokens = new();
    private readonly PinnedBuffer<long> _lengths = new();
    private readonly PinnedBuffer<long> _classes = new();
    private readonly PinnedBuffer<long> _stepClasses = new();
    private readonly PinnedBuffer<long> _labels = new();
    private readonly PinnedBuffer<long> _labelLengths = new();
    private readonly PinnedBuffer<float> _targets = new();
    private readonly PinnedBuffer<float> _weights = new();
    private readonly PinnedBuffer<long> _positions = new();
    private SequenceKind _kind;

    internal SequenceBatch() { }

    /// <summary>The further columns, in the order in which they were given.</summary>
    internal SequenceBatch[] Sides { get; private set; } = [];

    /// <summary>The number of sequences.</summary>
    public int Batch { get; private set; }

    /// <summary>The number of sequences in the shares of all processes together.</summary>
    internal int WholeBatch { get; set; }

    /// <summary>The steps of the longest sequence.</summary>
    public int Time { get; private set; }

    /// <summary>Features per step, 0 for tokens.</summary>
    public int FeatureCount { get; private set; }

    /// <summary>Targets per sequence or step, 0 without such a label.</summary>
    public int TargetCount { get; private set; }

    /// <summary>The steps of all sequences together, without the padding.</summary>
    public long StepCount { get; private set; }

    /// <summary>[batch, time, features] real-valued steps, 0 at padding; empty for tokens.</summary>
    public Memory<float> Features => _features.Memory;

    /// <summary>[batch, time] token ids, 0 (unknown) at padding; empty for real-valued sequences.</summary>
    public Memory<long> Tokens => _tokens.Memory;

    /// <summary>[batch] number of steps of each sequence.</summary>
    public Memory<long> Lengths => _lengths.Memory;

    /// <summary>[batch] classes from 0; empty without such a label.</summary>
    public Memory<long> Classes => _classes.Memory;

    /// <summary>[batch, time] classes from 0, −1 at padding; empty without such a label.</summary>
    public Memory<long> StepClasses => _stepClasses.Memory;

    /// <summary>Labels of the row that has most of them, at least 1; 0 without such a label.</summary>
    public int LabelTime { get; private set; }

    /// <summary>[batch, labels] classes from 0 of whole sequences, −1 at padding; empty without such a label.</summary>
    public Memory<long> Labels => _labels.Memory;

    /// <summary>[batch] number of labels of each sequence; empty without such a label.</summary>
    public Memory<long> LabelLengths => _labelLengths.Memory;

    /// <summary>
    /// [batch, targets] real numbers to predict, or [batch, time, targets], NaN at padding; empty without such a label.
    /// </summary>
    public Memory<float> Targets => _targets.Memory;

    /// <summary>[batch] weights; empty without a weight column.</summary>
    public Memory<float> Weights => _weights.Memory;

    /// <summary>[batch] the rows' places in the data, counted from 0.</summary>
    public Memory<long> Positions => _positions.Memory;

    /// <summary>Fills the batch with copies of rows.</summary>
    internal void Fill(SequenceRows rows, ReadOnlySpan<int> chosen)
    {
        var (sequence, label) = (rows.Columns.Sequence, rows.Columns.Label);
        if (Sides.Length != rows.Sides.Length)
            Sides = Array.ConvertAll(rows.Sides, _ => new SequenceBatch());
        for (int i = 0; i < Sides.Length; i++)
            Sides[i].Fill(rows.Sides[i], chosen);
        Batch = chosen.Length;
        Time = 0;
        StepCount = 0;
        (_kind, FeatureCount) = (sequence.Kind, sequence.FeatureCount);
        TargetCount = rows.Labels.TargetCount;
        bool hasStepTargets = label?.Kind == SequenceLabelKind.StepTargets;
        _lengths.Resize(Batch);
        _positions.Resize(Batch);
        for (int i = 0; i < chosen.Length; i++)
        {
            int length = rows.Length(chosen[i]);
            _lengths.Span[i] = length;
            _positions.Span[i] = rows.Position(chosen[i]);
            Time = Math.Max(Time, length);
            StepCount += length;
        }

        _features.Resize(sequence.Kind.IsReal() ? (long)Batch * Time * FeatureCount : 0);
        _tokens.Resize(sequence.Kind.IsReal() ? 0 : (long)Batch * Time);
        _classes.Resize(label?.Kind == SequenceLabelKind.Class ? Batch : 0);
        _stepClasses.Resize(label?.Kind == SequenceLabelKind.StepClasses ? (long)Batch * Time : 0);
        bool hasLabels = label is { HasOwnLength: true };
        LabelTime = hasLabels ? 1 : 0;
        for (int i = 0; hasLabels && i < chosen.Length; i++)
            LabelTime = Math.Max(LabelTime, rows.Labels.LabelCount(chosen[i]));
        _labels.Resize((long)Batch * LabelTime);
        _labelLengths.Resize(hasLabels ? Batch : 0);
        _targets.Resize((long)Batch * TargetCount * (hasStepTargets ? Time : 1));
        _weights.Resize(rows.Labels.IsWeighted ? Batch : 0);
        for (int i = 0; i < chosen.Length; i++)
            FillRow(rows, chosen[i], i);
    }

    /// <summary>Feeds the items of the column, whatever it holds.</summary>
    /// <param name="feed">Where to.</param>
    /// <param name="items">The input of the items.</param>
    /// <param name="lengths">The input of the numbers of steps; null where there is none.</param>
    internal void FeedTo(IInputFeed feed, string items, string? lengths)
    {
        if (_kind.IsReal())
            feed.Feed(items, Features, _kind.IsRow() ? [Batch, FeatureCount] : [Batch, Time, FeatureCount]);
        else
            feed.Feed(items, Tokens, _kind.IsRow() ? [Batch] : [Batch, Time]);
        if (lengths is not null)
            feed.Feed(lengths, Lengths, Batch);
    }

    /// <summary>
    /// Marks an unknown last token: a model that counts the steps of tokens itself does so up to the last one that isn't padding, which
    /// is 0.
    /// </summary>
    internal void MarkUnknownLast()
    {
        Span<long> tokens = _tokens.Span, lengths = _lengths.Span;
        for (int row = 0; row < Batch; row++)
        {
            int last = (row * Time) + (int)lengths[row] - 1;
            if (lengths[row] > 0 && tokens[last] == 0)
                tokens[last] = ModelInput.UnknownToken;
        }
    }

    private void FillRow(SequenceRows rows, int row, int i)
    {
        var of = rows.Labels;
        if (_features.Length > 0)
            CopyPadded(rows.Features(row), _features.Span.Slice(i * Time * FeatureCount, Time * FeatureCount));
        if (_tokens.Length > 0)
            CopyPadded(rows.Tokens(row), _tokens.Span.Slice(i * Time, Time), 0);
        if (_classes.Length > 0)
            _classes.Span[i] = of.Classes(row)[0];
        if (_stepClasses.Length > 0)
            CopyPadded(of.Classes(row), _stepClasses.Span.Slice(i * Time, Time), -1);
        if (_labelLengths.Length > 0)
        {
            _labelLengths.Span[i] = of.LabelCount(row);
            CopyPadded(of.Classes(row), _labels.Span.Slice(i * LabelTime, LabelTime), -1);
        }

        if (_targets.Length > 0)
        {
            var to = _targets.Span.Slice(i * (_targets.Span.Length / Batch), _targets.Span.Length / Batch);
            of.Targets(row).CopyTo(to);
            to[of.Targets(row).Length..].Fill(float.NaN);
        }
        if (_weights.Length > 0)
            _weights.Span[i] = of.Weight(row);
    }

    private static void CopyPadded(ReadOnlySpan<float> from, Span<float> to)
    {
        from.CopyTo(to);
        to[from.Length..].Clear();
    }

    private static void CopyPadded(ReadOnlySpan<int> from, Span<long> to, long padding)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i];
        to[from.Length..].Fill(padding);
    }
}
