using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// One generation's use of a decoder: buffers of its states, bound once. A cache is one buffer, bound as input and output, so that
/// a step writes the new keys and values into it and nothing is copied; other states of fixed size alternate between two. Growing
/// states are whatever ONNX Runtime gave last.
/// </summary>
internal sealed class DecoderRun : IDisposable
{
    private readonly DecoderModel _model;
    private readonly OwnedResources _owned = new(), _shaped = new();
    private readonly SessionBinding[] _bindings = new SessionBinding[2];
    private readonly DeviceBuffer[][] _buffers;
    private readonly OrtValue?[] _growing;
    private readonly int _rows, _capacity;
    private readonly long[] _position = GC.AllocateArray<long>(1, pinned: true);
    private long[] _tokens = [];
    private readonly int _looked;
    private float[] _logits = [], _attention = [];
    private DeviceBuffer? _logitsBuffer, _attentionBuffer;
    private int _steps, _turn;
    private OnnxSession? _reorder;

    /// <param name="model">The model.</param>
    /// <param name="first">What the encoder gave, a row per row of this run; empty without one.</param>
    /// <param name="rows">Sequences side by side.</param>
    /// <param name="capacity">Most tokens of a sequence.</param>
    /// <param name="sourceTime">Steps of the sources.</param>
    internal DecoderRun(DecoderModel model, IReadOnlyDictionary<string, TensorData> first, int rows, int capacity, int sourceTime)
    {
        (_model, _rows, _capacity) = (model, rows, capacity);
        // Steps that a step's attention covers: those of the source, or of the cache.
        _looked = model.ReadsSource ? sourceTime : capacity;
        _buffers = new DeviceBuffer[model.States.Count][];
        _growing = new OrtValue?[model.States.Count];
        for (var turn = 0; turn < 2; turn++)
            _bindings[turn] = _owned.Add(new SessionBinding(model.Decoder));
        foreach (var constant in model.Constants)
            BindInput(constant.Name, _owned.Add(OrtTensors.Wrap(first[constant.Name])));
        for (var i = 0; i < model.States.Count; i++)
            BindFirst(i, first.GetValueOrDefault(model.States[i].Past));
        if (model.HasPosition)
            BindInput(DecoderModel.Position, _owned.Add(OrtValue.CreateTensorValueFromMemory(_position, [1])));
    }

    /// <summary>Tokens fed so far.</summary>
    internal int Position => (int)_position[0];

    /// <summary>The logits of a row's last step.</summary>
    internal ReadOnlySpan<float> Logits(int row) => Logits(row, _steps - 1);

    /// <summary>The logits of a row's step, counted from the first of those fed last.</summary>
    internal ReadOnlySpan<float> Logits(int row, int step) => _logits.AsSpan((row * _steps + step) * _model.Vocabulary, _model.Vocabulary);

    /// <summary>Where a row's last step looked: at the source or, without one, at the tokens so far; empty without attention.</summary>
    internal ReadOnlySpan<float> Attention(int row) =>
        _model.HasAttention ? _attention
            .AsSpan((row * _steps + _steps - 1) * _looked, _model.ReadsSource ? _looked : Math.Min(Position, _looked)) : default;

    /// <summary>Feeds the next tokens of every row.</summary>
    /// <param name="tokens">[rows, steps].</param>
    /// <param name="steps">Tokens a row.</param>
    /// <param name="cancellation">Ends it.</param>
    internal void Step(ReadOnlySpan<long> tokens, int steps, CancellationToken cancellation)
    {
        if (steps != _steps)
            BindSteps(steps);
        tokens.CopyTo(_tokens);
        _bindings[_turn].Run(cancellation);
        _logitsBuffer!.Read<float>(_logits);
        _attentionBuffer?.Read<float>(_attention);
        TakeGrown(_bindings[_turn]);
        _turn = 1 - _turn;
        _position[0] += steps;
    }

    /// <summary>Row i continues what row <paramref name="from"/>[i] was: by ONNX Runtime's Gather, wherever the states are.</summary>
    internal void Reorder(long[] from)
    {
        var isSame = true;
        for (var row = 0; row < _rows; row++)
            isSame &= from[row] == row;
        if (isSame || _model.States.Count == 0)
            return;
        _reorder ??= _owned.Add(new OnnxSession(ReorderGraph(), _model.Decoder.Target));
        using var used = new OwnedResources();
        var binding = used.Add(new SessionBinding(_reorder));
        binding.Input("rows", used.Add(OrtValue.CreateTensorValueFromMemory(from, [_rows])));
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
                _buffers[i] = [_buffers[i][0], _owned.Add(_model.Decoder.Allocate(ElementType.Float, _buffers[i][0].Count))];
            // A cache stands in the first buffer, another state in that of the next turn; what was free takes its place.
            var now = state.Kind == DecoderStateKind.Cache ? 0 : _turn;
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
        foreach (var value in _growing)
            value?.Dispose();
        _shaped.Dispose();
        _owned.Dispose();
    }

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
        var count = sizes.Aggregate(1L, (product, size) => checked(product * size));
        var buffers = new DeviceBuffer[state.Kind == DecoderStateKind.Cache ? 1 : 2];
        for (var i = 0; i < buffers.Length; i++)
            buffers[i] = _owned.Add(_model.Decoder.Allocate(ElementType.Float, count));
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
            var (read, written) = state.Kind == DecoderStateKind.Cache ? (0, 0) : (turn, 1 - turn);
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

    // Binds what has an axis of steps.
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
        _attention = new float[_rows * steps * _looked];
        _attentionBuffer = _shaped.Add(_model.Decoder.Allocate(ElementType.Float, _attention.Length));
        BindOutput(DecoderModel.Attention, _shaped.Add(_attentionBuffer.View(0, _rows, steps, _looked)));
    }

    private void BindOutput(string name, OrtValue value)
    {
        foreach (var binding in _bindings)
            binding.Output(name, value);
    }

    private Graph ReorderGraph()
    {
        var graph = new Graph("reorder");
        var rows = graph.Input("rows", ElementType.Int64, [DecoderModel.Batch]);
        foreach (var state in _model.States)
            graph.Output(state.Present, Op.Gather(graph.Input(state.Past, ElementType.Float, state.Shape), rows, state.BatchAxis));
        return graph;
    }
}
