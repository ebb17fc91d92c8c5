using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// One generation's use of a decoder: buffers of its states, bound once. A cache is one buffer, bound as input and output, so that
/// a step writes the new keys and values into it and nothing is copied; attention reads all of it, filled or not, so it is made only
/// a little longer than what is fed, and longer as that grows. Other states of fixed size alternate between two buffers. Growing
/// states are whatever ONNX Runtime gave last.
/// </summary>
internal sealed class DecoderRun : IDisposable
{
    private readonly DecoderModel _model;
    // Room that a cache has beyond what is fed: at least so many steps, or this share of them.
    private const int LeastRoom = 32, ShareOfRoom = 8;
    private readonly OwnedResources _owned = new(), _shaped = new();
    private OwnedResources _caches = new();
    private readonly SessionBinding[] _bindings = new SessionBinding[2];
    private readonly DeviceBuffer[][] _buffers;
    private readonly OrtValue?[] _growing;
    private readonly int _rows, _most, _sourceTime;
    private int _capacity;
    private readonly long[] _position = GC.AllocateArray<long>(1, pinned: true);
    private long[] _tokens = [];
    private float[] _logits = [], _attention = [];
    private DeviceBuffer? _logitsBuffer, _attentionBuffer;
    private int _steps, _turn;

    /// <param name="model">The model.</param>
    /// <param name="first">The encoder's outputs, a row per row of this run; empty without an encoder.</param>
    /// <param name="rows">Number of sequences in the batch.</param>
    /// <param name="capacity">The most tokens per sequence.</param>
    /// <param name="sourceTime">Steps of the sources.</param>
    internal DecoderRun(DecoderModel model, IReadOnlyDictionary<string, TensorData> first, int rows, int capacity, int sourceTime)
    {
        (_model, _rows, _most, _sourceTime) = (model, rows, capacity, sourceTime);
        // A cache that the encoder began is as long as it may become.
        if (model.States.Any(state => state.IsCache && first.ContainsKey(state.Past)))
            _capacity = capacity;
        _buffers = new DeviceBuffer[model.States.Count][];
        _growing = new OrtValue?[model.States.Count];
        for (var turn = 0; turn < 2; turn++)
            _bindings[turn] = _owned.Add(new SessionBinding(model.Decoder));
        foreach (var constant in model.Constants)
            BindInput(constant.Name, _owned.Add(OrtTensors.Wrap(first[constant.Name])));
        for (var i = 0; i < model.States.Count; i++)
            if (!model.States[i].IsCache || _capacity > 0)
                BindFirst(i, first.GetValueOrDefault(model.States[i].Past));
        if (model.HasPosition)
            BindInput(DecoderModel.Position, _owned.Add(OrtValue.CreateTensorValueFromMemory(_position, [1])));
    }

    /// <summary>Number of tokens fed so far.</summary>
    internal int Position => (int)_position[0];

    // Steps that a step's attention covers: those of the source, or of the cache.
    private int Looked => _model.ReadsSource ? _sourceTime : _model.FixedSource ?? _capacity;

    /// <summary>The logits of a row's last step.</summary>
    internal ReadOnlySpan<float> Logits(int row) => Logits(row, _steps - 1);

    /// <summary>The logits of a row's step, counted from the first step of the last feed.</summary>
    internal ReadOnlySpan<float> Logits(int row, int step) => _logits.AsSpan((row * _steps + step) * _model.Vocabulary, _model.Vocabulary);

    /// <summary>The attention of a row's last step to the source or, without one, to the tokens so far; empty without attention.</summary>
    internal ReadOnlySpan<float> Attention(int row) =>
        _model.HasAttention ? _attention
            .AsSpan((row * _steps + _steps - 1) * Looked, _model.ReadsSource || _model.FixedSource is not null ? Looked
                : Math.Min(Position, Looked)) : default;

    /// <summary>Feeds the next tokens of every row.</summary>
    /// <param name="tokens">[rows, steps].</param>
    /// <param name="steps">Tokens per row.</param>
    /// <param name="cancellation">Ends it.</param>
    internal void Step(ReadOnlySpan<long> tokens, int steps, CancellationToken cancellation)
    {
        var isLonger = LengthenCaches(Position + steps);
        if (steps != _steps || (isLonger && _model.HasAttention))
            BindSteps(steps);
        tokens.CopyTo(_tokens);
        _bindings[_turn].Run(cancellation);
        _logitsBuffer!.Read<float>(_logits);
        _attentionBuffer?.Read<float>(_attention);
        TakeGrown(_bindings[_turn]);
        _turn = 1 - _turn;
        _position[0] += steps;
    }

    /// <summary>Makes row i continue row <paramref name="from"/>[i], with ONNX Runtime's Gather on the states' device.</summary>
    internal void Reorder(long[] from)
    {
        var isSame = true;
        for (var row = 0; row < _rows; row++)
            isSame &= from[row] == row;
        if (isSame || _model.States.Count == 0)
            return;
        using var used = new OwnedResources();
        var binding = used.Add(new SessionBinding(_model.StateSessions.Reordering));
        binding.Input(StateSessions.Rows, used.Add(OrtValue.CreateTensorValueFromMemory(from, [_rows])));
        for (var i = 0; i < _model.States.Count; i++)
        {
            var state = _model.States[i];
            if (_growing[i] is { } grown)
            {
                binding.Input(state.Past, grown);
                binding.OutputToDevice(state.Present);
                continue;
            }
            if (_buffers[i].Length == 1)
                _buffers[i] = [_buffers[i][0], _caches.Add(_model.Decoder.Allocate(ElementType.Float, _buffers[i][0].Count))];
            // A cache stands in the first buffer, another state in that of the next turn; what was free takes its place.
            var now = state.IsCache ? 0 : _turn;
            var sizes = state.Sizes(_rows, _capacity);
            binding.Input(state.Past, used.Add(_buffers[i][now].View(0, sizes)));
            binding.Output(state.Present, used.Add(_buffers[i][1 - now].View(0, sizes)));
            (_buffers[i][0], _buffers[i][1]) = (_buffers[i][1], _buffers[i][0]);
        }
        binding.Run();
        TakeGrown(binding);
        for (var i = 0; i < _model.States.Count; i++)
            if (_growing[i] is null)
                BindBuffers(i);
    }

