using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a pass over the training data tells of its labels: how often each class occurs, or the moments of the targets.</summary>
internal sealed class LabelStatistics(SequenceLabel label)
{
    /// <summary>Of every target of a regression.</summary>
    internal Moments Targets { get; } = new(label.Kind == SequenceLabelKind.Targets ? label.Count : 0);

    /// <summary>Rows, or steps, of each class.</summary>
    internal long[] ClassCounts { get; } = new long[label.Kind == SequenceLabelKind.Targets ? 0 : label.Count];

    /// <summary>Adds classes; negative ones are no labels.</summary>
    internal void Add(ReadOnlySpan<long> classes)
    {
        foreach (var number in classes)
            if (number >= 0)
                ClassCounts[number]++;
    }

    /// <summary>Adds a row of a table.</summary>
    internal void Add(RowLabels labels, int row)
    {
        if (Targets.Count > 0)
            Targets.Add(labels.TargetsOf(row));
        else
            Add([labels.ClassOf(row)]);
    }

    /// <summary>Weights that let every class count the same: rows / (classes · rows of the class).</summary>
    internal float[] BalancedWeights()
    {
        var present = ClassCounts.Count(count => count > 0);
        return Array.ConvertAll(ClassCounts, count => count == 0 ? 0 : (float)((double)ClassCounts.Sum() / (present * (double)count)));
    }

    /// <exception cref="InvalidOperationException">All rows are of one class.</exception>
    internal void RequireTwoClasses()
    {
        if (ClassCounts.Count(count => count > 0) < 2)
            throw new InvalidOperationException(
                $"Column '{label.Name}': all {ClassCounts.Sum()} labels of the training data are of one class; a classifier needs at "
                    + $"least two.");
    }
}
