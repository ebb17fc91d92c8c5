using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>A step of a plain recurrent layer for one sequence: h ← tanh(z) or max(z, 0), z = x W + h U + b (Elman 1990).</summary>
internal static unsafe class RnnCell<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    /// <summary>The state after the step.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="relu">Whether the activation is max(z, 0).</param>
    /// <param name="z">x W + h U + b.</param>
    /// <param name="h">Where the hidden state goes.</param>
    /// <param name="saved">A second place for it, for the gradient; null without gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Step(int size, bool relu, float* z, float* h, float* saved)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            var x = TSimd.Load(z + j);
            var hidden = relu ? TSimd.IfGreater(TSimd.All(0), x, TSimd.All(0), x) : SimdMath<TSimd>.Tanh(x); // NaN stays
            hidden.Store(h + j);
            if (saved != null)
                hidden.Store(saved + j);
        }
    }

    /// <summary>The gradient of z.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="relu">Whether the activation is max(z, 0).</param>
    /// <param name="saved">The hidden state after the step.</param>
    /// <param name="dh">The gradient of the hidden state; zeros afterwards, since it reaches the previous state only through z.</param>
    /// <param name="dz">Where z's gradient goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gradient(int size, bool relu, float* saved, float* dh, float* dz)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            TSimd hidden = TSimd.Load(saved + j), gradient = TSimd.Load(dh + j);
            // Products, so that a gradient that is not a number stays one.
            var slope = relu ? TSimd.IfGreater(hidden, TSimd.All(0), TSimd.All(1), TSimd.All(0)) : TSimd.All(1) - hidden * hidden;
            (gradient * slope).Store(dz + j);
            TSimd.All(0).Store(dh + j);
        }
    }
}
