using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Computes the metrics of a whole epoch from those of its batches. Metrics <c>name/sum</c> are added up and divided by the sum of
/// <c>name/count</c> (of the rows where there is none); other metrics, and the loss, are means weighted by the batches' rows.
/// If a network reports <c>loss/count</c>, that is the loss's weight instead; <c>unseen/count</c> is the number of labels of classes that
/// no training row has.
/// </summary>
internal sealed class EpochMetrics
{
    private const string SumSuffix = "/sum", CountSuffix = "/count";

    /// <summary>The scalar by which a network reports its loss's weight.</summary>
    internal const string LossCount = MonitoredMetric.LossName + CountSuffix;

    /// <summary>The scalar by which a network reports the number of labels of classes that no training row has.</summary>
    internal const string UnseenCount = "unseen" + CountSuffix;

    private readonly Entry[] _entries;
    private readonly bool _hasLossCount, _hasUnseenCount;
    private double _lossSum, _lossWeight;

    internal EpochMetrics(IReadOnlyList<string> scalarMetrics)
    {
        _hasLossCount = scalarMetrics.Contains(LossCount);
        _hasUnseenCount = scalarMetrics.Contains(UnseenCount);
        _entries = [.. scalarMetrics.Where(name => !name.EndsWith(CountSuffix, StringComparison.Ordinal)).Select(name =>
        {
            if (!name.EndsWith(SumSuffix, StringComparison.Ordinal))
                return new Entry(name, name, null);
            var stem = name[..^SumSuffix.Length];
            return new Entry(stem, name, scalarMetrics.Contains(stem + CountSuffix) ? stem + CountSuffix : null);
        })];
        if (scalarMetrics.FirstOrDefault(name => name is not (LossCount or UnseenCount)
            && name.EndsWith(CountSuffix, StringComparison.Ordinal)
            && !scalarMetrics.Contains(name[..^CountSuffix.Length] + SumSuffix)) is { } lone)
            throw new ArgumentException($"The network reports '{lone}' without '{lone[..^CountSuffix.Length] + SumSuffix}'.");
        if (_entries.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Count() > 1 || group.Key == MonitoredMetric.LossName)
            is { } twice)
            throw new ArgumentException($"The network reports the metric '{twice.Key}' twice, or under the name of the loss.");
    }

    /// <summary>Names of the epoch's metrics.</summary>
    internal IEnumerable<string> Names => _entries.Select(entry => entry.Name);

    /// <summary>Number of batches added.</summary>
    internal long Batches { get; private set; }

    /// <summary>Number of rows in them.</summary>
    internal long Rows { get; private set; }

    /// <summary>Number of labels of classes that no training row has.</summary>
    internal double Unseen { get; private set; }

    /// <summary>The mean loss; NaN if no row counts in it.</summary>
    internal double Loss => _lossSum / _lossWeight;

    /// <summary>Whether a row has a weight in the loss.</summary>
    internal bool HasLoss => _lossWeight != 0;

    internal void Clear()
    {
        _lossSum = _lossWeight = Unseen = 0;
        Batches = Rows = 0;
        foreach (var entry in _entries)
            entry.Sum = entry.Weight = 0;
    }

    /// <summary>All that was added up: what several ranks have of an epoch can be added too.</summary>
    internal double[] Sums
    {
        get => [_lossSum, _lossWeight, Unseen, Rows, .. _entries.SelectMany(entry => (double[])[entry.Sum, entry.Weight])];
        set
        {
            (_lossSum, _lossWeight, Unseen, Rows) = (value[0], value[1], value[2], (long)value[3]);
            for (var i = 0; i < _entries.Length; i++)
                (_entries[i].Sum, _entries[i].Weight) = (value[4 + 2 * i], value[5 + 2 * i]);
        }
    }

    /// <summary>Adds the scalars that a session reported for a batch; where it has no rows, it counts as a batch alone.</summary>
    internal void Add(TrainingSession session, float loss, int rows)
    {
        Batches++;
        if (rows == 0)
            return;
        var weight = _hasLossCount ? session.Metric(LossCount) : rows;
        // the loss of a batch with weight 0 is 0 / 0
        if (weight != 0)
            _lossSum += (double)loss * weight;
        _lossWeight += weight;
        Unseen += _hasUnseenCount ? session.Metric(UnseenCount) : 0;
        Rows += rows;
        foreach (var entry in _entries)
        {
            var isSum = !ReferenceEquals(entry.Name, entry.Source);
            entry.Sum += isSum ? session.Metric(entry.Source) : (double)session.Metric(entry.Source) * rows;
            entry.Weight += entry.Count is null ? rows : session.Metric(entry.Count);
        }
    }

    /// <summary>The metrics by name; NaN for a metric in which no row counts.</summary>
    internal Dictionary<string, double> ToDictionary() => _entries.ToDictionary(entry => entry.Name, entry => entry.Sum / entry.Weight);

    private sealed class Entry(string name, string source, string? count)
    {
        internal string Name { get; } = name;
        internal string Source { get; } = source;
        internal string? Count { get; } = count;
        internal double Sum { get; set; }
        internal double Weight { get; set; }
    }
}
