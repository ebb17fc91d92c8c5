namespace MLSeqGraph.Experiments;

/// <summary>
/// Functional analysis of variance of a forest (Hutter et al. 2014): a tree cuts the space into boxes with a value each, so that the mean
/// over all other dimensions is a step function of one; its variance over that of the tree is the dimension's share.
/// </summary>
internal static class HyperparameterImportance
{
    private const int Trees = 32, LeafRows = 2;

    internal static IReadOnlyDictionary<string, double> Of(SearchSpace space, IReadOnlyList<TrialResult> completed, int seed)
    {
        if (completed.Count < 4)
            throw new InvalidOperationException($"{completed.Count} trials were completed; expected at least 4 to tell which dimensions "
                + "matter.");
        // In units of the largest metric, about the mean: shares don't depend on the metric's size.
        var unit = completed.Max(trial => Math.Abs(trial.Metric!.Value)) is > 0 and var largest ? largest : 1;
        var mean = completed.Average(trial => trial.Metric!.Value / unit);
        var deviation = Math.Sqrt(completed.Average(trial => Math.Pow(trial.Metric!.Value / unit - mean, 2)));
        (double[] Point, double Value)[] rows = [.. completed.Select(trial => (space.MappingToFeatureSpace(trial.Parameters)!,
            deviation > 0 ? (trial.Metric!.Value / unit - mean) / deviation : 0))];
        var random = new Random(seed);
        var shares = new double[space.Dimensions.Count];
        var counted = 0;
        for (var tree = 0; tree < Trees; tree++)
        {
            var drawn = Enumerable.Range(0, rows.Length).Select(_ => rows[random.Next(rows.Length)]).ToArray();
            var leaves = new List<Leaf>();
            Grow(drawn, new Box(shares.Length), space, leaves, random);
            if (Shares(leaves, shares.Length) is not { } found)
                continue;
            counted++;
            for (var i = 0; i < shares.Length; i++)
                shares[i] += found[i];
        }
        return space.Dimensions.Indexed().Select(one => (one.Item.Name, Share: counted == 0 ? 0 : shares[one.Index] / counted))
            .OrderByDescending(one => one.Share).ToDictionary(one => one.Name, one => one.Share);
    }

    private static void Grow((double[] Point, double Value)[] rows, Box box, SearchSpace space, List<Leaf> leaves, Random random)
    {
        var best = (Gain: 1e-12, Dimension: -1, At: 0.0);
        // Half of the dimensions, drawn for each cut.
        var dimensions = Enumerable.Range(0, space.Dimensions.Count).ToArray();
        random.Shuffle(dimensions);
        foreach (var dimension in rows.Length >= 2 * LeafRows ? dimensions.Take((dimensions.Length + 1) / 2) : [])
        {
            var sorted = rows.OrderBy(row => row.Point[dimension]).ToArray();
            double sum = sorted.Sum(row => row.Value), left = 0;
            for (var i = 1; i < sorted.Length; i++)
            {
                left += sorted[i - 1].Value;
                if (i < LeafRows || sorted.Length - i < LeafRows || sorted[i].Point[dimension] == sorted[i - 1].Point[dimension])
                    continue;
                var gain = left * left / i + (sum - left) * (sum - left) / (sorted.Length - i) - sum * sum / sorted.Length;
                if (gain > best.Gain)
                    best = (gain, dimension, (sorted[i].Point[dimension] + sorted[i - 1].Point[dimension]) / 2);
            }
        }
        if (best.Dimension < 0)
        {
            leaves.Add(new(box, rows.Average(row => row.Value)));
            return;
        }
        var (_, cut, at) = best;
        Grow([.. rows.Where(row => row.Point[cut] < at)], box.With(cut, box.Low[cut], at), space, leaves, random);
        Grow([.. rows.Where(row => row.Point[cut] >= at)], box.With(cut, at, box.High[cut]), space, leaves, random);
    }

    private static double[]? Shares(List<Leaf> leaves, int dimensions)
    {
        var mean = leaves.Sum(leaf => leaf.Box.Volume() * leaf.Value);
        var variance = leaves.Sum(leaf => leaf.Box.Volume() * (leaf.Value - mean) * (leaf.Value - mean));
        if (variance <= 0)
            return null;
        var shares = new double[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            double[] cuts = [.. leaves.SelectMany(leaf => (double[])[leaf.Box.Low[i], leaf.Box.High[i]]).Distinct().Order()];
            for (var part = 1; part < cuts.Length; part++)
            {
                var (low, high) = (cuts[part - 1], cuts[part]);
                // The mean over the other dimensions: leaves that span this part, by their volume in the others.
                var there = leaves.Where(leaf => leaf.Box.Low[i] <= low && leaf.Box.High[i] >= high)
                    .Sum(leaf => leaf.Value * leaf.Box.Volume() / (leaf.Box.High[i] - leaf.Box.Low[i]));
                shares[i] += (high - low) * (there - mean) * (there - mean) / variance;
            }
        }
        return shares;
    }

    private sealed record Leaf(Box Box, double Value);

    private sealed record Box(double[] Low, double[] High)
    {
        internal Box(int dimensions) : this(new double[dimensions], [.. Enumerable.Repeat(1.0, dimensions)])
        {
        }

        internal double Volume() => Low.Zip(High, (low, high) => high - low).Aggregate(1.0, (product, side) => product * side);

        internal Box With(int dimension, double low, double high)
        {
            double[] lows = [.. Low], highs = [.. High];
            (lows[dimension], highs[dimension]) = (low, high);
            return new(lows, highs);
        }
    }
}
