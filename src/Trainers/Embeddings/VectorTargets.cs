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
    internal sealed class Negative(NegativeSampler sampler, int count) : VectorTargets
    {
        internal override int Rows => sampler.Count;

        internal override int Most => 1 + count;

        internal override int Write(int item, Span<int> rows, Span<float> labels, ref SplitMix64 random)
        {
            (rows[0], labels[0]) = (item, 1);
            var written = 1;
            for (var i = 0; i < count; i++)
                if (sampler.Draw(ref random) is var drawn && drawn != item)
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
