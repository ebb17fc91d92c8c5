using System.Numerics;
using System.Security.Cryptography;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The inputs of one step in host memory: the batch as the caller gave it, and what <see cref="HostInput"/>s computed from it.
/// Buffers are reused from step to step.
/// </summary>
internal sealed class BatchFeed : HostFeed, IDisposable
{
    private readonly Dictionary<string, InputSlot> _slots = new(StringComparer.Ordinal);
    private readonly InputSlot[] _all;
    private readonly int _seed;

    /// <param name="inputs">The inputs that change from batch to batch; one name stands for one input.</param>
    /// <param name="computed">Those of them that the session computes.</param>
    /// <param name="seed">Seed of random inputs.</param>
    internal BatchFeed(IEnumerable<Value> inputs, IReadOnlySet<string> computed, int seed)
    {
        _seed = seed;
        foreach (var input in inputs)
            _slots.TryAdd(input.Name, InputSlot.For(input, computed.Contains(input.Name)));
        _all = [.. _slots.Values];
    }

    internal long Step { get; set; }

    internal override (long Step, int Seed) Position => (Step, _seed);

    /// <summary>Sets an input of the batch; the data still belongs to the caller and must not change before the step has run.</summary>
    internal void Set<T>(string name, Memory<T> data, ReadOnlySpan<long> sizes) where T : unmanaged
    {
        if (!_slots.TryGetValue(name, out var slot) || slot.IsComputed)
            throw new ArgumentException(
                $"The model has no input '{name}'; it has "
                    + $"{string.Join(", ", _all.Where(known => !known.IsComputed).Select(known => $"'{known.Input.Name}'"))}.");
        if (slot is not InputSlot<T> typed)
            throw new ArgumentException($"Input '{name}': found elements of type {ElementTypes.Of<T>()}; expected {slot.Input.Type}.");
        CheckShape(slot, sizes);
        var count = Count(sizes);
        if (count > data.Length)
            throw new ArgumentException($"Input '{name}': found {data.Length} elements; shape {Text(sizes)} needs {count}.");
        typed.Set(data[..(int)count], sizes);
    }

    // Numbers and names, as most dimensions are, need no allocation.
    internal override long SizeOf(Dim dim) => dim.IsKnown ? dim.Size : dim.IsName ? SizeOf(dim.Terms[0].Names[0]) : dim.Evaluate(SizeOf);

    private long SizeOf(string name) =>
        TryFind(name, null) ?? DimQuotient.Evaluate(name, of => TryFind(of, null))
            ?? throw new InvalidOperationException($"No input of the batch tells the size of '{name}'.");

    internal override ReadOnlySpan<T> Read<T>(Value input) =>
        _slots.GetValueOrDefault(input.Name) is InputSlot<T> { IsSet: true } slot ? slot.Data.Span : throw Missing(input);

    internal override Span<T> Write<T>(Value input, params ReadOnlySpan<long> sizes)
    {
        var slot = (InputSlot<T>)_slots[input.Name];
        var count = Count(sizes);
        if (count > Array.MaxLength)
            throw new NotSupportedException(
                $"Input '{input.Name}' of shape {Text(sizes)} has {count} elements; at most {Array.MaxLength} can be computed for a step. "
                    + "Use smaller batches.");
        if (slot.Buffer.Length < count)
            slot.Buffer = GC.AllocateUninitializedArray<T>((int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)count), Array.MaxLength),
                pinned: true);
        slot.Set(slot.Buffer.AsMemory(0, (int)count), sizes);
        return slot.Data.Span;
    }

    /// <summary>Binds all inputs, so that no tensor of an earlier step stays bound.</summary>
    /// <exception cref="InvalidOperationException">An input was not given.</exception>
    internal void BindTo(SessionBinding binding, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            binding.Input(name, _slots[name].Tensor() ?? throw Missing(_slots[name].Input));
    }

    /// <summary>Adds those of some inputs that are given to a hash, with their shapes.</summary>
    internal void Hash(IncrementalHash hash, IEnumerable<Value> inputs)
    {
        foreach (var input in inputs)
            if (_slots[input.Name] is { IsSet: true, IsComputed: false } slot)
                slot.Hash(hash);
    }

    /// <summary>Forgets the batch.</summary>
    internal void Clear()
    {
        foreach (var slot in _all)
            slot.Clear();
    }

    public void Dispose()
    {
        foreach (var slot in _all)
            slot.Dispose();
    }

    private static InvalidOperationException Missing(Value input) =>
        new($"Input '{input.Name}' ({input.Type} {input.Shape}) was not given for this batch.");

    private static long Count(ReadOnlySpan<long> sizes)
    {
        long count = 1;
        foreach (var size in sizes)
            count = checked(count * size);
        return count;
    }

    // A size must equal the number or, for a name, its size in earlier inputs or axes.
    private void CheckShape(InputSlot slot, ReadOnlySpan<long> sizes)
    {
        var shape = slot.Input.Shape;
        var fits = sizes.Length == shape.Rank;
        for (var i = 0; fits && i < sizes.Length; i++)
        {
            fits = sizes[i] >= 0;
            if (shape[i].IsKnown)
                fits = shape[i].Size == sizes[i];
            else if (slot.NameOf(i) is { } name)
            {
                fits &= TryFind(name, slot) is not { } known || known == sizes[i];
                for (var before = 0; before < i; before++)
                    fits &= slot.NameOf(before) != name || sizes[before] == sizes[i];
            }
        }
        if (fits)
            return;
        string[] names = [.. shape.SelectMany(dim => dim.Terms).SelectMany(term => term.Names).Distinct()
            .Where(name => TryFind(name, slot) is not null)];
        throw new ArgumentException($"Input '{slot.Input.Name}': found shape {Text(sizes)}; expected {shape}"
            + (names.Length == 0 ? "."
                : $", where {string.Join(", ", names.Select(name => $"{name} = {TryFind(name, slot)}"))} in the inputs given before."));
    }

    private long? TryFind(string name, InputSlot? except)
    {
        foreach (var slot in _all)
            if (slot != except && slot.IsSet && slot.Find(name) is { } size)
                return size;
        return null;
    }

    private static string Text(ReadOnlySpan<long> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";
}
