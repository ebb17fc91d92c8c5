using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Statistics of the labels from a pass over the training data: how often each class occurs, or the moments of the targets.
/// </summary>
/// <param name="label">The label.</param>
/// <param name="weightColumnName">The column of the rows' weights; null where they have none.</param>
internal sealed class LabelStatistics(SequenceLabel label, string? weightColumnName)
{
    private readonly double[] _classWeights = new double[label.IsNumbers ? 0 : label.Count];
    private long _rows;

    /// <summary>Whether rows have weights.</summary>
    internal bool IsWeighted => weightColumnName is not null;

    /// <summary>The weights of all rows, or steps of numbers, together.</summary>
    internal double Weight { get; private set; }

    /// <summary>The moments of each target of a regression.</summary>
    internal Moments Targets { get; } = new(label.IsNumbers ? label.Count : 0);

    /// <summary>Number of rows, or steps, of each class.</summary>
    internal long[] ClassCounts { get; } = new long[label.IsNumbers ? 0 : label.Count];

    /// <summary>Adds a row's class, or those of its steps; negative ones are missing labels.</summary>
    internal void Add(ReadOnlySpan<long> classes, float weight)
    {
        Weigh(weight);
        foreach (var number in classes)
            if (number >= 0)
            {
                ClassCounts[number]++;
                _classWeights[number] += weight;
            }
    }

    /// <summary>Adds a row's targets.</summary>
    internal void Add(ReadOnlySpan<float> targets, float weight)
    {
        Weigh(weight);
        // What has no part in the loss has none in its units.
        if (weight > 0)
            Targets.Add(targets);
    }

    /// <summary>Adds the labels of a row of a table, except missing ones.</summary>
    internal void Add(RowLabels labels, int row)
    {
        for (var of = 0; of < labels.LabelCount(row); of++)
        {
            if (labels.IsMissing(row, of))
                continue;
            if (Targets.Count > 0)
                Add(labels.Targets(row, of), labels.WeightOf(row));
            else
                Add([labels.Classes(row)[of]], labels.WeightOf(row));
        }
    }

    /// <summary>
    /// Weights that make every class count the same: rows / (classes · rows of the class). A class without rows gets the weight of an
    /// average row, so that validation rows of it count.
    /// </summary>
    internal float[] BalancedWeights()
    {
        var present = ClassCounts.Count(count => count > 0);
        return Array.ConvertAll(ClassCounts, count => count == 0 ? 1 : (float)((double)ClassCounts.Sum() / (present * (double)count)));
    }

    /// <exception cref="InvalidDataException">The weights of all rows are 0.</exception>
    internal void RequireWeight()
    {
        if (Weight == 0 && _rows > 0)
            throw NoWeight(weightColumnName, _rows);
    }

    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    internal void RequireTargets()
    {
        if (_rows == 0)
            throw new InvalidOperationException($"Column '{label.Name}': no training row has a label; expected at least one.");
    }

    internal static InvalidDataException NoWeight(string? weightColumnName, long rows) =>
        new($"Column '{weightColumnName}': the weights of all {rows} training rows are 0; expected at least one above 0.");

    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    /// <exception cref="InvalidDataException">The weights of all rows are 0.</exception>
    internal void RequireLabels()
    {
        RequireWeight();
        if (ClassCounts.Sum() == 0)
            throw new InvalidOperationException($"Column '{label.Name}': none of the {_rows} training rows has a label; expected at least "
                + "one.");
    }

    /// <exception cref="InvalidOperationException">All rows are of one class, or of classes with weight 0.</exception>
    /// <exception cref="InvalidDataException">The weights of all rows are 0.</exception>
    internal void RequireClasses(float[]? classWeights = null)
    {
        if (ClassCounts.Count(count => count > 0) < 2)
            throw new InvalidOperationException(
                $"Column '{label.Name}': all {ClassCounts.Sum()} labels of the training data are of one class; a classifier needs at "
                    + $"least two.");
        RequireWeight();
        if (ClassShares(classWeights).Sum() == 0)
            throw new InvalidOperationException($"{nameof(IClassificationOptions.ClassWeights)} is "
                + FormattableString.Invariant($"[{string.Join(", ", classWeights ?? [])}]")
                + $": 0 for every class of column '{label.Name}' that a training row"
                + $"{(weightColumnName is null ? "" : " of a weight above 0")} has; expected more for at least one of them.");
    }

    /// <summary>The weight of each class's rows in the loss, not normalized.</summary>
    internal double[] ClassShares(float[]? classWeights) =>
        [.. _classWeights.Select((weight, i) => weight * (classWeights?[i] ?? 1))];

    /// <summary>
    /// Cross-entropy of the best constant distribution: the entropy of the classes' shares. Label smoothing spreads some of each target
    /// over all classes.
    /// </summary>
    internal double Entropy(float[]? classWeights, float labelSmoothing)
    {
        var shares = ClassShares(classWeights);
        var total = shares.Sum();
        return -shares.Select(share => (1 - labelSmoothing) * share / total + labelSmoothing / shares.Length)
            .Sum(share => share > 0 ? share * Math.Log(share) : 0);
    }

    private void Weigh(float weight)
    {
        _rows++;
        Weight += weight;
    }
}
