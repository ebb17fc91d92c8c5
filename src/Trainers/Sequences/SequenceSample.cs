using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a network is told of the training rows before it is written.</summary>
/// <param name="source">The training rows.</param>
/// <param name="column">The column of sequences.</param>
/// <param name="scaling">The moments by which features are scaled; null for none.</param>
/// <param name="longest">Steps of the longest row.</param>
/// <param name="seed">Decides what is drawn.</param>
internal sealed class SequenceSample(SequenceBatchSource source, SequenceColumn column, Moments? scaling, int longest, int seed)
{
    /// <summary>Number of rows.</summary>
    internal long Rows => source.RowsRead;

    /// <summary>Steps of the longest row.</summary>
    internal int Longest => longest;

    /// <summary>What the steps are.</summary>
    internal SequenceKind Kind => column.Kind;

    /// <summary>Features of a step.</summary>
    internal int Features => column.FeatureCount;

    /// <summary>Decides what is drawn.</summary>
    internal int Seed => seed;

    /// <summary>What is asked of the network besides a summary of each row, as a reason against presets that have none; null for
    /// nothing.</summary>
    internal string? Needs { get; init; }

    /// <summary>Why a row's output layer can't be solved for; null where it can.</summary>
    internal string? NotLinear { get; init; }

    /// <summary>Lowest and highest number of the first step of each further column.</summary>
    internal IReadOnlyList<(float Low, float High)> SideStarts { get; init; } = [];

    /// <summary>Whether each row has a class.</summary>
    internal bool HasClasses { get; init; }

    internal CancellationToken CancellationToken { get; init; }

    /// <summary>The scaled features [steps · features] of some rows, by their place among those that can be read.</summary>
    internal Dictionary<long, float[]> Read(IReadOnlySet<long> places)
    {
        Dictionary<long, float[]> found = [];
        var place = 0L;
        foreach (var batch in source.ReadEpoch(0, CancellationToken))
            for (var row = 0; row < batch.Batch; row++, place++)
                if (places.Contains(place))
                    found[place] = Scaled(batch.Features.Span.Slice(row * batch.Time * Features,
                        (int)batch.Lengths.Span[row] * Features));
        return found;
    }

    private float[] Scaled(ReadOnlySpan<float> steps)
    {
        var scaled = steps.ToArray();
        if (scaling is null)
            return scaled;
        float[] mean = scaling.Mean, deviation = scaling.Deviation;
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = (scaled[i] - mean[i % mean.Length]) / deviation[i % mean.Length];
        return scaled;
    }
}
