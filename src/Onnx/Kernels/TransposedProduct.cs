using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// aᵀ · b of two tall matrices, the gradient of a weight: a [rows, m], b [rows, n] → [m, n]. Ranges of rows are multiplied
/// separately, with sums in registers, and their products are added in the rows' order.
/// </summary>
/// <remarks>
/// The standard operator is <c>Gemm</c> with its first operand transposed, which divides the result among threads rather than the rows, and
/// so is slow where the result is small: <see cref="Suits"/> then chooses this kernel. It has no gradient.
/// </remarks>
internal sealed unsafe class TransposedProduct() : Kernel("TransposedProduct", [ElementType.Float, ElementType.Float], [ElementType.Float])
{
    // Elements of the result, and of all parts' results together.
    private const long MostElements = 1 << 15, MostPartial = 1 << 18;
    private const int BlockRows = 64, TileRows = 8;

    internal static TransposedProduct Kernel { get; } = new();

    /// <summary>Whether the product of two matrices is taken by this kernel.</summary>
    internal static bool Suits(Value a, Value b) => a.Type == ElementType.Float && a.Graph.UsesKernels && a.Shape[1].IsKnown
        && b.Shape[1].IsKnown && a.Shape[1].Size * b.Shape[1].Size <= MostElements;

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value a, Value b) => Kernel.Emit([[a.Shape[1], b.Shape[1]]], [a, b]).Outputs[0];

    internal override KernelBody Bind(KernelAttributes attributes) => Compute;

    private static void Compute(KernelRun run)
    {
        KernelTensor a = run.Input(0), b = run.Input(1);
        if (a.Rank != 2 || b.Rank != 2 || a[0] != b[0])
            throw new ArgumentException($"TransposedProduct: expected matrices of as many rows; got {a} and {b}.");
        var (rows, m, n) = (a[0], checked((int)a[1]), checked((int)b[1]));
        var y = run.Output(0, m, n);
        if (y.Count == 0)
            return;
        var parts = KernelRun.Parts(rows * (y.Count / 16 + 1), Math.Min((rows + BlockRows - 1) / BlockRows, MostPartial / y.Count + 1));
        var partial = parts == 1 ? y.Floats : run.Scratch<float>(parts * y.Count);
        var packed = run.Scratch<float>(parts * (long)BlockRows * m);
        float* left = a.Floats, right = b.Floats;
        run.For(parts, part =>
        {
            var product = partial + part * (long)m * n;
            new Span<float>(product, m * n).Clear();
            var end = KernelRun.Start(rows, part + 1, parts);
            var panels = packed + part * (long)BlockRows * m;
            for (var row = KernelRun.Start(rows, part, parts); row < end; row += BlockRows)
            {
                var count = (int)Math.Min(BlockRows, end - row);
                Pack(left + row * m, panels, count, m);
                Block(panels, right + row * n, product, count, m, n);
            }
        });
        if (parts > 1)
            PartialSums.Add(run, y, partial, parts);
    }

    // Columns in panels of 8, so that a tile reads one stretch of memory: [m / 8][rows][8], what is left [rows] for each column.
    private static void Pack(float* a, float* panels, int rows, int m)
    {
        for (var row = 0; row < rows; row++, a += m)
        {
            var i = 0;
            for (; i + TileRows <= m; i += TileRows)
            {
                var to = panels + (long)i * rows + row * TileRows;
                Simd128.Load(a + i).Store(to);
                Simd128.Load(a + i + 4).Store(to + 4);
            }
            for (; i < m; i++)
                panels[(long)i * rows + row] = a[i];
        }
    }

    // Adds the product of a few rows: columns by the widest vectors, then by narrower ones.
    private static void Block(float* a, float* b, float* y, int rows, int m, int n)
    {
        var j = 0;
        if (Simd.Width >= Simd512.Width)
            j = Columns<Simd512>(a, b, y, rows, m, n, j);
        if (Simd.Width >= Simd256.Width)
            j = Columns<Simd256>(a, b, y, rows, m, n, j);
        j = Columns<Simd128>(a, b, y, rows, m, n, j);
        Columns<Simd1>(a, b, y, rows, m, n, j);
    }

    private static int Columns<V>(float* a, float* b, float* y, int rows, int m, int n, int j) where V : struct, ISimd<V>
    {
        for (; j + V.Width <= n; j += V.Width)
        {
            var isPair = j + 2 * V.Width <= n;
            var i = 0;
            for (; i + TileRows <= m; i += TileRows)
                if (isPair)
                    Tile<V>(a + (long)i * rows, b + j, y + (long)i * n + j, rows, n);
                else
                    HalfTile<V>(a + (long)i * rows, b + j, y + (long)i * n + j, rows, n);
            for (; i < m; i++)
            {
                Row<V>(a + (long)i * rows, b + j, y + (long)i * n + j, rows, n);
                if (isPair)
                    Row<V>(a + (long)i * rows, b + j + V.Width, y + (long)i * n + j + V.Width, rows, n);
            }
            if (isPair)
                j += V.Width;
        }
        return j;
    }

    // 8 rows of the result by two vectors
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<V>(float* a, float* b, float* y, int rows, int n) where V : struct, ISimd<V>
    {
        HalfTileFrom<V>(y, n, out var p0, out var p1, out var p2, out var p3, out var p4, out var p5, out var p6, out var p7);
        HalfTileFrom<V>(y + V.Width, n, out var q0, out var q1, out var q2, out var q3, out var q4, out var q5, out var q6, out var q7);
        for (var row = 0; row < rows; row++, a += TileRows, b += n)
        {
            V p = V.Load(b), q = V.Load(b + V.Width), x;
            x = V.All(a[0]); p0 = V.MultiplyAdd(x, p, p0); q0 = V.MultiplyAdd(x, q, q0);
            x = V.All(a[1]); p1 = V.MultiplyAdd(x, p, p1); q1 = V.MultiplyAdd(x, q, q1);
            x = V.All(a[2]); p2 = V.MultiplyAdd(x, p, p2); q2 = V.MultiplyAdd(x, q, q2);
            x = V.All(a[3]); p3 = V.MultiplyAdd(x, p, p3); q3 = V.MultiplyAdd(x, q, q3);
            x = V.All(a[4]); p4 = V.MultiplyAdd(x, p, p4); q4 = V.MultiplyAdd(x, q, q4);
            x = V.All(a[5]); p5 = V.MultiplyAdd(x, p, p5); q5 = V.MultiplyAdd(x, q, q5);
            x = V.All(a[6]); p6 = V.MultiplyAdd(x, p, p6); q6 = V.MultiplyAdd(x, q, q6);
            x = V.All(a[7]); p7 = V.MultiplyAdd(x, p, p7); q7 = V.MultiplyAdd(x, q, q7);
        }
        HalfTileTo(y, n, p0, p1, p2, p3, p4, p5, p6, p7);
        HalfTileTo(y + V.Width, n, q0, q1, q2, q3, q4, q5, q6, q7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HalfTile<V>(float* a, float* b, float* y, int rows, int n) where V : struct, ISimd<V>
    {
        HalfTileFrom<V>(y, n, out var p0, out var p1, out var p2, out var p3, out var p4, out var p5, out var p6, out var p7);
        for (var row = 0; row < rows; row++, a += TileRows, b += n)
        {
            var p = V.Load(b);
            p0 = V.MultiplyAdd(V.All(a[0]), p, p0); p1 = V.MultiplyAdd(V.All(a[1]), p, p1);
            p2 = V.MultiplyAdd(V.All(a[2]), p, p2); p3 = V.MultiplyAdd(V.All(a[3]), p, p3);
            p4 = V.MultiplyAdd(V.All(a[4]), p, p4); p5 = V.MultiplyAdd(V.All(a[5]), p, p5);
            p6 = V.MultiplyAdd(V.All(a[6]), p, p6); p7 = V.MultiplyAdd(V.All(a[7]), p, p7);
        }
        HalfTileTo(y, n, p0, p1, p2, p3, p4, p5, p6, p7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<V>(float* a, float* b, float* y, int rows, int n) where V : struct, ISimd<V>
    {
        var sum = V.Load(y);
        for (var row = 0; row < rows; row++, a++, b += n)
            sum = V.MultiplyAdd(V.All(*a), V.Load(b), sum);
        sum.Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfTileFrom<V>(float* y, int n, out V r0, out V r1, out V r2, out V r3, out V r4, out V r5, out V r6, out V r7)
        where V : struct, ISimd<V>
    {
        long w = n;
        (r0, r1, r2, r3) = (V.Load(y), V.Load(y + w), V.Load(y + 2 * w), V.Load(y + 3 * w));
        (r4, r5, r6, r7) = (V.Load(y + 4 * w), V.Load(y + 5 * w), V.Load(y + 6 * w), V.Load(y + 7 * w));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfTileTo<V>(float* y, int n, V r0, V r1, V r2, V r3, V r4, V r5, V r6, V r7) where V : struct, ISimd<V>
    {
        long w = n;
        r0.Store(y); r1.Store(y + w); r2.Store(y + 2 * w); r3.Store(y + 3 * w);
        r4.Store(y + 4 * w); r5.Store(y + 5 * w); r6.Store(y + 6 * w); r7.Store(y + 7 * w);
    }
}
