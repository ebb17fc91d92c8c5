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
    private readonly bool _hidesNodes;
    private readonly int _seed;

    /// <param name="features">The attributes, NaN where one is missing.</param>
    /// <param name="fraction">The share that is hidden.</param>
    /// <param name="hidesNodes">Whether all attributes of a node are hidden at once; null for as they are missing.</param>
    /// <param name="seed">Decides the draws.</param>
    internal HiddenAttributes(FeatureMatrix features, double fraction, bool? hidesNodes, int seed)
    {
        (_fraction, _seed) = (fraction, seed);
        _given = new float[(long)features.RowCount * features.ColumnCount];
        features.CopyTo(_given);
        Features = FeatureMatrix.Dense(features.RowCount, features.ColumnCount, (float[])_given.Clone()).With(features.Sides);
        Targets = new float[_given.Length];
        _hidesNodes = hidesNodes ?? AreOfNodes();
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
            var hidesAll = random.NextDouble() < _fraction;
            for (var i = node * width; i < (node + 1) * width; i++)
                if (_hidesNodes ? hidesAll : random.NextDouble() < _fraction)
                    hidden += HideAt(i);
        }
        // Of few attributes chance may have hidden none.
        for (var i = 0; hidden == 0 && i < _given.Length; i++)
            hidden += HideAt(i);
    }

    private int HideAt(int i)
    {
        if (float.IsNaN(_given[i]))
            return 0;
        (Targets[i], Features.Values[i]) = (_given[i], float.NaN);
        return 1;
    }

    // Whether most of what is missing is missing of nodes that have nothing.
    private bool AreOfNodes()
    {
        int width = Features.ColumnCount, missing = 0, ofNodes = 0;
        for (var node = 0; node < Features.RowCount; node++)
        {
            var here = _given.AsSpan(node * width, width).Count(float.NaN);
            missing += here;
            ofNodes += here == width ? here : 0;
        }
        return width > 1 && 2 * ofNodes > missing;
    }
}
