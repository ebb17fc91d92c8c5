using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a vector is trained to tell apart: rows of the output table, each with 1 or 0.</summary>
internal abstract class VectorTargets
{
    /// <summary>Rows of the output table.</summary>
    internal abstract int Rows { get; }

    /// <summary>The most outputs of an item.</summary>
    internal abstract int Most { get; }

    /// <summary>Writes the outputs for an item to predict, and how many they are.</summary>
    internal abstract int Write(int item, Span<int> rows, Span<float> labels, ref SplitMix64 random);

    /// <summary>The item, and others drawn by their counts to a power (negative sampling, Mikolov et al. 2013, equation 4).</summary>
    internal sealed class Negative : VectorTargets
    {
        private readonly int _count;
        private readonly double[] _keep;
        private readonly int[] _alias;

        internal Negative(IReadOnlyList<long> counts, int count, double power)
        {
            _count = count;
            (_keep, _alias) = (new double[counts.Count], new int[counts.Count]);
            AliasTable.Build([.. counts.Select(of => of == 0 ? 0 : Math.Pow(of, power))], _keep, _alias);
        }

        internal override int Rows => _keep.Length;

        internal override int Most => 1 + _count;

        internal override int Write(int item, Span<int> rows, Span<float> labels, ref SplitMix64 random)
        {
            (rows[0], labels[0]) = (item, 1);
            var written = 1;
            for (var i = 0; i < _count; i++)
                if (AliasTable.Draw(_keep, _alias, ref random) is var drawn && drawn != item)
                    (rows[written], labels[written++]) = (drawn, 0);
            return written;
        }
    }

    /// <summary>The turns of the item's path in a tree (hierarchical softmax).</summary>
    internal sealed class Hierarchical(HuffmanTree tree) : VectorTargets
    {
        internal override int Rows => tree.Nodes;

        internal override int Most => tree.Longest;

        internal override int Write(int item, Span<int> rows, Span<float> labels, ref SplitMix64 random)
        {
            var (nodes, turns) = tree.PathTo(item);
            nodes.Span.CopyTo(rows);
            for (var i = 0; i < turns.Length; i++)
                labels[i] = turns.Span[i] ? 0 : 1;
            return nodes.Length;
        }
    }
}