    public void Dispose()
    {
        foreach (var resource in _growing.Concat<IDisposable?>([_shaped, _owned, _caches]))
            resource?.Dispose();
    }

    // Longer buffers for the caches where so many tokens don't fit, with what they hold; says whether there are.
    private bool LengthenCaches(int tokens)
    {
        if (tokens <= _capacity || _capacity == _most || !_model.States.Any(state => state.IsCache))
            return false;
        var before = _capacity;
        _capacity = Math.Min(_most, tokens + Math.Max(LeastRoom, tokens / ShareOfRoom));
        using var old = _caches;
        _caches = new();
        using var used = new OwnedResources();
        using var binding = before == 0 ? null : new SessionBinding(_model.StateSessions.Lengthening);
        binding?.Input(StateSessions.More, used.Add(OrtValue.CreateTensorValueFromMemory(new long[] { _capacity - before }, [1])));
        for (var i = 0; i < _model.States.Count; i++)
        {
            var state = _model.States[i];
            if (!state.IsCache)
                continue;
            var sizes = state.Sizes(_rows, _capacity);
            var longer = _caches.Add(_model.Decoder.Allocate(ElementType.Float, Count(sizes)));
            binding?.Input(state.Past, used.Add(_buffers[i][0].View(0, state.Sizes(_rows, before))));
            binding?.Output(state.Present, used.Add(longer.View(0, sizes)));
            _buffers[i] = [longer];
        }
        binding?.Run();
        for (var i = 0; i < _model.States.Count; i++)
            if (_model.States[i].IsCache)
                BindBuffers(i);
        return true;
    }

    private static long Count(long[] sizes) => sizes.Aggregate(1L, (product, size) => checked(product * size));

    private void BindInput(string name, OrtValue value)
    {
        foreach (var binding in _bindings)
            binding.Input(name, value);
    }

    private void BindFirst(int index, TensorData? first)
    {
        var state = _model.States[index];
        var sizes = state.Sizes(_rows, _capacity);
        if (state.Kind == DecoderStateKind.Growing)
        {
            SetGrowing(index, OrtTensors.Wrap(first ?? TensorData.Zeros(ElementType.Float, sizes)));
            return;
        }
        var buffers = new DeviceBuffer[state.IsCache ? 1 : 2];
        for (var i = 0; i < buffers.Length; i++)
            buffers[i] = _owned.Add(_model.Decoder.Allocate(ElementType.Float, Count(sizes)));
        if (first is not null)
            buffers[0].Write<float>(first.As<float>());
        _buffers[index] = buffers;
        BindBuffers(index);
    }

    private void BindBuffers(int index)
    {
        var state = _model.States[index];
        var sizes = state.Sizes(_rows, _capacity);
        for (var turn = 0; turn < 2; turn++)
        {
            var (read, written) = state.IsCache ? (0, 0) : (turn, 1 - turn);
            using OrtValue past = _buffers[index][read].View(0, sizes), present = _buffers[index][written].View(0, sizes);
            _bindings[turn].Input(state.Past, past); // a binding keeps its own reference to the tensor
            _bindings[turn].Output(state.Present, present);
        }
    }

    private void SetGrowing(int index, OrtValue value)
    {
        BindInput(_model.States[index].Past, value);
        foreach (var binding in _bindings)
            binding.OutputToDevice(_model.States[index].Present);
        _growing[index]?.Dispose();
        _growing[index] = value;
    }

    private void TakeGrown(SessionBinding binding)
    {
        if (Array.TrueForAll(_growing, value => value is null))
            return;
        var names = binding.OutputNames();
        var values = binding.Outputs();
        for (var output = 0; output < names.Length; output++)
        {
            var value = values.ElementAt(output);
            var index = Enumerable.Range(0, _growing.Length)
                .FirstOrDefault(i => _growing[i] is not null && _model.States[i].Present == names[output], -1);
            if (index >= 0)
                SetGrowing(index, value);
            else
                value.Dispose();
        }
    }

    // Binds the tensors that have an axis of steps.
    private void BindSteps(int steps)
    {
        _shaped.Dispose();
        _steps = steps;
        _tokens = GC.AllocateArray<long>(_rows * steps, pinned: true);
        _logits = new float[_rows * steps * _model.Vocabulary];
        _logitsBuffer = _shaped.Add(_model.Decoder.Allocate(ElementType.Float, _logits.Length));
        BindInput(DecoderModel.Tokens, _shaped.Add(OrtValue.CreateTensorValueFromMemory(_tokens, [_rows, steps])));
        BindOutput(DecoderModel.Logits, _shaped.Add(_logitsBuffer.View(0, _rows, steps, _model.Vocabulary)));
        if (!_model.HasAttention)
            return;
        _attention = new float[_rows * steps * Looked];
        _attentionBuffer = _shaped.Add(_model.Decoder.Allocate(ElementType.Float, _attention.Length));
        BindOutput(DecoderModel.Attention, _shaped.Add(_attentionBuffer.View(0, _rows, steps, Looked)));
    }

    private void BindOutput(string name, OrtValue value)
    {
        foreach (var binding in _bindings)
            binding.Output(name, value);
    }
}
