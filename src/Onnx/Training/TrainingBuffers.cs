using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Parameters and optimizer states on the device: two buffers each for the flat vectors and their states, which alternate as input and
/// output of a step; one each for tables and their states, which are updated in place.
/// </summary>
internal sealed class TrainingBuffers : IDisposable
{
    private readonly TrainingModel _model;
    private readonly Dictionary<string, DeviceBuffer[]> _buffers = new(StringComparer.Ordinal);
    private readonly OwnedResources _owned = new();
    private readonly (string Name, OrtValue Value)[] _frozen;

    internal TrainingBuffers(TrainingModel model, OnnxSession session)
    {
        _model = model;
        foreach (var table in model.Tables)
            Allocate(session, table.Name, table.Value.Count, copies: 1);
        foreach (var statistic in model.Statistics)
            Allocate(session, statistic.Name, statistic.Value.Count, copies: 2, states: []);
        _frozen = [.. model.Frozen.Select(tensor => (tensor.Key, _owned.Add(OrtTensors.Wrap(tensor.Value))))];
        foreach (var (name, length) in model.Flats)
            Allocate(session, name, length, copies: 2);
    }

    /// <summary>Which of two buffers a step reads now.</summary>
    internal int Parity { get; private set; }

    /// <summary>Makes the next step read what the last one wrote.</summary>
    internal void Swap() => Parity = 1 - Parity;

    /// <summary>The buffer that the next step reads.</summary>
    internal DeviceBuffer Current(string name) => _buffers[name][Parity % _buffers[name].Length];

    /// <summary>The buffer that the next step writes.</summary>
    internal DeviceBuffer Next(string name) => _buffers[name][(Parity + 1) % _buffers[name].Length];

    /// <summary>
    /// A step's inputs and, where the step writes them, outputs by their input's name. The views are disposed of with the buffers.
    /// </summary>
    internal IEnumerable<(string Name, OrtValue From, OrtValue? To)> Views(int parity)
    {
        foreach (var (name, buffers) in _buffers)
        {
            // A step with an inner loop doesn't read the flat vector.
            long[] sizes = _model.Step.Inputs.Concat(_model.Update?.Inputs ?? []).FirstOrDefault(input => input.Name == name) is { } input
                ? [.. input.Shape.Sizes] : [buffers[0].Count];
            yield return (name, View(buffers[parity % buffers.Length], 0, sizes), View(buffers[(parity + 1) % buffers.Length], 0, sizes));
        }
        foreach (var (parameter, flat, offset) in _model.Dense)
            yield return (parameter.Name, View(_buffers[flat][parity], offset, [.. parameter.Value.Sizes]), null);
        foreach (var (name, value) in _frozen)
            yield return (name, value, null);
    }

    internal Dictionary<string, float[]> Save() => _buffers.Keys.ToDictionary(name => name, name =>
    {
        var elements = new float[Current(name).Count];
        Current(name).Read<float>(elements);
        return elements;
    });

    internal void Load(IReadOnlyDictionary<string, float[]> tensors)
    {
        foreach (var (name, buffers) in _buffers)
            if (!tensors.TryGetValue(name, out var elements) || elements.Length != buffers[0].Count)
                throw new ArgumentException(
                    $"The saved state is of another network or optimizer: found {(elements is null ? "no" : elements.Length)} elements of "
                        + $"'{name}'; expected {buffers[0].Count}.");
        if (tensors.Keys.FirstOrDefault(name => !_buffers.ContainsKey(name)) is { } unknown)
            throw new ArgumentException(
                $"The saved state is of another network or optimizer: it has '{unknown}'; this one has "
                    + $"{string.Join(", ", _buffers.Keys.Select(name => $"'{name}'"))}.");
        foreach (var name in _buffers.Keys)
            Current(name).Write<float>(tensors[name]);
    }

    public void Dispose() => _owned.Dispose();

    private void Allocate(OnnxSession session, string name, long count, int copies, IReadOnlyList<string>? states = null)
    {
        foreach (var tensor in (states ?? _model.Optimizer.States).Select(state => $"{name}/{state}").Prepend(name))
        {
            var buffers = _buffers[tensor] = new DeviceBuffer[copies];
            for (var i = 0; i < copies; i++)
                buffers[i] = _owned.Add(session.Allocate(ElementType.Float, count));
        }
    }

    private OrtValue View(DeviceBuffer buffer, long offset, long[] sizes) => _owned.Add(buffer.View(offset, sizes));
}
