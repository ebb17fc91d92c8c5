using System.Runtime.InteropServices;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One of the workers that train vectors: a step of gradient descent on -Σ log σ(±h · o) over the outputs o of an item to predict,
/// where h is the mean of some rows. As in the authors' programs of word2vec and fastText, each of those rows takes the whole step of h.
/// </summary>
internal sealed class VectorWorker(TableShard inputs, TableShard outputs, VectorTargets targets)
{
    // Smaller factors are lost in the rounding of a product of a few of them.
    private const float LeastShare = 1e-30f;

    private readonly float[] _hidden = new float[inputs.Stride], _error = new float[inputs.Stride], _labels = new float[targets.Most];
    private readonly int[] _rows = new int[targets.Most];

    /// <summary>The sum of the losses of all steps in nats, each before its update.</summary>
    internal double Loss { get; set; }

    /// <summary>Number of steps.</summary>
    internal long Steps { get; set; }

    /// <summary>Learns to predict an item from some rows.</summary>
    internal void Step(ReadOnlySpan<int> parts, int item, float rate, ref SplitMix64 random)
    {
        var size = inputs.Stride;
        ref var hidden = ref parts.Length == 1 ? ref inputs.At(parts[0]) : ref Mean(parts);
        ref var error = ref MemoryMarshal.GetArrayDataReference(_error);
        Array.Clear(_error);
        var count = targets.Write(item, _rows, _labels, ref random);
        var share = 1f;
        for (var i = 0; i < count; i++)
        {
            ref var output = ref outputs.At(_rows[i]);
            var isYes = _labels[i] != 0;
            var yes = 1 / (1 + MathF.Exp(-VectorRows.Dot(ref hidden, ref output, size)));
            share *= isYes ? yes : 1 - yes;
            if (share < LeastShare)
            {
                Loss -= Math.Log(Math.Max(share, float.Epsilon));
                share = 1;
            }
            VectorRows.Exchange(ref error, ref output, ref hidden, (_labels[i] - yes) * rate, size);
        }
        Loss -= Math.Log(share);
        Steps++;
        foreach (var part in parts)
            VectorRows.Add(ref inputs.At(part), ref error, size);
    }

    private ref float Mean(ReadOnlySpan<int> parts)
    {
        Array.Clear(_hidden);
        ref var hidden = ref MemoryMarshal.GetArrayDataReference(_hidden);
        foreach (var part in parts)
            VectorRows.Add(ref hidden, ref inputs.At(part), _hidden.Length);
        var share = 1f / parts.Length;
        for (var i = 0; i < _hidden.Length; i++)
            _hidden[i] *= share;
        return ref hidden;
    }
}
