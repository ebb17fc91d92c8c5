using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>What an optimizer does to rows of a table, for <see cref="RowUpdate"/>.</summary>
/// <param name="Kind">Which rule.</param>
/// <param name="Rate">The learning rate with its corrections, a scalar.</param>
/// <param name="Epsilon">Added to the root, a scalar.</param>
/// <param name="Beta1">Decay of the first state.</param>
/// <param name="Beta2">Decay of the second state.</param>
internal sealed record RowRule(RowRuleKind Kind, Value Rate, Value Epsilon, float Beta1 = 0, float Beta2 = 0);

/// <summary>Rules that <see cref="RowUpdate"/> knows.</summary>
internal enum RowRuleKind
{
    /// <summary>θ - r g.</summary>
    Descent,

    /// <summary>s + g²; θ - r g / (√s + ε).</summary>
    Adagrad,

    /// <summary>β₁ m + (1 - β₁) g; β₂ s + (1 - β₂) g²; θ - r m / (√s + ε).</summary>
    Adam,
}

/// <summary>
/// Updates some rows of a table and of its optimizer states by their gradients in one pass, in place where the outputs are bound to the
/// inputs' buffers.
/// </summary>
/// <remarks>
/// table [n, width], gradient [rows, width], rows [rows] Int64, all different, rate and epsilon scalars, two states [n, width] of which a
/// rule may have fewer, and a factor of the gradient, a scalar, or none; gives the table and its states. The standard operators are those
/// of <see cref="Optimizer.Update"/> over gathered rows.
/// </remarks>
internal sealed unsafe class RowUpdate() : Kernel("RowUpdate",
    [ElementType.Float, ElementType.Float, ElementType.Int64, ElementType.Float, ElementType.Float, new(ElementType.Float, true),
        new(ElementType.Float, true), new(ElementType.Float, true)],
    [ElementType.Float, new(ElementType.Float, true), new(ElementType.Float, true)])
{
    internal static RowUpdate Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    /// <returns>The table and its states.</returns>
    internal static IReadOnlyList<Value> Of(Value table, Value gradient, Value rows, Value[] states, RowRule rule, Value? factor) =>
        Kernel.Emit([.. Enumerable.Repeat(table.Shape, 1 + states.Length)],
            [table, gradient, rows, rule.Rate, rule.Epsilon, states.ElementAtOrDefault(0), states.ElementAtOrDefault(1), factor],
            ("rule", (long)rule.Kind), ("beta1", rule.Beta1), ("beta2", rule.Beta2)).Outputs;

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var kind = (RowRuleKind)attributes.Integer("rule");
        float beta1 = attributes.Number("beta1"), beta2 = attributes.Number("beta2");
        return run => Compute(run, kind, beta1, beta2);
    }

    private static void Compute(KernelRun run, RowRuleKind kind, float beta1, float beta2)
    {
        KernelTensor table = run.Input(0), gradient = run.Input(1), rows = run.Input(2), factor = run.Input(7);
        var width = checked((int)table[1]);
        if (gradient[0] != rows.Count || gradient[1] != width)
            throw new ArgumentException($"RowUpdate: expected a gradient of {width} columns for each of {rows.Count} rows; got "
                + $"{gradient}.");
        var job = new Job
        {
            Table = InPlace(run, 0, 0), State = InPlace(run, 5, 1), Second = InPlace(run, 6, 2), Gradient = gradient.Floats,
            Numbers = rows.Longs, Count = table[0], Width = width, Kind = kind, Rate = *run.Input(3).Floats,
            Epsilon = *run.Input(4).Floats, Factor = factor.IsPresent ? *factor.Floats : 1, Beta1 = beta1, Beta2 = beta2,
        };
        if (width == 0)
            return;
        var parts = KernelRun.Parts(rows.Count * width * 4, rows.Count);
        run.For(parts, part => job.Run(KernelRun.Start(rows.Count, part, parts), KernelRun.Start(rows.Count, part + 1, parts)));
    }

    // Where the output has a buffer of its own the rest of the table is copied.
    private static float* InPlace(KernelRun run, int input, int output)
    {
        var from = run.Input(input);
        if (!from.IsPresent)
            return null;
        var to = run.Output(output, from[0], from[1]);
        if (to.Data != from.Data)
            Buffer.MemoryCopy(from.Data, to.Data, to.Count * sizeof(float), from.Count * sizeof(float));
        return to.Floats;
    }

    private sealed class Job
    {
        internal required float* Table, State, Second, Gradient;
        internal required long* Numbers;
        internal required long Count;
        internal required int Width;
        internal required RowRuleKind Kind;
        internal required float Rate, Epsilon, Factor, Beta1, Beta2;

        internal void Run(long from, long to)
        {
            for (var i = from; i < to; i++)
            {
                var row = Numbers[i];
                if ((ulong)row >= (ulong)Count)
                    throw new ArgumentException($"RowUpdate: row {row}; expected 0 to {Count - 1}.");
                if (i + 1 < to && (ulong)Numbers[i + 1] < (ulong)Count)
                {
                    Simd.Prefetch(Table + Numbers[i + 1] * Width);
                    Simd.Prefetch(State + Numbers[i + 1] * Width);
                }
                var at = row * Width;
                var j = 0;
                if (Simd.Width >= 16)
                    j = Row<Simd512>(at, Gradient + i * Width, j);
                if (Simd.Width >= 8)
                    j = Row<Simd256>(at, Gradient + i * Width, j);
                Row<Simd1>(at, Gradient + i * Width, Row<Simd128>(at, Gradient + i * Width, j));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int Row<V>(long at, float* gradient, int j) where V : struct, ISimd<V>
        {
            V rate = V.All(Rate), epsilon = V.All(Epsilon), factor = V.All(Factor);
            V beta1 = V.All(Beta1), beta2 = V.All(Beta2), rest1 = V.All(1 - Beta1), rest2 = V.All(1 - Beta2);
            for (; j + V.Width <= Width; j += V.Width)
            {
                var g = V.Load(gradient + j) * factor;
                var table = Table + at + j;
                switch (Kind)
                {
                    case RowRuleKind.Descent:
                        (V.Load(table) - rate * g).Store(table);
                        break;
                    case RowRuleKind.Adagrad:
                        var sum = V.MultiplyAdd(g, g, V.Load(State + at + j));
                        sum.Store(State + at + j);
                        (V.Load(table) - rate * g / (V.Sqrt(sum) + epsilon)).Store(table);
                        break;
                    default:
                        var mean = V.MultiplyAdd(rest1, g, beta1 * V.Load(State + at + j));
                        var square = V.MultiplyAdd(rest2 * g, g, beta2 * V.Load(Second + at + j));
                        mean.Store(State + at + j);
                        square.Store(Second + at + j);
                        (V.Load(table) - rate * mean / (V.Sqrt(square) + epsilon)).Store(table);
                        break;
                }
            }
            return j;
        }
    }
}
