using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradients of weights and biases, each one product over all steps: [1, x, h before]ᵀ · dz. A task sums some rows for some columns;
/// the division depends only on sizes, and the parts are added in order, so that the sums are the same on any number of
/// threads.
/// </summary>
internal sealed unsafe class RecurrentWeightGradient<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    // Rows that are summed at once: a panel of them fits the fastest cache, and a task's sums fit the next one.
    private const int Rows = 128, LeastRowsOfTask = 256, MostSumsOfTask = 1 << 17, UsefulTasks = 8;

    private readonly RecurrentSizes _sizes;
    private readonly RecurrentTensors _tensors;
    private readonly RecurrentOrder _order;
    private readonly int _size, _parts, _panels, _panelsOfTask, _groups, _chunks;
    private readonly long _total;
    private readonly float* _scratch, _sums, _zeros;

    internal RecurrentWeightGradient(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentOrder order, RecurrentMemory memory)
    {
        (_sizes, _tensors, _order) = (sizes, tensors, order);
        (_size, _parts) = (sizes.Padded, sizes.Parts * sizes.Padded);
        _panels = PackedMatrix<TSimd>.Panels(_parts);
        _total = order.ValidRows?.Length ?? (long)sizes.Steps * sizes.Batch;
        _panelsOfTask = (int)Math.Clamp(MostSumsOfTask / PanelSums, 1, _panels);
        _groups = (_panels + _panelsOfTask - 1) / _panelsOfTask;
        _chunks = (int)Math.Clamp(_total / LeastRowsOfTask, 1, (UsefulTasks + _groups - 1) / _groups);
        _scratch = memory(Tasks * ScratchSize);
        _sums = memory((long)sizes.Directions * _chunks * _panels * PanelSums);
        _zeros = memory(sizes.Hidden);
        new Span<float>(_zeros, sizes.Hidden).Clear();
    }

    /// <summary>Number of tasks.</summary>
    internal int Tasks => _sizes.Directions * _chunks * _groups;

    /// <summary>Number of tasks to run afterwards with <see cref="Finish"/>.</summary>
    internal int Panels => _sizes.Directions * _panels;

    private static int Width => PackedMatrix<TSimd>.PanelWidth;

    // Sums for the bias, the weights of the input and those of the state.
    private long PanelSums => (1L + _sizes.Features + _sizes.Hidden) * Width;

    // Slightly larger than a panel, so that panels don't compete for the same places in the cache.
    private static int PanelStride => Rows * Width + 4 * RecurrentSizes.WidestVector;

    // Panels of dz, and of x and h where they aren't contiguous.
    private long ScratchSize =>
        _panelsOfTask * (long)PanelStride + (_order.IsFull ? 0 : Rows * ((long)_sizes.Features + _sizes.Hidden));

    /// <summary>Runs a task.</summary>
    internal void Run(int task)
    {
        var (rest, group) = Math.DivRem(task, _groups);
        var (direction, chunk) = Math.DivRem(rest, _chunks);
        var of = _tensors.Direction(direction);
        int from = group * _panelsOfTask, count = Math.Min(_panelsOfTask, _panels - from);
        float* panels = _scratch + task * ScratchSize, x = panels + _panelsOfTask * (nint)PanelStride;
        float* h = x + Rows * (nint)_sizes.Features, sums = Sums(direction, chunk, from);
        for (var panel = 0; panel < count; panel++)
            new Span<float>(sums + panel * (nint)PanelSums, (int)PanelSums).Clear();
        long end = _total * (chunk + 1) / _chunks;
        for (long row = _total * chunk / _chunks, rows; row < end; row += rows)
        {
            rows = Math.Min(Rows, end - row);
            float* input = x, before = h;
            nint stride = _sizes.Hidden;
            if (_order.IsFull)
                before = Before(of, direction, row, ref rows, ref stride, out input);
            else
                Gather(of, direction, row, (int)rows, x, h);
            CopyPanels(of, row, (int)rows, from, count, panels);
            for (var panel = 0; panel < count; panel++)
            {
                float* sum = sums + panel * (nint)PanelSums, dz = panels + panel * (nint)PanelStride;
                var (readsInput, readsState) = Reads(from + panel);
                SumRows(dz, (int)rows, sum);
                if (readsInput)
                    Multiply(input, _sizes.Features, _sizes.Features, dz, (int)rows, sum + Width);
                if (readsState && before != null)
                    Multiply(before, _sizes.Hidden, stride, dz, (int)rows, sum + (1 + (nint)_sizes.Features) * Width);
            }
        }
    }

    /// <summary>Adds up the tasks' sums for a panel, and stores the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Finish(int task)
    {
        var (direction, panel) = Math.DivRem(task, _panels);
        var sum = Sums(direction, 0, panel);
        for (var chunk = 1; chunk < _chunks; chunk++)
        {
            var other = Sums(direction, chunk, panel);
            for (nint i = 0; i < PanelSums; i += TSimd.Width)
                (TSimd.Load(sum + i) + TSimd.Load(other + i)).Store(sum + i);
        }
        Store(_tensors.Direction(direction), panel, sum);
    }

    private float* Sums(int direction, int chunk, int panel) =>
        _sums + (((long)direction * _chunks + chunk) * _panels + panel) * PanelSums;

    // Adds to the sums of the weights that read some columns.
    private static void Multiply(float* columns, int count, nint stride, float* dz, int rows, float* sums) =>
        PackedMatrix<TSimd>.Multiply(columns, 1, stride, count, dz, rows, 1, sums, Width, sums, Width);

    // Where all sequences have all steps, rows are contiguous: x, and the previous state one step before it or, backward, after it.
    private float* Before(in RecurrentDirection of, int direction, long row, ref long rows, ref nint stride, out float* x)
    {
        x = _tensors.X + (nint)row * _sizes.Features;
        long batch = _sizes.Batch, last = batch * (_sizes.Steps - 1);
        var (isFirstStep, next) = direction == 0 ? (row < batch, batch) : (row >= last, last);
        if (row < next)
            rows = Math.Min(rows, next - row);
        if (isFirstStep)
            return of.Hidden0 == null ? null : of.Hidden0 + (nint)(row % batch) * _sizes.Hidden;
        stride = _sizes.Directions * (nint)_sizes.Hidden;
        return _tensors.Y + (nint)(direction == 0 ? row - batch : row + batch) * stride + direction * _sizes.Hidden;
    }

    private void Gather(in RecurrentDirection of, int direction, long row, int count, float* x, float* h)
    {
        var (backward, width) = (direction == 1, (nint)_sizes.Directions * _sizes.Hidden);
        for (var i = 0; i < count; i++)
        {
            var (step, position) = Math.DivRem(_order.ValidRows![row + i], _sizes.Batch);
            Copy(_tensors.X + _order.Row(position, step, backward) * _sizes.Features, x + i * (nint)_sizes.Features, _sizes.Features);
            var before = step > 0 ? _tensors.Y + _order.Row(position, step - 1, backward) * width + direction * _sizes.Hidden
                : of.Hidden0 == null ? _zeros : of.Hidden0 + _order.Sequence(position) * (nint)_sizes.Hidden;
            Copy(before, h + i * (nint)_sizes.Hidden, _sizes.Hidden);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyPanels(in RecurrentDirection of, long row, int rows, int first, int count, float* to)
    {
        var valid = _order.ValidRows;
        for (var i = 0; i < rows; i++, to += Width)
        {
            var from = of.Work + (valid is null ? (nint)row + i : valid[row + i]) * _parts + first * Width;
            var panel = to;
            var columns = Math.Min(count * Width, _parts - first * Width);
            for (var column = 0; column < columns; column += Width, panel += PanelStride)
            {
                TSimd.Load(from + column).Store(panel);
                // The last panel may have half its columns.
                TSimd.Load(from + column + (columns - column > TSimd.Width ? TSimd.Width : 0)).Store(panel + TSimd.Width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(float* dz, int rows, float* sum)
    {
        TSimd a = TSimd.Load(sum), b = TSimd.Load(sum + TSimd.Width);
        for (var i = 0; i < rows; i++, dz += Width)
            (a, b) = (a + TSimd.Load(dz), b + TSimd.Load(dz + TSimd.Width));
        a.Store(sum);
        b.Store(sum + TSimd.Width);
    }

    // Of a GRU's candidate, one part reads only the input and another only the state.
    private (bool Input, bool State) Reads(int panel)
    {
        if (_sizes.Kind != RecurrentKind.Gru)
            return (true, true);
        int first = panel * Width / _size, last = Math.Min(panel * Width + Width - 1, _parts - 1) / _size;
        return (first < 3, last > 0);
    }

    private void Store(in RecurrentDirection of, int panel, float* sum)
    {
        int hidden = _sizes.Hidden, columns = _sizes.Gates * hidden, end = Math.Min((panel + 1) * Width, _parts);
        for (var column = panel * Width; column < end;)
        {
            var (part, first) = Math.DivRem(column, _size);
            var run = Math.Min(_size - first, end - column);
            var count = Math.Min(run, hidden - first);
            var offset = column - panel * Width;
            if (count > 0)
            {
                var (ofInput, ofState) = _sizes.Kind == RecurrentKind.Gru ? ((part + 2) % 3, part - 1) : (part, part);
                if (_sizes.Kind != RecurrentKind.Gru || part < 3)
                {
                    Copy(sum + offset, of.BiasGradient + ofInput * hidden + first, count);
                    for (nint i = 0; i < _sizes.Features; i++)
                        Copy(sum + (i + 1) * Width + offset, of.WeightGradient + i * columns + ofInput * hidden + first, count);
                }
                else
                    Copy(sum + offset, of.ExtraGradient + first, count);
                for (nint i = 0; ofState >= 0 && i < hidden; i++)
                    Copy(sum + (i + 1 + _sizes.Features) * Width + offset, of.RecurrentGradient + i * columns + ofState * hidden + first,
                        count);
            }
            column += run;
        }
    }

    private static void Copy(float* from, float* to, int count) => Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
}
