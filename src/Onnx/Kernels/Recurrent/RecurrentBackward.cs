using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradient of the cells' inputs, from the last step to the first, of one direction for a block of sequences, and that of the initial
/// states.
/// </summary>
internal sealed unsafe class RecurrentBackward<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    private readonly RecurrentSizes _sizes;
    private readonly RecurrentTensors _tensors;
    private readonly RecurrentOrder _order;
    private readonly int _size, _stride;
    private readonly float* _scratch;
    private readonly float*[] _packed, _peepholes;

    internal RecurrentBackward(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentOrder order, RecurrentMemory memory)
    {
        (_sizes, _tensors, _order) = (sizes, tensors, order);
        (_size, _stride) = (sizes.Padded, sizes.Padded + RecurrentSizes.Slack);
        (_packed, _peepholes) = (new float*[sizes.Directions], new float*[sizes.Directions]);
        for (var direction = 0; direction < sizes.Directions; direction++)
        {
            var of = tensors.Direction(direction);
            _packed[direction] = Pack(of, memory);
            if (!sizes.HasPeepholes)
                continue;
            _peepholes[direction] = memory(3 * _size);
            new Span<float>(_peepholes[direction], 3 * _size).Clear();
            for (var gate = 0; gate < 3; gate++)
                Copy(of.Extra + gate * sizes.Hidden, _peepholes[direction] + gate * _size, sizes.Hidden);
        }
        _scratch = memory(Tasks * ScratchSize);
    }

    /// <summary>Number of tasks; each is a block of sequences in one direction.</summary>
    internal int Tasks => _sizes.Directions * _sizes.Blocks;

    // Gradients of the states, and the state before the first step.
    private long ScratchSize => _sizes.Block * ((long)_stride + 2L * _size);

    /// <summary>Runs a task.</summary>
    internal void Run(int task)
    {
        var (direction, block) = Math.DivRem(task, _sizes.Blocks);
        var of = _tensors.Direction(direction);
        var first = block * _sizes.Block;
        var count = Math.Min(_sizes.Block, _sizes.Batch - first);
        float* dh = _scratch + task * ScratchSize, dc = dh + _sizes.Block * (nint)_stride, before = dc + _sizes.Block * (nint)_size;
        Begin(of.LastHiddenGradient, first, count, dh, _stride);
        Begin(of.LastCellGradient, first, count, dc, _size);
        Begin(_sizes.Kind == RecurrentKind.Lstm ? of.Cell0 : of.Hidden0, first, count, before, _size);
        for (var step = _order.Length(first) - 1; step >= 0; step--)
        {
            var active = Math.Clamp(_order.Active(step) - first, 0, count);
            Step(of, direction, step, first, active, dh, dc, before);
            if (_sizes.Truncation > 0 && step > 0 && step % _sizes.Truncation == 0)
            {
                new Span<float>(dh, active * _stride).Clear();
                new Span<float>(dc, active * _size).Clear();
            }
            else if (step > 0 || of.Hidden0Gradient != null)
                MultiplyRecurrent(of, direction, step, first, active, dh);
        }
        for (var i = 0; i < count; i++)
        {
            var row = _order.Sequence(first + i) * (nint)_sizes.Hidden;
            if (of.Hidden0Gradient != null)
                Copy(dh + i * (nint)_stride, of.Hidden0Gradient + row, _sizes.Hidden);
            if (of.Cell0Gradient != null)
                Copy(dc + i * (nint)_size, of.Cell0Gradient + row, _sizes.Hidden);
        }
    }

    private void Step(in RecurrentDirection of, int direction, int step, int first, int active, float* dh, float* dc, float* initial)
    {
        int parts = _sizes.Parts * _size, saved = _sizes.SavedParts * _size;
        for (var i = 0; i < active; i++)
        {
            var position = first + i;
            float* hidden = dh + i * (nint)_stride, cell = dc + i * (nint)_size;
            var kept = of.Saved + ((nint)step * _sizes.Batch + position) * saved;
            var before = step == 0 ? initial + i * (nint)_size : kept - (nint)_sizes.Batch * saved + saved - _size;
            var work = of.Work + _order.KeptRow(position, step, direction == 1) * parts;
            if (_tensors.YGradient != null)
                Add(_tensors.YGradient + _order.Row(position, step, direction == 1) * _sizes.Directions * _sizes.Hidden
                    + direction * _sizes.Hidden, hidden, _sizes.Hidden);
            switch (_sizes.Kind)
            {
                case RecurrentKind.Lstm:
                    LstmCell<TSimd>.Gradient(_size, _sizes.IsCoupled, _peepholes[direction], kept, before, hidden, cell, work);
                    break;
                case RecurrentKind.Gru:
                    GruCell<TSimd>.Gradient(_size, kept, before, hidden, work);
                    break;
                default:
                    RnnCell<TSimd>.Gradient(_size, _sizes.Kind == RecurrentKind.Relu, kept, hidden, work);
                    break;
            }
            // The padding of a row, which products read, may have become NaN where an input was infinite.
            for (var part = 0; _size != _sizes.Hidden && part < _sizes.Parts; part++)
                new Span<float>(work + part * _size + _sizes.Hidden, _size - _sizes.Hidden).Clear();
        }
    }

    // Adds the gradient that passes through h U.
    private void MultiplyRecurrent(in RecurrentDirection of, int direction, int step, int first, int active, float* dh)
    {
        var parts = _sizes.Parts * _size;
        var work = of.Work + _order.KeptRow(first, step, direction == 1) * parts + (_sizes.Kind == RecurrentKind.Gru ? _size : 0);
        PackedMatrix<TSimd>.Multiply(work, parts, 1, active, _packed[direction], _sizes.Gates * _size,
            PackedMatrix<TSimd>.Panels(_size), dh, _stride, dh, _stride);
    }

    // The transposed weights of the state, [gates·padded, padded].
    private float* Pack(in RecurrentDirection of, RecurrentMemory memory)
    {
        int depth = _sizes.Gates * _size, columns = _sizes.Gates * _sizes.Hidden;
        var count = PackedMatrix<TSimd>.Size(depth, _size);
        var packed = memory(count);
        new Span<float>(packed, checked((int)count)).Clear();
        for (var gate = 0; gate < _sizes.Gates; gate++)
            PackedMatrix<TSimd>.Pack(of.Recurrent + gate * _sizes.Hidden, 1, columns, _sizes.Hidden, _sizes.Hidden, packed, depth,
                gate * _size, 0);
        return packed;
    }

    private void Begin(float* initial, int first, int count, float* to, int stride)
    {
        new Span<float>(to, _sizes.Block * stride).Clear();
        for (var i = 0; initial != null && i < count; i++)
            Copy(initial + _order.Sequence(first + i) * (nint)_sizes.Hidden, to + i * (nint)stride, _sizes.Hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* from, float* to, int count)
    {
        var i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            (TSimd.Load(to + i) + TSimd.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }

    private static void Copy(float* from, float* to, int count) => Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
}
