using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Statistics from one pass over the training data: moments of the features, and counts or moments of the labels.</summary>
internal sealed class SequenceStatistics
{
    private SequenceStatistics(SequenceColumns columns)
    {
        (_columns, Features) = (columns, new(columns.Sequence.FeatureCount));
        Labels = columns.Label is { } label ? new(label, columns.WeightColumnName) : null;
        Sides = [.. columns.Sides.Select(side => new Moments(side.FeatureCount))];
        SideStarts = [.. columns.Sides.Select(_ => (float.PositiveInfinity, float.NegativeInfinity))];
        _lacking = [.. new[] { columns.Sequence }.Concat(columns.Sides).Where(column => column.MayBeMissing)];
    }

    private readonly SequenceColumns _columns;

    // The columns that no row has had so far.
    private List<SequenceColumn> _lacking;

    /// <summary>The moments of every feature over the valid steps.</summary>
    internal Moments Features { get; }

    /// <summary>The moments of every feature of each further column.</summary>
    internal IReadOnlyList<Moments> Sides { get; }

    /// <summary>
    /// Lowest and highest number of the first step of each further column of real numbers; an empty range without.
    /// </summary>
    internal (float Low, float High)[] SideStarts { get; }

    /// <summary>Number of rows.</summary>
    internal int Rows { get; private set; }

    /// <summary>Steps of the longest row.</summary>
    internal int Longest { get; private set; }

    /// <summary>The statistics of the labels; null without a label.</summary>
    internal LabelStatistics? Labels { get; }

    internal static SequenceStatistics Of(SequenceBatchSource source, SequenceColumns columns, CancellationToken cancellationToken)
    {
        var statistics = new SequenceStatistics(columns);
        foreach (var batch in source.ReadEpoch(0, cancellationToken))
            statistics.Add(batch);
        return statistics._lacking is [var lacking, ..]
            ? throw new InvalidDataException($"Column '{lacking.Name}' is missing in all rows that were read (empty, NaN, or without a "
                + "known token or category); leave it out, or give rows that have it.")
            : statistics;
    }

    private void Add(SequenceBatch batch)
    {
        if (_lacking.Count > 0)
            _lacking = [.. _lacking.Where(column => !Has(column == _columns.Sequence ? batch
                : batch.Sides[_columns.Sides.ToList().IndexOf(column)], column))];
        Add(Features, batch);
        Rows += batch.Batch;
        Longest = Math.Max(Longest, batch.Time);
        for (var i = 0; i < Sides.Count; i++)
        {
            Add(Sides[i], batch.Sides[i]);
            AddStarts(ref SideStarts[i], batch.Sides[i]);
        }
        for (var row = 0; row < batch.Batch && Labels is not null; row++)
        {
            var weight = batch.Weights.Length > 0 ? batch.Weights.Span[row] : 1;
            if (batch.TargetCount > 0)
            {
                var steps = batch.Targets.Span.Length / batch.Batch / batch.TargetCount;
                for (var step = 0; step < steps; step++)
                    if (batch.Targets.Span.Slice((row * steps + step) * batch.TargetCount, batch.TargetCount) is var targets
                        && targets.ContainsAnyExcept(float.NaN))
                        Labels.Add(targets, weight);
            }
            else if (_columns.Label!.Kind == SequenceLabelKind.Span)
                Labels.Add(ReadOnlySpan<long>.Empty, weight);
            else if (batch.LabelTime > 0)
                Labels.Add(batch.Labels.Span.Slice(row * batch.LabelTime, batch.LabelTime), weight);
            else if (batch.StepClasses.Length > 0)
                Labels.Add(batch.StepClasses.Span.Slice(row * batch.Time, batch.Time), weight);
            else
                Labels.Add(batch.Classes.Span.Slice(row, 1), weight);
        }
    }

    private static bool Has(SequenceBatch batch, SequenceColumn column)
    {
        for (var row = 0; row < batch.Batch; row++)
            if (column.Kind.IsReal() ? !float.IsNaN(batch.Features.Span[row * batch.Time * column.FeatureCount])
                : batch.Tokens.Span.Slice(row * batch.Time, batch.Time).ContainsAnyExcept(0))
                return true;
        return false;
    }

    private static void AddStarts(ref (float Low, float High) range, SequenceBatch batch)
    {
        for (var row = 0; row < batch.Batch && batch.FeatureCount > 0; row++)
        {
            var first = batch.Features.Span[row * batch.Time * batch.FeatureCount];
            range = (Math.Min(range.Low, first), Math.Max(range.High, first));
        }
    }

    private static void Add(Moments features, SequenceBatch batch)
    {
        for (var row = 0; row < batch.Batch && features.Count > 0; row++)
            for (long step = 0; step < batch.Lengths.Span[row]; step++)
                features.Add(batch.Features.Span.Slice((int)(row * batch.Time + step) * features.Count, features.Count));
    }
}
