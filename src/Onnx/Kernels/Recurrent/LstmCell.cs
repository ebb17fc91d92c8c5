using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A step of long short-term memory for one sequence: i, o, f = σ(z + p ∘ c), g = tanh(z), c ← f ∘ c + i ∘ g, h ← o ∘ tanh(c),
/// where o reads the new c (Hochreiter and Schmidhuber 1997; Gers and Schmidhuber 2000). Rows consist of parts of the padded hidden
/// size: z is i, o, f, g; the kept values are i, o, f, g, c.
/// </summary>
internal static unsafe class LstmCell<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    /// <summary>The states after the step.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="coupled">Whether i is 1 - f.</param>
    /// <param name="peepholes">p for i, o, f, padded; null for none.</param>
    /// <param name="z">x W + h U + b.</param>
    /// <param name="c">The cell state, replaced.</param>
    /// <param name="h">Where the hidden state goes.</param>
    /// <param name="saved">Receives the values that the gradient needs; null without gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Step(int size, bool coupled, float* peepholes, float* z, float* c, float* h, float* saved)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            var cell = TSimd.Load(c + j);
            TSimd input = TSimd.Load(z + j), output = TSimd.Load(z + size + j), forget = TSimd.Load(z + 2 * size + j);
            if (peepholes != null)
            {
                input = TSimd.MultiplyAdd(TSimd.Load(peepholes + j), cell, input);
                forget = TSimd.MultiplyAdd(TSimd.Load(peepholes + 2 * size + j), cell, forget);
            }
            forget = SimdMath<TSimd>.Sigmoid(forget);
            input = coupled ? TSimd.All(1) - forget : SimdMath<TSimd>.Sigmoid(input);
            var candidate = SimdMath<TSimd>.Tanh(TSimd.Load(z + 3 * size + j));
            cell = TSimd.MultiplyAdd(forget, cell, input * candidate);
            if (peepholes != null)
                output = TSimd.MultiplyAdd(TSimd.Load(peepholes + size + j), cell, output);
            output = SimdMath<TSimd>.Sigmoid(output);
            cell.Store(c + j);
            (output * SimdMath<TSimd>.Tanh(cell)).Store(h + j);
            if (saved == null)
                continue;
            input.Store(saved + j);
            output.Store(saved + size + j);
            forget.Store(saved + 2 * size + j);
            candidate.Store(saved + 3 * size + j);
            cell.Store(saved + 4 * size + j);
        }
    }

    /// <summary>The gradient of z, and of the cell state before the step.</summary>
    /// <param name="size">The padded hidden size.</param>
    /// <param name="coupled">Whether i is 1 - f.</param>
    /// <param name="peepholes">p for i, o, f, padded; null for none.</param>
    /// <param name="saved">What the step kept.</param>
    /// <param name="before">The cell state before the step.</param>
    /// <param name="dh">The gradient of the hidden state; zeros afterwards, since it reaches the previous state only through z.</param>
    /// <param name="dc">The gradient of the cell state, replaced by that of the previous state.</param>
    /// <param name="dz">Where z's gradient goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gradient(
        int size, bool coupled, float* peepholes, float* saved, float* before, float* dh, float* dc, float* dz)
    {
        for (var j = 0; j < size; j += TSimd.Width)
        {
            TSimd input = TSimd.Load(saved + j), output = TSimd.Load(saved + size + j), forget = TSimd.Load(saved + 2 * size + j);
            TSimd candidate = TSimd.Load(saved + 3 * size + j), tanh = SimdMath<TSimd>.Tanh(TSimd.Load(saved + 4 * size + j));
            TSimd one = TSimd.All(1), hidden = TSimd.Load(dh + j);
            var ofOutput = hidden * tanh * Slope(output);
            var cell = TSimd.MultiplyAdd(hidden * output, one - tanh * tanh, TSimd.Load(dc + j));
            if (peepholes != null)
                cell = TSimd.MultiplyAdd(ofOutput, TSimd.Load(peepholes + size + j), cell);
            TSimd ofInput = cell * candidate, ofForget = cell * TSimd.Load(before + j);
            if (coupled)
                (ofForget, ofInput) = (ofForget - ofInput, TSimd.All(0));
            (ofInput, ofForget) = (ofInput * Slope(input), ofForget * Slope(forget));
            var next = cell * forget;
            if (peepholes != null)
            {
                next = TSimd.MultiplyAdd(ofForget, TSimd.Load(peepholes + 2 * size + j), next);
                if (!coupled)
                    next = TSimd.MultiplyAdd(ofInput, TSimd.Load(peepholes + j), next);
            }
            next.Store(dc + j);
            TSimd.All(0).Store(dh + j);
            ofInput.Store(dz + j);
            ofOutput.Store(dz + size + j);
            ofForget.Store(dz + 2 * size + j);
            (cell * input * (one - candidate * candidate)).Store(dz + 3 * size + j);
        }
    }

    // The slope of a sigmoid whose value is s.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Slope(TSimd s) => s * (TSimd.All(1) - s);
}
