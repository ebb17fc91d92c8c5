using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The gradient of the input, dz · Wᵀ, one product over all steps; and an LSTM's gradient of its peepholes.</summary>
internal sealed unsafe class RecurrentInputGradient<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    private const int Rows = 64;

    private readonly RecurrentSizes _sizes;
    private readonly RecurrentTensors _tensors;
    private readonly RecurrentOrder _order;
    private readonly int _size, _parts, _depth, _stride, _chunks;
    private readonly float* _scratch, _zeros;
    private readonly float*[] _packed;

    internal RecurrentInputGradient(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentOrder order, RecurrentMemory memory)
    {
        (_sizes, _tensors, _order) = (sizes, tensors, order);
        (_size, _parts, _depth) = (sizes.Padded, sizes.Parts * sizes.Padded, sizes.Gates * sizes.Padded);
        _stride = PackedMatrix<TSimd>.Panels(sizes.Features) * PackedMatrix<TSimd>.PanelWidth;
        _packed = new float*[sizes.Directions];
        _zeros = memory(_stride);
        new Span<float>(_zeros, _stride).Clear();
        if (tensors.Forward.InputGradient == null)
            return;
        _chunks = (int)(((order.ValidRows?.Length ?? (long)sizes.Steps * sizes.Batch) + Rows - 1) / Rows);
        for (var direction = 0; direction < sizes.Directions; direction++)
        {
            var of = tensors.Direction(direction);
            _packed[direction] = Pack(of, memory);
            if (!order.IsFull)
                for (var step = 0; step < sizes.Steps; step++)
                    new Span<float>(of.InputGradient + (nint)step * sizes.Batch * sizes.Features, sizes.Batch * sizes.Features).Clear();
        }
        _scratch = memory(Tasks * ScratchSize);
    }

    /// <summary>Number of tasks; each is some rows of one direction.</summary>
    internal int Tasks => _sizes.Directions * _chunks;

    private long ScratchSize => Rows * ((long)_stride + (_order.IsFull ? 0 : _depth));

    /// <summary>Runs a task.</summary>
    internal void Run(int task)
    {
        var (direction, chunk) = Math.DivRem(task, _chunks);
        var of = _tensors.Direction(direction);
        var valid = _order.ValidRows;
        var first = (long)chunk * Rows;
        var count = (int)Math.Min(Rows, (valid?.Length ?? (long)_sizes.Steps * _sizes.Batch) - first);
        float* result = _scratch + task * ScratchSize, dz = of.Work + (nint)first * _parts;
        nint stride = _parts;
        if (valid is not null)
        {
            dz = result + Rows * (nint)_stride;
            stride = _depth;
            for (var i = 0; i < count; i++)
                Copy(of.Work + valid[first + i] * (nint)_parts, dz + i * stride, _depth);
        }
        PackedMatrix<TSimd>.Multiply(dz, stride, 1, count, _packed[direction], _depth, PackedMatrix<TSimd>.Panels(_sizes.Features), _zeros,
            0, result, _stride);
        for (var i = 0; i < count; i++)
        {
            var row = (nint)first + i;
            if (valid is not null)
            {
                var (step, position) = Math.DivRem(valid[row], _sizes.Batch);
                row = _order.Row(position, step, direction == 1);
            }
            Copy(result + i * (nint)_stride, of.InputGradient + row * _sizes.Features, _sizes.Features);
        }
    }

    /// <summary>Adds the second direction's gradient to the first one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddDirections()
    {
        var count = (nint)_sizes.Steps * _sizes.Batch * _sizes.Features;
        float* to = _tensors.Forward.InputGradient, from = _tensors.Backward.InputGradient;
        nint i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            (TSimd.Load(to + i) + TSimd.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }

    /// <summary>Sums of dz ∘ c over all steps, with c the cell state that the gate reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void SumPeepholes(int direction, float* sums)
    {
        var of = _tensors.Direction(direction);
        int kept = _sizes.SavedParts * _size, hidden = _sizes.Hidden;
        new Span<float>(sums, 3 * _size).Clear();
        for (var step = 0; step < _sizes.Steps; step++)
            for (var position = 0; position < _order.Active(step); position++)
            {
                var dz = of.Work + _order.KeptRow(position, step, direction == 1) * _parts;
                var cell = of.Saved + ((nint)step * _sizes.Batch + position) * kept + 4 * _size;
                var before = step > 0 ? cell - (nint)_sizes.Batch * kept
                    : of.Cell0 == null ? null : of.Cell0 + _order.Sequence(position) * (nint)hidden;
                for (var j = 0; j < hidden; j++)
                {
                    sums[_size + j] += dz[_size + j] * cell[j];
                    if (before == null)
                        continue;
                    sums[j] += dz[j] * before[j];
                    sums[2 * _size + j] += dz[2 * _size + j] * before[j];
                }
            }
        for (var gate = 0; gate < 3; gate++)
            Copy(sums + gate * _size, of.ExtraGradient + gate * hidden, hidden);
    }

    // The transposed weights of the input, [gates·padded, features], in the order of dz.
    private float* Pack(in RecurrentDirection of, RecurrentMemory memory)
    {
        int hidden = _sizes.Hidden, columns = _sizes.Gates * hidden;
        var count = PackedMatrix<TSimd>.Size(_depth, _sizes.Features);
        var packed = memory(count);
        new Span<float>(packed, checked((int)count)).Clear();
        for (var part = 0; part < _sizes.Gates; part++)
        {
            var gate = _sizes.Kind == RecurrentKind.Gru ? (part + 2) % 3 : part;
            PackedMatrix<TSimd>.Pack(of.Weight + gate * hidden, 1, columns, hidden, _sizes.Features, packed, _depth, part * _size, 0);
        }
        return packed;
    }

    private static void Copy(float* from, float* to, int count) => Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
}
