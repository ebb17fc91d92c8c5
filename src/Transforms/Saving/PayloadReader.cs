namespace MLSeqGraph.Transforms;

/// <summary>Reads payloads and keeps the last result: parsing it for every row would take longer than everything else.</summary>
/// <param name="read">Reads the bytes.</param>
internal sealed class PayloadReader<T>(Func<byte[], T> read)
{
    private Tuple<ReadOnlyMemory<char>, T>? _last;

    /// <summary>The parsed payload of a row. Safe to call from several threads.</summary>
    /// <exception cref="InvalidDataException">It is not base 64.</exception>
    public T Get(ReadOnlyMemory<char> payload)
    {
        var last = Volatile.Read(ref _last);
        // Nearly always the same memory, which is quicker to check than the same text.
        if (last is not null && (last.Item1.Equals(payload) || last.Item1.Span.SequenceEqual(payload.Span)))
            return last.Item2;
        var bytes = new byte[payload.Length / 4 * 3];
        if (payload.IsEmpty || !Convert.TryFromBase64Chars(payload.Span, bytes, out var count))
            throw new InvalidDataException("The saved model is damaged: the settings of a transformer of MLSeqGraph can't be read.");
        last = Tuple.Create(payload, read(bytes[..count]));
        Volatile.Write(ref _last, last);
        return last.Item2;
    }
}
