using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A step of gated recurrent units for one sequence: z, r = σ(..), n = tanh(a + r ∘ q), h ← n + z ∘ (h - n), where a = x W + b and
/// q = h U + c are the candidate's parts (Cho et al. 2014). Rows consist of parts of the padded hidden size: the step reads z, r, a, q;
/// it keeps z, r, n, q, h; the gradient is a, z, r, q, so that the input's parts are adjacent and the state's too.
/// </summary>
internal static unsafe class GruCell<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    /// <summary>The state after the step.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="parts">z, r, a, q.</param>
    /// <param name="h">The hidden state, replaced.</param>
    /// <param name="saved">Receives the values that the gradient needs; null without gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Step(int size, float* parts, float* h, float* saved)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            var update = SimdMath<TSimd>.Sigmoid(TSimd.Load(parts + j));
            var reset = SimdMath<TSimd>.Sigmoid(TSimd.Load(parts + size + j));
            var q = TSimd.Load(parts + 3 * size + j);
            var candidate = SimdMath<TSimd>.Tanh(TSimd.MultiplyAdd(reset, q, TSimd.Load(parts + 2 * size + j)));
            var hidden = TSimd.MultiplyAdd(update, TSimd.Load(h + j) - candidate, candidate);
            hidden.Store(h + j);
            if (saved == null)
                continue;
            update.Store(saved + j);
            reset.Store(saved + size + j);
            candidate.Store(saved + 2 * size + j);
            q.Store(saved + 3 * size + j);
            hidden.Store(saved + 4 * size + j);
        }
    }

    /// <summary>The gradient of the step's inputs, and of the previous state, only as far as it passes through z.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="saved">What the step kept.</param>
    /// <param name="before">The hidden state before the step.</param>
    /// <param name="dh">The gradient of the hidden state, replaced by the part of it that bypasses the candidate.</param>
    /// <param name="gradient">a, z, r, q.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gradient(int size, float* saved, float* before, float* dh, float* gradient)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            TSimd update = TSimd.Load(saved + j), reset = TSimd.Load(saved + size + j), candidate = TSimd.Load(saved + 2 * size + j);
            TSimd hidden = TSimd.Load(dh + j), one = TSimd.All(1), past = hidden * update;
            var ofCandidate = (hidden - past) * (one - candidate * candidate);
            var ofUpdate = hidden * (TSimd.Load(before + j) - candidate) * update * (one - update);
            var ofReset = ofCandidate * TSimd.Load(saved + 3 * size + j) * reset * (one - reset);
            past.Store(dh + j);
            ofCandidate.Store(gradient + j);
            ofUpdate.Store(gradient + size + j);
            ofReset.Store(gradient + 2 * size + j);
            (ofCandidate * reset).Store(gradient + 3 * size + j);
        }
    }
}
