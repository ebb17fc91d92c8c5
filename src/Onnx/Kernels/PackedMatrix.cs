using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Matrix products A · B with a packed right side: panels as wide as two vectors, each stored row by row, so that a tile of the result
/// stays in registers while it reads a panel from start to end. Every element is the sum over the inner size in order, regardless of
/// the rows it is computed with.
/// </summary>
internal static unsafe class PackedMatrix<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    /// <summary>Columns of a panel.</summary>
    internal static int PanelWidth => 2 * TSimd.Width;

    /// <summary>Elements of a packed matrix.</summary>
    internal static long Size(int depth, int columns) => (long)depth * Panels(columns) * PanelWidth;

    /// <summary>Number of panels for a number of columns; the last one may be partly filled.</summary>
    internal static int Panels(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Packs some columns of B. Parts of a panel without columns must already be zeros.</summary>
    /// <param name="b">The first of the columns.</param>
    /// <param name="rowStride">From one row of B to the next.</param>
    /// <param name="columnStride">From one column of B to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="packed">The packed matrix.</param>
    /// <param name="depth">Its inner size.</param>
    /// <param name="row">Where the first row goes.</param>
    /// <param name="column">Where the first column goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack(
        float* b, nint rowStride, nint columnStride, int rows, int columns, float* packed, int depth, int row, int column)
    {
        var width = PanelWidth;
        for (var j = 0; j < columns;)
        {
            var (panel, first) = Math.DivRem(column + j, width);
            var count = Math.Min(width - first, columns - j);
            float* from = b + j * columnStride, to = packed + ((nint)panel * depth + row) * width + first;
            if (columnStride == 1)
                for (var i = 0; i < rows; i++, from += rowStride, to += width)
                    Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
            else
                for (var k = 0; k < count; k++)
                    for (var i = 0; i < rows; i++)
                        to[i * (nint)width + k] = from[i * rowStride + k * columnStride];
            j += count;
        }
    }

    /// <summary>C = A · B + S for whole panels.</summary>
    /// <param name="a">The left side; an element (i, k) at i · <paramref name="rowStride"/> + k · <paramref name="step"/>.</param>
    /// <param name="rowStride">From one row of A to the next.</param>
    /// <param name="step">From one element of a row of A to the next.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="packed">The right side.</param>
    /// <param name="depth">The inner size.</param>
    /// <param name="panels">Panels of B.</param>
    /// <param name="start">S, the start of the sums: C itself, or a single row with 0 for <paramref name="startStride"/>.</param>
    /// <param name="startStride">From one row of S to the next.</param>
    /// <param name="c">The result, each row as wide as the panels.</param>
    /// <param name="stride">From one row of C to the next.</param>
    internal static void Multiply(
        float* a, nint rowStride, nint step, int rows, float* packed, int depth, int panels, float* start, nint startStride, float* c,
        nint stride)
    {
        for (var panel = 0; panel < panels; panel++)
        {
            var b = packed + (nint)panel * depth * PanelWidth;
            int column = panel * PanelWidth, row = 0;
            // Tiles of 8 rows need more registers than there are in the shorter vectors' sets.
            for (; TSimd.Width == 16 && rows - row > 4; row += 8)
                Tile8(a + row * rowStride, rowStride, step, Math.Min(8, rows - row), b, depth, start + row * startStride + column,
                    startStride, c + row * stride + column, stride);
            for (; row < rows; row += 4)
                Tile4(a + row * rowStride, rowStride, step, Math.Min(4, rows - row), b, depth, start + row * startStride + column,
                    startStride, c + row * stride + column, stride);
        }
    }

    // If there are fewer rows than in the tile, the last row is computed several times and stored to the same place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(
        float* a, nint rowStride, nint step, int rows, float* b, int depth, float* start, nint startStride, float* c, nint stride)
    {
        var w = TSimd.Width;
        nint r1 = Math.Min(1, rows - 1), r2 = Math.Min(2, rows - 1), r3 = Math.Min(3, rows - 1);
        float* a1 = a + r1 * rowStride, a2 = a + r2 * rowStride, a3 = a + r3 * rowStride;
        TSimd c00 = TSimd.Load(start), c01 = TSimd.Load(start + w);
        TSimd c10 = TSimd.Load(start + r1 * startStride), c11 = TSimd.Load(start + r1 * startStride + w);
        TSimd c20 = TSimd.Load(start + r2 * startStride), c21 = TSimd.Load(start + r2 * startStride + w);
        TSimd c30 = TSimd.Load(start + r3 * startStride), c31 = TSimd.Load(start + r3 * startStride + w);
        nint k = 0;
        for (var end = b + (nint)depth * 2 * w; b != end; b += 2 * w, k += step)
        {
            TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + w), x = TSimd.All(a[k]);
            (c00, c01) = (TSimd.MultiplyAdd(x, b0, c00), TSimd.MultiplyAdd(x, b1, c01));
            x = TSimd.All(a1[k]);
            (c10, c11) = (TSimd.MultiplyAdd(x, b0, c10), TSimd.MultiplyAdd(x, b1, c11));
            x = TSimd.All(a2[k]);
            (c20, c21) = (TSimd.MultiplyAdd(x, b0, c20), TSimd.MultiplyAdd(x, b1, c21));
            x = TSimd.All(a3[k]);
            (c30, c31) = (TSimd.MultiplyAdd(x, b0, c30), TSimd.MultiplyAdd(x, b1, c31));
        }
        Store(c00, c01, c);
        Store(c10, c11, c + r1 * stride);
        Store(c20, c21, c + r2 * stride);
        Store(c30, c31, c + r3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8(
        float* a, nint rowStride, nint step, int rows, float* b, int depth, float* start, nint startStride, float* c, nint stride)
    {
        var w = TSimd.Width;
        nint last = rows - 1, r5 = Math.Min(5, last), r6 = Math.Min(6, last), r7 = Math.Min(7, last);
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride;
        float* a5 = a + r5 * rowStride, a6 = a + r6 * rowStride, a7 = a + r7 * rowStride;
        TSimd c00 = TSimd.Load(start), c01 = TSimd.Load(start + w);
        TSimd c10 = TSimd.Load(start + startStride), c11 = TSimd.Load(start + startStride + w);
        TSimd c20 = TSimd.Load(start + 2 * startStride), c21 = TSimd.Load(start + 2 * startStride + w);
        TSimd c30 = TSimd.Load(start + 3 * startStride), c31 = TSimd.Load(start + 3 * startStride + w);
        TSimd c40 = TSimd.Load(start + 4 * startStride), c41 = TSimd.Load(start + 4 * startStride + w);
        TSimd c50 = TSimd.Load(start + r5 * startStride), c51 = TSimd.Load(start + r5 * startStride + w);
        TSimd c60 = TSimd.Load(start + r6 * startStride), c61 = TSimd.Load(start + r6 * startStride + w);
        TSimd c70 = TSimd.Load(start + r7 * startStride), c71 = TSimd.Load(start + r7 * startStride + w);
        nint k = 0;
        for (var end = b + (nint)depth * 2 * w; b != end; b += 2 * w, k += step)
        {
            TSimd b0 = TSimd.Load(b), b1 = TSimd.Load(b + w), x = TSimd.All(a[k]);
            (c00, c01) = (TSimd.MultiplyAdd(x, b0, c00), TSimd.MultiplyAdd(x, b1, c01));
            x = TSimd.All(a1[k]);
            (c10, c11) = (TSimd.MultiplyAdd(x, b0, c10), TSimd.MultiplyAdd(x, b1, c11));
            x = TSimd.All(a2[k]);
            (c20, c21) = (TSimd.MultiplyAdd(x, b0, c20), TSimd.MultiplyAdd(x, b1, c21));
            x = TSimd.All(a3[k]);
            (c30, c31) = (TSimd.MultiplyAdd(x, b0, c30), TSimd.MultiplyAdd(x, b1, c31));
            x = TSimd.All(a4[k]);
            (c40, c41) = (TSimd.MultiplyAdd(x, b0, c40), TSimd.MultiplyAdd(x, b1, c41));
            x = TSimd.All(a5[k]);
            (c50, c51) = (TSimd.MultiplyAdd(x, b0, c50), TSimd.MultiplyAdd(x, b1, c51));
            x = TSimd.All(a6[k]);
            (c60, c61) = (TSimd.MultiplyAdd(x, b0, c60), TSimd.MultiplyAdd(x, b1, c61));
            x = TSimd.All(a7[k]);
            (c70, c71) = (TSimd.MultiplyAdd(x, b0, c70), TSimd.MultiplyAdd(x, b1, c71));
        }
        Store(c00, c01, c);
        Store(c10, c11, c + stride);
        Store(c20, c21, c + 2 * stride);
        Store(c30, c31, c + 3 * stride);
        Store(c40, c41, c + 4 * stride);
        Store(c50, c51, c + r5 * stride);
        Store(c60, c61, c + r6 * stride);
        Store(c70, c71, c + r7 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TSimd first, TSimd second, float* to)
    {
        first.Store(to);
        second.Store(to + TSimd.Width);
    }
}
