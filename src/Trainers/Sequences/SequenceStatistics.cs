using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What one pass over the training data tells: moments of the features, and of the labels how often they occur.</summary>
internal sealed class SequenceStatistics
{
    private SequenceStatistics(SequenceColumns columns)
    {
        Features = new(columns.Sequence.FeatureCount);
        Labels = new(columns.Label!);
    }

    /// <summary>Of every feature, over the valid steps.</summary>
    internal Moments Features { get; }

    /// <summary>Of the labels.</summary>
    internal LabelStatistics Labels { get; }

    internal static SequenceStatistics Of(SequenceBatchSource source, SequenceColumns columns, CancellationToken cancellationToken)
    {
        var statistics = new SequenceStatistics(columns);
        foreach (var batch in source.ReadEpoch(0, cancellationToken))
            statistics.Add(batch);
        return statistics;
    }

    private void Add(SequenceBatch batch)
    {
        for (var row = 0; row < batch.Batch; row++)
        {
            for (long step = 0; step < batch.Lengths.Span[row] && Features.Count > 0; step++)
                Features.Add(batch.Features.Span.Slice((int)(row * batch.Time + step) * Features.Count, Features.Count));
            if (batch.TargetCount > 0)
                Labels.Targets.Add(batch.Targets.Span.Slice(row * batch.TargetCount, batch.TargetCount));
        }
        Labels.Add(batch.Classes.Span);
        Labels.Add(batch.StepClasses.Span);
    }
}
