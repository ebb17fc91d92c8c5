using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The inputs of one step in host memory: the batch as the caller gave it, and what <see cref="HostInput"/>s computed from it.
/// Buffers are kept from step to step.
/// </summary>
internal sealed class BatchFeed(Graph graph, int seed) : HostFeed, IDisposable
{
    private readonly Dictionary<string, Value> _inputs = graph.Inputs.ToDictionary(input => input.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, OrtValue> _fed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Array> _buffers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);

    internal long Step { get; set; }

    internal override (long Step, int Seed) Position => (Step, seed);

    internal IEnumerable<(string Name, OrtValue Tensor)> Tensors => _fed.Select(entry => (entry.Key, entry.Value));

    internal bool Has(string input) => _inputs.ContainsKey(input);

    /// <summary>Hands over an input of the batch; the data stay the caller's and must not change before the step has run.</summary>
    internal void Set<T>(string name, Memory<T> data, ReadOnlySpan<long> sizes) where T : unmanaged
    {
        if (!_inputs.TryGetValue(name, out var input))
            throw new ArgumentException($"The model has no input '{name}'; it has {string.Join(", ", _inputs.Keys)}.");
        if (input.Type != ElementTypes.Of<T>())
            throw new ArgumentException($"Input '{name}' holds {ElementTypes.Of<T>()}; expected {input.Type}.");
        Fit(input, sizes);
        Put(name, data, sizes);
    }

    internal override long SizeOf(Dim dim) => dim.Evaluate(name =>
        _sizes.TryGetValue(name, out var size) ? size : throw new InvalidOperationException($"No input of the batch tells the size of '{name}'."));

    internal override ReadOnlySpan<T> Read<T>(Value input) =>
        _fed.TryGetValue(input.Name, out var fed) ? fed.GetTensorDataAsSpan<T>() : throw new InvalidOperationException($"Input '{input.Name}' was not given.");

    internal override Span<T> Write<T>(Value input, params ReadOnlySpan<long> sizes)
    {
        long count = 1;
        foreach (var size in sizes)
            count *= size;
        if (!_buffers.TryGetValue(input.Name, out var buffer) || buffer.Length < count)
            _buffers[input.Name] = buffer = GC.AllocateUninitializedArray<T>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 16)), pinned: true);
        Put<T>(input.Name, (T[])buffer, sizes);
        return ((T[])buffer).AsSpan(0, (int)count);
    }

    /// <summary>Forgets the batch.</summary>
    internal void Clear()
    {
        foreach (var tensor in _fed.Values)
            tensor.Dispose();
        _fed.Clear();
        _sizes.Clear();
    }

    public void Dispose() => Clear();

    private void Put<T>(string name, Memory<T> data, ReadOnlySpan<long> sizes) where T : unmanaged
    {
        if (_fed.TryGetValue(name, out var before))
            before.Dispose();
        long count = 1;
        foreach (var size in sizes)
            count *= size;
        if (count > data.Length)
            throw new ArgumentException($"Input '{name}': {data.Length} elements are too few for [{string.Join(", ", sizes.ToArray())}].");
        _fed[name] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data[..(int)count], sizes.ToArray());
    }

    private void Fit(Value input, ReadOnlySpan<long> sizes)
    {
        var fits = sizes.Length == input.Shape.Rank;
        for (var i = 0; fits && i < sizes.Length; i++)
        {
            var dim = input.Shape[i];
            if (dim.IsKnown)
                fits = dim.Size == sizes[i];
            else if (dim.IsName && !_sizes.TryAdd(dim.ToString(), sizes[i]))
                fits = _sizes[dim.ToString()] == sizes[i];
        }
        if (!fits)
            throw new ArgumentException($"Input '{input.Name}' has shape [{string.Join(", ", sizes.ToArray())}]; expected {input.Shape}" +
                (_sizes.Count == 0 ? "." : $" where {string.Join(", ", _sizes.Select(entry => $"{entry.Key} = {entry.Value}"))}."));
    }
}
