using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Attributes of nodes of which some are hidden, others in every epoch: what is hidden is missing among the features and is all that
/// there is among the targets.
/// </summary>
internal sealed class HiddenAttributes
{
    private readonly float[] _given;
    private readonly double _fraction;
    private readonly bool? _hidesNodes;
    private readonly int _seed;

    // Rows that lack something, and how often one is drawn whose gaps a node gets, so that no attribute is hidden more often than asked.
    private readonly int[] _incomplete;
    private readonly double _shareOfGaps;

    /// <param name="features">The attributes, NaN where one is missing.</param>
    /// <param name="fraction">The share that is hidden.</param>
    /// <param name="hidesNodes">
    /// Whether all attributes of a node are hidden at once, or single ones; null for those together that are missing together in the data,
    /// and single ones where nothing is missing.
    /// </param>
    /// <param name="seed">Decides the draws.</param>
    internal HiddenAttributes(FeatureMatrix features, double fraction, bool? hidesNodes, int seed)
    {
        (_fraction, _seed) = (fraction, seed);
        _given = new float[(long)features.RowCount * features.ColumnCount];
        features.CopyTo(_given);
        Features = FeatureMatrix.Dense(features.RowCount, features.ColumnCount, (float[])_given.Clone()).With(features.Sides);
        Targets = new float[_given.Length];
        var width = features.ColumnCount;
        _incomplete = [.. Enumerable.Range(0, features.RowCount).Where(row => _given.AsSpan(row * width, width).Contains(float.NaN))];
        _hidesNodes = hidesNodes ?? (_incomplete.Length == 0 ? false : null);
        var most = Enumerable.Range(0, width).Max(column => _incomplete.Count(row => float.IsNaN(_given[row * width + column])));
        _shareOfGaps = Math.Min(1, fraction * _incomplete.Length / Math.Max(1, most));
    }

    /// <summary>The attributes without those hidden.</summary>
    internal FeatureMatrix Features { get; }

    /// <summary>The attributes hidden, [nodes, attributes], NaN for all others.</summary>
    internal float[] Targets { get; }

    /// <summary>The number of attributes that are given.</summary>
    internal int GivenCount => _given.Count(value => !float.IsNaN(value));

    /// <summary>Hides others: which depends only on seed, epoch and node.</summary>
    internal void Hide(int epoch)
    {
        var width = Features.ColumnCount;
        _given.CopyTo(Features.Values, 0);
        Array.Fill(Targets, float.NaN);
        var hidden = 0;
        for (var node = 0; node < Features.RowCount; node++)
        {
            var random = SplitMix64.OfItem(SplitMix64.SeedOf(_seed, epoch), node);
            var draw = random.NextDouble();
            if (_hidesNodes is null && draw >= _shareOfGaps)
                continue;
            var gaps = _hidesNodes is null ? _incomplete[random.Next(_incomplete.Length)] * width : 0;
            for (var i = 0; i < width; i++)
                if (_hidesNodes is { } whole ? (whole ? draw : random.NextDouble()) < _fraction : float.IsNaN(_given[gaps + i]))
                    hidden += HideAt(node * width + i);
        }
        // Of few attributes chance may have hidden none: the first that may be.
        foreach (var isAsInData in (bool[])[_hidesNodes is null, false])
            for (var i = 0; hidden == 0 && i < _given.Length; i++)
                if (!isAsInData || _incomplete.Any(row => float.IsNaN(_given[row * width + i % width])))
                    hidden += HideAt(i);
    }

    private int HideAt(int i)
    {
        if (float.IsNaN(_given[i]))
            return 0;
        (Targets[i], Features.Values[i]) = (_given[i], float.NaN);
        return 1;
    }
}
