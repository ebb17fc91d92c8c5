using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// One generation's use of a decoder: buffers of its states, bound once. A cache is one buffer, bound as input and output, so that
/// a step writes the new keys and values into it and nothing is copied; attention reads all of it, filled or not, so it is made only
/// a little longer than what is fed, and longer as that grows. Other states of fixed size alternate between two buffers. Growing
/// states are whatever ONNX Runtime gave last.
/// </summary>
internal sealed partial class DecoderRun : IDisposable
{
    private readonly DecoderModel _model;
    // Room that a cache has beyond what is fed: at least so many steps, or this share of them.
    private const int LeastRoom = 32, ShareOfRoom = 8;
    private readonly OwnedResources _owned = new(), _shaped = new();
    private OwnedResources _caches = new();
    private readonly SessionBinding[] _bindings = new SessionBinding[2];
    private readonly DeviceBuffer[][] _buffers;
    private readonly OrtValue?[] _growing;
    private readonly int _rows, _most;
    private readonly int? _lookedAt;
    private int _capacity;
    private readonly long[] _position = GC.AllocateArray<long>(1, pinned: true);
    private TensorData[] _fed = [];
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
        (_model, _rows, _most, _lookedAt) = (model, rows, capacity, model.Looked(first, sourceTime));
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
    private int Looked => _lookedAt ?? _capacity;

    /// <summary>The logits of a row's last step.</summary>
    internal ReadOnlySpan<float> Logits(int row) => Logits(row, _steps - 1);

    /// <summary>The logits of a row's step, counted from the first step of the last feed.</summary>
    internal ReadOnlySpan<float> Logits(int row, int step) => _logits.AsSpan((row * _steps + step) * _model.Vocabulary, _model.Vocabulary);

    /// <summary>The attention of a row's last step to the source or, without one, to the tokens so far; empty without attention.</summary>
    internal ReadOnlySpan<float> Attention(int row) =>
        _model.HasAttention ? _attention
            .AsSpan((row * _steps + _steps - 1) * Looked, _lookedAt ?? Math.Min(Position, Looked)) : default;

    /// <summary>Feeds the next tokens of every row.</summary>
    /// <param name="tokens">[rows, steps].</param>
    /// <param name="steps">Tokens per row.</param>
    /// <param name="cancellation">Ends it.</param>
    internal void Step(ReadOnlySpan<long> tokens, int steps, CancellationToken cancellation)
    {
        Prepare(steps);
        tokens.CopyTo(_fed[0].As<long>());
        Run(cancellation);
    }

    /// <summary>Feeds the next steps of every row to a model that reads other things than tokens.</summary>
    /// <param name="inputs">What the model reads by name, [rows, steps, ..] each, or [rows, ..] without steps.</param>
    /// <param name="steps">Steps per row.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">An input is missing, or of another type or shape.</exception>
    internal void Step(IReadOnlyDictionary<string, TensorData> inputs, int steps, CancellationToken cancellation)
    {
        if (Position + steps > _most)
            throw new ArgumentException($"The rows have {Position} steps and get {steps} more; expected at most {_most}, as asked for.");
        Prepare(steps);
        for (var i = 0; i < _fed.Length; i++)
        {
            var (name, into) = (_model.Fed[i].Name, _fed[i]);
            if (!inputs.TryGetValue(name, out var given))
                throw new ArgumentException($"The model reads the input {_model.Fed[i]}, which isn't given.");
            if (given.Type != into.Type || !given.Sizes.SequenceEqual(into.Sizes))
                throw new ArgumentException($"Input '{name}' is {given.Type} [{string.Join(", ", given.Sizes)}]; expected {into.Type} "
                    + $"[{string.Join(", ", into.Sizes)}].");
            if (given.Type == ElementType.Float)
                given.As<float>().CopyTo(into.As<float>(), 0);
            else
                given.As<long>().CopyTo(into.As<long>(), 0);
        }
        Run(cancellation);
    }

    private void Prepare(int steps)
    {
        var isLonger = LengthenCaches(Position + steps);
        if (steps != _steps || (isLonger && _model.HasAttention))
            BindSteps(steps);
    }

    private void Run(CancellationToken cancellation)
    {
        _bindings[_turn].Run(cancellation);
        _logitsBuffer!.Read<float>(_logits);
        _attentionBuffer?.Read<float>(_attention);
        TakeGrown(_bindings[_turn]);
        _turn = 1 - _turn;
        _position[0] += _steps;
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
}
