using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>An operation on the rows of one list, for some columns; the pointers are at the first of these columns.</summary>
internal unsafe interface IListRows
{
    /// <param name="x">Rows to read.</param>
    /// <param name="other">Further rows to read, if there are any.</param>
    /// <param name="y">Rows to write, with the same numbers as those read.</param>
    /// <param name="lists">The row numbers.</param>
    /// <param name="first">The list's first entry.</param>
    /// <param name="end">The one after its last.</param>
    /// <param name="width">Columns of a row.</param>
    void Compute<V>(float* x, float* other, float* y, RowLists lists, int first, int end, int width) where V : struct, ISimd<V>;
}

/// <summary>Kernels that map rows to rows, list by list: inputs 1 and 2 are the lists, which contain each row once.</summary>
internal static unsafe class ListRows
{
    internal static void Run<TRows>(KernelRun run, KernelTensor x, KernelTensor other, TRows compute) where TRows : struct, IListRows
    {
        var lists = new RowLists(run.Input(1), run.Input(2));
        if (x.Rank != 2 || lists.Entries != x[0] || (other.IsPresent && (other.Rank != 2 || other[0] != x[0] || other[1] != x[1])))
            throw new ArgumentException($"Rows by lists: expected {lists.Entries} rows, one for each entry; got {x}"
                + (other.IsPresent ? $" and {other}." : "."));
        var width = checked((int)x[1]);
        float* from = x.Floats, more = other.Floats, to = run.Output(0, x[0], x[1]).Floats;
        if (x.Count == 0)
            return;
        var parts = KernelRun.Parts(x.Count * 8, lists.Count);
        run.For(parts, part =>
        {
            var (first, end) = lists.Part(part, parts);
            var j = 0;
            if (Simd.Width >= Simd512.Width)
                j = Columns<Simd512, TRows>(compute, from, more, to, lists, first, end, width, j);
            if (Simd.Width >= Simd256.Width)
                j = Columns<Simd256, TRows>(compute, from, more, to, lists, first, end, width, j);
            j = Columns<Simd128, TRows>(compute, from, more, to, lists, first, end, width, j);
            Columns<Simd1, TRows>(compute, from, more, to, lists, first, end, width, j);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Columns<V, TRows>(TRows compute, float* x, float* other, float* y, RowLists lists, int from, int to, int width,
        int j)
        where V : struct, ISimd<V> where TRows : struct, IListRows
    {
        for (; j + V.Width <= width; j += V.Width)
            for (var list = from; list < to; list++)
            {
                var (first, end) = lists.Of(list);
                for (var k = first; k < end; k++)
                    if ((uint)lists[k] >= (uint)lists.Entries)
                        Fail(lists, k);
                if (first < end)
                    compute.Compute<V>(x + j, other + j, y + j, lists, first, end, width);
            }
        return j;
    }

    private static void Fail(RowLists lists, int place) =>
        throw new ArgumentException($"Entry {place} of the lists names row {lists[place]}; expected 0 to {lists.Entries - 1}.");
}
