using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What one pass over the training data tells: moments of features and targets, and how often each class occurs.</summary>
internal sealed class SequenceStatistics
{
    private readonly SequenceLabel _label;

    private SequenceStatistics(SequenceColumns columns)
    {
        _label = columns.Label!;
        Features = new(columns.Sequence.FeatureCount);
        Targets = new(_label.Kind == SequenceLabelKind.Targets ? _label.Count : 0);
        ClassCounts = new long[_label.Kind == SequenceLabelKind.Targets ? 0 : _label.Count];
    }

    /// <summary>Of every feature, over the valid steps.</summary>
    internal Moments Features { get; }

    /// <summary>Of every target of a regression.</summary>
    internal Moments Targets { get; }

    /// <summary>Examples, or steps, of each class.</summary>
    internal long[] ClassCounts { get; }

    internal static SequenceStatistics Of(SequenceBatchSource source, SequenceColumns columns, CancellationToken cancellationToken)
    {
        var statistics = new SequenceStatistics(columns);
        foreach (var batch in source.ReadEpoch(0, cancellationToken))
            statistics.Add(batch);
        return statistics;
    }

    /// <summary>Weights that let every class count the same: rows / (classes · rows of the class).</summary>
    internal float[] BalancedWeights()
    {
        var present = ClassCounts.Count(count => count > 0);
        return Array.ConvertAll(ClassCounts, count => count == 0 ? 0 : (float)((double)ClassCounts.Sum() / (present * (double)count)));
    }

    /// <exception cref="InvalidOperationException">All examples are of one class.</exception>
    internal void RequireTwoClasses()
    {
        if (ClassCounts.Count(count => count > 0) < 2)
            throw new InvalidOperationException(
                $"Column '{_label.Name}': all {ClassCounts.Sum()} labels of the training data are of one class; a classifier needs at least two.");
    }

    private void Add(SequenceBatch batch)
    {
        for (var row = 0; row < batch.Batch; row++)
        {
            for (long step = 0; step < batch.Lengths.Span[row] && Features.Count > 0; step++)
                Features.Add(batch.Features.Span.Slice((int)(row * batch.Time + step) * Features.Count, Features.Count));
            if (Targets.Count > 0)
                Targets.Add(batch.Targets.Span.Slice(row * Targets.Count, Targets.Count));
        }
        foreach (var label in _label.Kind == SequenceLabelKind.StepClasses ? batch.StepClasses.Span : batch.Classes.Span)
            if (label >= 0)
                ClassCounts[label]++;
    }
}

/// <summary>Running means and variances of some numbers (Welford 1962), so that large offsets cost no precision.</summary>
internal sealed class Moments(int count)
{
    private readonly double[] _mean = new double[count], _squares = new double[count];
    private long _rows;

    internal int Count => count;

    internal float[] Mean => Array.ConvertAll(_mean, mean => (float)mean);

    /// <summary>Standard deviations; 1 where all values are the same.</summary>
    internal float[] Deviation => Array.ConvertAll(_squares, squares => squares / _rows is var variance && variance > 1e-12 ? (float)Math.Sqrt(variance) : 1);

    internal void Add(ReadOnlySpan<float> row)
    {
        _rows++;
        for (var i = 0; i < count; i++)
        {
            var difference = row[i] - _mean[i];
            _mean[i] += difference / _rows;
            _squares[i] += difference * (row[i] - _mean[i]);
        }
    }
}
