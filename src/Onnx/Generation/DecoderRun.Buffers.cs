using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

// The buffers of states, inputs and outputs.
internal sealed partial class DecoderRun
{
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
        _fed = [.. _model.Fed.Select(input => TensorData.Zeros(input.Type, [.. input.Shape.Select(dim => dim.IsKnown ? dim.Size
            : dim == DecoderModel.Batch ? _rows : steps)]))];
        _logits = new float[_rows * steps * _model.Vocabulary];
        _logitsBuffer = _shaped.Add(_model.Decoder.Allocate(ElementType.Float, _logits.Length));
        for (var i = 0; i < _fed.Length; i++)
            BindInput(_model.Fed[i].Name, _shaped.Add(OrtTensors.Wrap(_fed[i])));
        BindOutput(_model.Output, _shaped.Add(_logitsBuffer.View(0, _rows, steps, _model.Vocabulary)));
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
