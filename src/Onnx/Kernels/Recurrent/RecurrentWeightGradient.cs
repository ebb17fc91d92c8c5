using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradients of weights and biases, each one product over all steps: [x, h before]ᵀ · dz. A task has some columns for itself and sums
/// over all rows in their order, so that the sums are the same on any number of threads.
/// </summary>
internal sealed unsafe class RecurrentWeightGradient<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    // Rows that are summed at once: a panel of them stays in the fastest cache.
    private const int Rows = 128;

    private readonly RecurrentSizes _sizes;
    private readonly RecurrentTensors _tensors;
    private readonly RecurrentOrder _order;
    private readonly int _size, _parts, _panels, _panelsOfTask, _tasksOfDirection;
    private readonly float* _scratch, _zeros;

    internal RecurrentWeightGradient(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentOrder order, RecurrentMemory memory)
    {
        (_sizes, _tensors, _order) = (sizes, tensors, order);
        (_size, _parts) = (sizes.Padded, sizes.Parts * sizes.Padded);
        _panels = PackedMatrix<TSimd>.Panels(_parts);
        _panelsOfTask = Math.Clamp(_panels / 4, 1, 4);
        _tasksOfDirection = (_panels + _panelsOfTask - 1) / _panelsOfTask;
        _scratch = memory(Tasks * ScratchSize);
        _zeros = memory(sizes.Hidden);
        new Span<float>(_zeros, sizes.Hidden).Clear();
        _ = order.ValidRows; // made before threads ask for it
    }

    /// <summary>Number of tasks; each has some columns of one direction's weights.</summary>
    internal int Tasks => _sizes.Directions * _tasksOfDirection;

    private static int Width => PackedMatrix<TSimd>.PanelWidth;

    // Sums of weights and of biases, a panel of dz, and rows of x and h where they don't stand together.
    private long ScratchSize => _panelsOfTask * (long)Width * (_sizes.Features + _sizes.Hidden + 1) + Rows * (long)Width
        + (_order.IsFull ? 0 : Rows * ((long)_sizes.Features + _sizes.Hidden));

    /// <summary>Runs a task.</summary>
    internal void Run(int task)
    {
        var (direction, number) = Math.DivRem(task, _tasksOfDirection);
        var of = _tensors.Direction(direction);
        int from = number * _panelsOfTask, to = Math.Min(from + _panelsOfTask, _panels);
        int features = _sizes.Features, hidden = _sizes.Hidden;
        float* sums = _scratch + task * ScratchSize, panel = sums + _panelsOfTask * (nint)Width * (features + hidden + 1);
        new Span<float>(sums, _panelsOfTask * Width * (features + hidden + 1)).Clear();
        var total = _order.ValidRows?.Length ?? (long)_sizes.Steps * _sizes.Batch;
        for (long row = 0; row < total;)
        {
            var count = (int)Math.Min(Rows, total - row);
            float* x, h;
            nint hiddenStep = _sizes.Directions * (nint)hidden;
            if (_order.IsFull)
                h = Before(of, direction, row, ref count, ref hiddenStep, out x);
            else
            {
                x = panel + Rows * Width;
                h = x + Rows * features;
                hiddenStep = hidden;
                Gather(of, direction, row, count, x, h);
            }
            for (var p = from; p < to; p++)
            {
                var sum = sums + (p - from) * (nint)Width * (features + hidden + 1);
                CopyPanel(of, row, count, p, panel, sum);
                var (readsInput, readsState) = Reads(p);
                if (readsInput)
                    PackedMatrix<TSimd>.Multiply(x, 1, features, features, panel, count, 1, sum + Width, Width, sum + Width, Width);
                var ofState = sum + (nint)Width * (features + 1);
                if (readsState && h != null)
                    PackedMatrix<TSimd>.Multiply(h, 1, hiddenStep, hidden, panel, count, 1, ofState, Width, ofState, Width);
            }
            row += count;
        }
        for (var p = from; p < to; p++)
            Spread(of, p, sums + (p - from) * (nint)Width * (features + hidden + 1));
    }

    // Where all sequences have all steps, rows stand together: x, and a step's worth before it or, backward, behind it the state before.
    private float* Before(in RecurrentDirection of, int direction, long row, ref int count, ref nint step, out float* x)
    {
        x = _tensors.X + (nint)row * _sizes.Features;
        long batch = _sizes.Batch, rows = batch * _sizes.Steps;
        var (firstStep, end) = direction == 0 ? (row < batch, batch) : (row >= rows - batch, rows - batch);
        if (row < end)
            count = (int)Math.Min(count, end - row);
        if (firstStep)
        {
            step = _sizes.Hidden;
            return of.Hidden0 == null ? null : of.Hidden0 + (nint)(row % batch) * _sizes.Hidden;
        }
        return _tensors.Y + (nint)(direction == 0 ? row - batch : row + batch) * step + direction * _sizes.Hidden;
    }

    private void Gather(in RecurrentDirection of, int direction, long row, int count, float* x, float* h)
    {
        var backward = direction == 1;
        for (var i = 0; i < count; i++)
        {
            var (step, position) = Math.DivRem(_order.ValidRows![row + i], _sizes.Batch);
            Copy(_tensors.X + _order.Row(position, step, backward) * _sizes.Features, x + i * (nint)_sizes.Features, _sizes.Features);
            var before = step > 0
                ? _tensors.Y + _order.Row(position, step - 1, backward) * _sizes.Directions * _sizes.Hidden + direction * _sizes.Hidden
                : of.Hidden0 == null ? _zeros : of.Hidden0 + _order.Sequence(position) * (nint)_sizes.Hidden;
            Copy(before, h + i * (nint)_sizes.Hidden, _sizes.Hidden);
        }
    }

    // Copies the panel's columns of dz, and adds them up for the biases.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyPanel(in RecurrentDirection of, long row, int count, int panel, float* to, float* sum)
    {
        var valid = _order.ValidRows;
        var column = panel * Width;
        var second = column + TSimd.Width < _parts ? TSimd.Width : 0; // the last panel may have half its columns
        TSimd a = TSimd.Load(sum), b = TSimd.Load(sum + TSimd.Width);
        for (var i = 0; i < count; i++, to += Width)
        {
            var from = of.Work + (valid is null ? (nint)row + i : valid[row + i]) * _parts + column;
            TSimd c = TSimd.Load(from), d = TSimd.Load(from + second);
            c.Store(to);
            d.Store(to + TSimd.Width);
            (a, b) = (a + c, b + d);
        }
        a.Store(sum);
        b.Store(sum + TSimd.Width);
    }

    // Of a GRU's candidate one part reads the input alone, another the state alone.
    private (bool Input, bool State) Reads(int panel)
    {
        if (_sizes.Kind != RecurrentKind.Gru)
            return (true, true);
        int first = panel * Width / _size, last = Math.Min(panel * Width + Width - 1, _parts - 1) / _size;
        return (first < 3, last > 0);
    }

    private void Spread(in RecurrentDirection of, int panel, float* sum)
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
