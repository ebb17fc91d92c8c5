using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>All steps of one direction for a block of sequences.</summary>
internal sealed unsafe class RecurrentForward<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    private readonly RecurrentSizes _sizes;
    private readonly RecurrentTensors _tensors;
    private readonly RecurrentOrder _order;
    private readonly int _size, _stride;
    private readonly float* _scratch;
    private readonly PackedWeights[] _packed;

    internal RecurrentForward(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentOrder order, RecurrentMemory memory)
    {
        (_sizes, _tensors, _order) = (sizes, tensors, order);
        (_size, _stride) = (sizes.Padded, sizes.Parts * sizes.Padded + RecurrentSizes.Slack);
        _packed = new PackedWeights[sizes.Directions];
        for (var direction = 0; direction < sizes.Directions; direction++)
            _packed[direction] = Pack(tensors.Direction(direction), memory);
        _scratch = memory(Tasks * ScratchSize);
    }

    /// <summary>Number of tasks; each is a block of sequences in one direction.</summary>
    internal int Tasks => _sizes.Directions * _sizes.Blocks;

    // Rows of the input and of z, states.
    private long ScratchSize => RowsOfInput * ((long)_sizes.Features + _stride) + 2L * _sizes.Block * _size;

    private int RowsOfInput => Math.Max(RecurrentSizes.RowsOfInput, _sizes.Block);

    /// <summary>Runs a task.</summary>
    internal void Run(int task)
    {
        var (direction, block) = Math.DivRem(task, _sizes.Blocks);
        var tensors = _tensors.Direction(direction);
        var first = block * _sizes.Block;
        var count = Math.Min(_sizes.Block, _sizes.Batch - first);
        float* x = _scratch + task * ScratchSize, z = x + (nint)RowsOfInput * _sizes.Features, h = z + (nint)RowsOfInput * _stride;
        var c = h + _sizes.Block * (nint)_size;
        Begin(tensors.Hidden0, first, count, h);
        Begin(tensors.Cell0, first, count, c);
        var steps = _order.Length(first);
        for (var step = 0; step < steps;)
        {
            var rows = 0;
            var chunk = step;
            for (; chunk < steps && (chunk == step || rows + ActiveOf(chunk) <= RowsOfInput); chunk++)
                rows += Gather(direction, chunk, x + (nint)rows * _sizes.Features);
            PackedMatrix<TSimd>.Multiply(x, _sizes.Features, 1, rows, _packed[direction].Input, _sizes.Features,
                PackedMatrix<TSimd>.Panels(_sizes.Gates * _size), _packed[direction].Bias, 0, z, _stride);
            var zOfStep = z;
            for (; step < chunk; step++)
            {
                var active = ActiveOf(step);
                Step(tensors, direction, step, first, active, zOfStep, h, c);
                zOfStep += active * (nint)_stride;
            }
        }
        for (var i = 0; i < count; i++)
            Finish(tensors, direction, first + i, h + i * (nint)_size, c + i * (nint)_size);

        int ActiveOf(int step) => Math.Clamp(_order.Active(step) - first, 0, count);

        int Gather(int direction, int step, float* to)
        {
            var active = ActiveOf(step);
            for (var i = 0; i < active; i++)
                Copy(_tensors.X + _order.Row(first + i, step, direction == 1) * _sizes.Features, to + (nint)i * _sizes.Features,
                    _sizes.Features);
            return active;
        }
    }

    private void Step(in RecurrentDirection tensors, int direction, int step, int first, int active, float* z, float* h, float* c)
    {
        MultiplyState(_packed[direction], active, z, h);
        var width = _sizes.Directions * (nint)_sizes.Hidden;
        for (var i = 0; i < active; i++)
        {
            float* hidden = h + i * (nint)_size, cell = c + i * (nint)_size, row = z + i * (nint)_stride;
            var saved = tensors.Saved == null
                ? null : tensors.Saved + ((nint)step * _sizes.Batch + first + i) * _sizes.SavedParts * _size;
            switch (_sizes.Kind)
            {
                case RecurrentKind.Lstm:
                    LstmCell<TSimd>.Step(_size, _sizes.IsCoupled, _packed[direction].Extra, row, cell, hidden, saved);
                    break;
                case RecurrentKind.Gru:
                    GruCell<TSimd>.Step(_size, row, hidden, saved);
                    break;
                default:
                    RnnCell<TSimd>.Step(_size, _sizes.Kind == RecurrentKind.Relu, row, hidden, saved);
                    break;
            }
            Copy(hidden, _tensors.Y + _order.Row(first + i, step, direction == 1) * width + direction * _sizes.Hidden, _sizes.Hidden);
        }
    }

    // Adds h U; for a GRU's candidate it is stored separately.
    private void MultiplyState(in PackedWeights packed, int rows, float* z, float* h)
    {
        var joint = _sizes.Kind == RecurrentKind.Gru ? 2 : _sizes.Gates;
        PackedMatrix<TSimd>.Multiply(h, _size, 1, rows, packed.State, _sizes.Hidden, PackedMatrix<TSimd>.Panels(joint * _size), z, _stride,
            z, _stride);
        if (_sizes.Kind == RecurrentKind.Gru)
            PackedMatrix<TSimd>.Multiply(h, _size, 1, rows, packed.Candidate, _sizes.Hidden, PackedMatrix<TSimd>.Panels(_size),
                packed.Extra, 0, z + 3 * _size, _stride);
    }

    private void Finish(in RecurrentDirection tensors, int direction, int position, float* h, float* c)
    {
        var sequence = _order.Sequence(position);
        if (tensors.LastHidden != null)
            Copy(h, tensors.LastHidden + sequence * (nint)_sizes.Hidden, _sizes.Hidden);
        if (tensors.LastCell != null)
            Copy(c, tensors.LastCell + sequence * (nint)_sizes.Hidden, _sizes.Hidden);
        var width = _sizes.Directions * (nint)_sizes.Hidden;
        for (var step = _order.Length(position); step < _sizes.Steps; step++)
            new Span<float>(
                _tensors.Y + ((nint)step * _sizes.Batch + sequence) * width + direction * _sizes.Hidden, _sizes.Hidden).Clear();
    }

    private void Begin(float* initial, int first, int count, float* to)
    {
        new Span<float>(to, _sizes.Block * _size).Clear();
        for (var i = 0; initial != null && i < count; i++)
            Copy(initial + _order.Sequence(first + i) * (nint)_sizes.Hidden, to + i * (nint)_size, _sizes.Hidden);
    }

    private PackedWeights Pack(in RecurrentDirection tensors, RecurrentMemory memory)
    {
        var (gates, hidden, columns) = (_sizes.Gates, _sizes.Hidden, (nint)_sizes.Gates * _sizes.Hidden);
        var joint = _sizes.Kind == RecurrentKind.Gru ? 2 : gates;
        PackedWeights packed = new()
        {
            Input = Zeros(PackedMatrix<TSimd>.Size(_sizes.Features, gates * _size)),
            State = Zeros(PackedMatrix<TSimd>.Size(hidden, joint * _size)),
            Candidate = joint == gates ? null : Zeros(PackedMatrix<TSimd>.Size(hidden, _size)),
            Bias = Zeros(gates * _size + RecurrentSizes.Slack),
            Extra = tensors.Extra == null ? null : Zeros(3 * _size + RecurrentSizes.Slack),
        };
        for (var gate = 0; gate < gates; gate++)
        {
            PackedMatrix<TSimd>.Pack(tensors.Weight + gate * hidden, columns, 1, _sizes.Features, hidden, packed.Input, _sizes.Features, 0,
                gate * _size);
            PackedMatrix<TSimd>.Pack(tensors.Recurrent + gate * hidden, columns, 1, hidden, hidden,
                gate < joint ? packed.State : packed.Candidate, hidden, 0, gate < joint ? gate * _size : 0);
            Copy(tensors.Bias + gate * hidden, packed.Bias + gate * _size, hidden);
        }
        for (var part = 0; packed.Extra != null && part < (_sizes.Kind == RecurrentKind.Lstm ? 3 : 1); part++)
            Copy(tensors.Extra + part * hidden, packed.Extra + part * _size, hidden);
        return packed;

        float* Zeros(long count)
        {
            var zeros = memory(count);
            new Span<float>(zeros, checked((int)count)).Clear();
            return zeros;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, int count) =>
        Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));

    /// <summary>A direction's weights.</summary>
    private struct PackedWeights
    {
        internal float* Input, State, Candidate, Bias, Extra;
    }
}
