using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// The rows of one generation on their way through the decoder: states in buffers on the device, of which recurrent and growing
/// ones take turns as input and output, and caches are written where they stand.
/// </summary>
internal sealed class DecoderRun : IDisposable
{
    private readonly GeneratorModel _model;
    private readonly EncodedSource _encoded;
    private readonly OwnedResources _owned = new();
    private readonly DeviceBuffer _tokens, _position, _logits;
    private readonly DeviceBuffer? _attention;
    private readonly DeviceBuffer?[][] _buffers;
    private readonly IDisposable?[] _gathered;
    private readonly BoundStep?[] _bound = new BoundStep?[4]; // by which buffer is current of those that take turns, and of caches
    private readonly float[] _hostLogits;
    private readonly long[] _hostPosition = new long[1];
    private readonly int _capacity;
    private readonly bool _hasGrowing;
    private int[] _origin;
    private int _turn, _cache;

    /// <param name="model">The model.</param>
    /// <param name="encoded">The sources; a row of the decoder for each to begin with.</param>
    /// <param name="rowCapacity">The largest number of rows.</param>
    /// <param name="capacity">The largest number of tokens fed to a row.</param>
    /// <param name="withAttention">Whether attention is wanted.</param>
    internal DecoderRun(GeneratorModel model, EncodedSource encoded, int rowCapacity, int capacity, bool withAttention)
    {
        (_model, _encoded, _capacity) = (model, encoded, capacity);
        _origin = [.. Enumerable.Range(0, encoded.Rows)];
        _gathered = new IDisposable?[model.Constants.Count];
        _hasGrowing = model.States.Any(state => state.GrowingAxis >= 0);
        _hostLogits = new float[(long)rowCapacity * model.Vocabulary];
        try
        {
            _tokens = _owned.Add(model.Decoder.Allocate(ElementType.Int64, rowCapacity));
            _position = _owned.Add(model.Decoder.Allocate(ElementType.Int64, 1));
            _logits = _owned.Add(model.Decoder.Allocate(ElementType.Float, _hostLogits.LongLength));
            if (withAttention)
                _attention = _owned.Add(model.Decoder.Allocate(ElementType.Float, (long)rowCapacity * encoded.Length));
            _buffers = [.. model.States.Select(state => new DeviceBuffer?[2])];
            for (var i = 0; i < _buffers.Length; i++)
            {
                var state = model.States[i];
                var elements = state.Sizes(rowCapacity, capacity, capacity, encoded.Length).Aggregate(1L, (product, size) => checked(product * size));
                _buffers[i][0] = _owned.Add(model.Decoder.Allocate(state.Info.Type, elements));
                if (!state.IsInPlace)
                    _buffers[i][1] = _owned.Add(model.Decoder.Allocate(state.Info.Type, elements));
                if (model.IsInitialized(state))
                    Initialize(state, _buffers[i][0]!);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Reorders states with the gathering model on the processor too, where rows are otherwise copied.</summary>
    internal bool AlwaysGathers { get; init; }

    internal int Rows => _origin.Length;

    /// <summary>Tokens fed to each row.</summary>
    internal int Fed { get; private set; }

    /// <summary>Feeds tokens [rows, steps].</summary>
    internal void Feed(ReadOnlySpan<long> tokens, CancellationToken cancellation)
    {
        var steps = tokens.Length / Rows;
        _hostPosition[0] = Fed;
        _position.Write<long>(_hostPosition);
        if (steps == 1)
        {
            _tokens.Write(tokens);
            var at = 2 * _turn + _cache;
            var bound = _bound[at] ??= Bind(1, _tokens, _logits, _attention);
            _model.Decoder.Run(bound.Binding, cancellation);
            bound.Binding.SynchronizeBoundOutputs();
            if (_hasGrowing)
                Unbind();
            _logits.Read<float>(_hostLogits.AsSpan(0, Rows * _model.Vocabulary));
        }
        else
        {
            using var fed = _model.Decoder.Allocate(ElementType.Int64, tokens.Length);
            using var logits = _model.Decoder.Allocate(ElementType.Float, (long)tokens.Length * _model.Vocabulary);
            using var attention = _attention is null ? null : _model.Decoder.Allocate(ElementType.Float, (long)tokens.Length * _encoded.Length);
            fed.Write(tokens);
            using (var bound = Bind(steps, fed, logits, attention))
            {
                _model.Decoder.Run(bound.Binding, cancellation);
                bound.Binding.SynchronizeBoundOutputs();
            }
            // what comes after the last step alone matters
            var weights = new float[_encoded.Length];
            for (var row = 0; row < Rows; row++)
            {
                logits.Read(_hostLogits.AsSpan(row * _model.Vocabulary, _model.Vocabulary), ((long)row * steps + steps - 1) * _model.Vocabulary);
                if (attention is null)
                    continue;
                attention.Read<float>(weights, ((long)row * steps + steps - 1) * _encoded.Length);
                _attention!.Write<float>(weights, (long)row * _encoded.Length);
            }
        }
        Fed += steps;
        _turn = 1 - _turn;
    }

    /// <summary>A row's logits after the last step fed, [vocabulary].</summary>
    internal ReadOnlySpan<float> Logits(int row) => _hostLogits.AsSpan(row * _model.Vocabulary, _model.Vocabulary);

    /// <summary>A row's attention after the last step fed, [source]; null where it isn't wanted.</summary>
    internal float[]? Attention(int row)
    {
        if (_attention is null)
            return null;
        var weights = new float[_encoded.Length];
        _attention.Read<float>(weights, (long)row * _encoded.Length);
        return weights;
    }

    /// <summary>Goes on with other rows: row i is what row rows[i] was. Logits and attention stay those of the rows before.</summary>
    internal void Reorder(ReadOnlySpan<int> rows)
    {
        var isSame = rows.Length == Rows;
        for (var i = 0; isSame && i < rows.Length; i++)
            isSame = rows[i] == i;
        if (isSame)
            return;
        for (var i = 0; i < _buffers.Length; i++)
            ReorderState(_model.States[i], _buffers[i], rows);
        (_turn, _cache) = (1 - _turn, 1 - _cache);
        var origin = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            origin[i] = _origin[rows[i]];
        if (!origin.AsSpan().SequenceEqual(_origin))
        {
            Unbind();
            foreach (var gathered in _gathered)
                gathered?.Dispose();
            Array.Clear(_gathered);
        }
        _origin = origin;
    }

    public void Dispose()
    {
        Unbind();
        foreach (var gathered in _gathered)
            gathered?.Dispose();
        _owned.Dispose();
    }

    private int Current(DecoderState state) => state.IsInPlace ? _cache : _turn;

    private void ReorderState(DecoderState state, DeviceBuffer?[] buffers, ReadOnlySpan<int> rows)
    {
        var from = buffers[Current(state)]!;
        var to = buffers[1 - Current(state)] ??= _owned.Add(_model.Decoder.Allocate(state.Info.Type, from.Count));
        var sizes = state.Sizes(Rows, Fed, _capacity, _encoded.Length);
        if (_model.Decoder.Target.Kind == TargetKind.Cpu && !AlwaysGathers)
        {
            state.CopyRows(from, to, rows, sizes, Fed);
            return;
        }
        var indices = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            indices[i] = rows[i];
        using var source = from.View(0, sizes);
        using var target = to.View(0, state.Sizes(rows.Length, Fed, _capacity, _encoded.Length));
        _model.Gather.Run(source, state.Info.Type, sizes.Length, state.BatchAxis, indices, target);
    }

    private void Initialize(DecoderState state, DeviceBuffer buffer)
    {
        var value = _encoded[state.Info.Name];
        var sizes = state.Sizes(Rows, 0, _capacity, _encoded.Length);
        if (!value.GetTensorTypeAndShape().Shape.AsSpan().SequenceEqual(sizes))
            throw new ArgumentException($"The encoder gave '{state.Info.Name}' [{string.Join(", ", value.GetTensorTypeAndShape().Shape)}]; expected [{string.Join(", ", sizes)}].");
        using var target = buffer.View(0, sizes);
        _model.Gather.Run(value, state.Info.Type, sizes.Length, state.BatchAxis, [.. _origin.Select(row => (long)row)], target);
    }

    private void Unbind()
    {
        for (var i = 0; i < _bound.Length; i++)
        {
            _bound[i]?.Dispose();
            _bound[i] = null;
        }
    }

    private BoundStep Bind(int steps, DeviceBuffer tokens, DeviceBuffer logits, DeviceBuffer? attention)
    {
        var bound = new BoundStep(_model.Decoder);
        try
        {
            bound.Input(GeneratorModel.Tokens, tokens, Rows, steps);
            if (_model.HasPosition)
                bound.Input(GeneratorModel.Position, _position, 1);
            bound.Output(GeneratorModel.Logits, logits, Rows, steps, _model.Vocabulary);
            if (attention is not null)
                bound.Output(GeneratorModel.AttentionName, attention, Rows, steps, _encoded.Length);
            for (var i = 0; i < _buffers.Length; i++)
            {
                var state = _model.States[i];
                bound.Input(state.Info.Name, _buffers[i][Current(state)]!, state.Sizes(Rows, Fed, _capacity, _encoded.Length));
                bound.Output(DecoderState.Present + state.Name, _buffers[i][state.IsInPlace ? _cache : 1 - _turn]!, state.Sizes(Rows, Fed + steps, _capacity, _encoded.Length));
            }
            for (var i = 0; i < _gathered.Length; i++)
                bound.Binding.BindInput(_model.Constants[i].Name, Constant(i));
            return bound;
        }
        catch
        {
            bound.Dispose();
            throw;
        }
    }

    // An encoder's output for the rows as they are now.
    private OrtValue Constant(int i)
    {
        var input = _model.Constants[i];
        var value = _encoded[input.Name];
        var axis = input.Shape.TakeWhile(dim => dim != "batch").Count();
        var isWhole = _origin.Length == _encoded.Rows;
        for (var row = 0; isWhole && row < _origin.Length; row++)
            isWhole = _origin[row] == row;
        if (axis == input.Shape.Rank || isWhole)
            return value;
        _gathered[i] ??= _model.Gather.Run(value, input.Type, input.Shape.Rank, axis, [.. _origin.Select(row => (long)row)]);
        return ((IDisposableReadOnlyCollection<OrtValue>)_gathered[i]!)[0];
    }

    /// <summary>A binding with the views it is made of.</summary>
    private sealed class BoundStep(OnnxSession session) : IDisposable
    {
        private readonly OwnedResources _views = new();

        internal OrtIoBinding Binding { get; } = session.Inference.CreateIoBinding();

        internal void Input(string name, DeviceBuffer buffer, params long[] sizes) => Binding.BindInput(name, _views.Add(buffer.View(0, sizes)));

        internal void Output(string name, DeviceBuffer buffer, params long[] sizes) => Binding.BindOutput(name, _views.Add(buffer.View(0, sizes)));

        public void Dispose()
        {
            Binding.Dispose();
            _views.Dispose();
        }
    }
}
