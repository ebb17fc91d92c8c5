using System.Text;

namespace MLSeqGraph.Trainers;

/// <summary>What ranks tell each other beside gradients: numbers, what must be the same, and that one of them failed.</summary>
internal sealed class RankGroup(ICommunicator communicator)
{
    internal ICommunicator Communicator => communicator;

    internal bool IsFirst => communicator.Rank == 0;

    /// <summary>The group of a communicator; null without one.</summary>
    internal static RankGroup? Of(ICommunicator? communicator) => communicator is null ? null : new(communicator);

    /// <summary>Does this rank's part. If it fails, the others are told.</summary>
    internal T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is not CommunicatorException)
        {
            communicator.Fail(exception.Message);
            throw;
        }
    }

    /// <summary>Checks that all ranks come here with the same named texts.</summary>
    /// <param name="what">What they describe, for the error.</param>
    /// <param name="own">This rank's.</param>
    /// <exception cref="CommunicatorException">A rank has others than the first.</exception>
    internal void Same(string what, IReadOnlyDictionary<string, string> own)
    {
        var all = Exchange(what, writer =>
        {
            writer.Write(own.Count);
            foreach (var (name, text) in own)
            {
                writer.Write(name);
                writer.Write(text);
            }
        }, reader =>
        {
            var texts = new Dictionary<string, string>();
            for (var left = reader.ReadInt32(); left > 0; left--)
                texts[reader.ReadString()] = reader.ReadString();
            return texts;
        });
        for (var rank = 1; rank < all.Length; rank++)
        {
            var (first, other) = (all[0], all[rank]);
            string[] differences = [.. first.Keys.Union(other.Keys)
                .Where(name => first.GetValueOrDefault(name) != other.GetValueOrDefault(name))
                .Select(name => $"its {name} is {other.GetValueOrDefault(name, "missing")}, that of rank 0 is "
                    + first.GetValueOrDefault(name, "missing"))];
            if (differences.Length > 0)
                throw new CommunicatorException($"Rank {rank} has other {what} than rank 0: {string.Join("; ", differences)}. Expected the "
                    + "same on every rank: each takes its share of the rows itself.");
        }
    }

    /// <summary>The numbers of every rank, by rank.</summary>
    /// <param name="place">Where in training this rank is; the same on every rank.</param>
    /// <param name="own">As many on every rank.</param>
    /// <exception cref="CommunicatorException">A rank is in another place than the first.</exception>
    internal double[][] Numbers(string place, params double[] own) => Exchange(place, writer =>
    {
        writer.Write(own.Length);
        foreach (var number in own)
            writer.Write(number);
    }, reader => Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble()).ToArray());

    /// <summary>The sums of numbers over all ranks, added up in the same order on each.</summary>
    internal double[] Sums(string place, params double[] own)
    {
        var all = Numbers(place, own);
        return [.. own.Select((_, i) => all.Sum(numbers => numbers[i]))];
    }

    /// <summary>What the first rank has for the others; null where it has nothing.</summary>
    internal byte[]? OfFirst(string place, byte[]? own) => Exchange(place, writer =>
    {
        writer.Write(own is not null && IsFirst);
        if (own is null || !IsFirst)
            return;
        writer.Write(own.Length);
        writer.Write(own);
    }, reader => reader.ReadBoolean() ? reader.ReadBytes(reader.ReadInt32()) : null)[0];

    // What is exchanged begins with the place, so that ranks that have lost each other notice.
    private T[] Exchange<T>(string place, Action<BinaryWriter> write, Func<BinaryReader, T> read)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(place);
            write(writer);
        }
        var all = communicator.Exchange(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        var values = new T[all.Length];
        string? first = null;
        for (var rank = 0; rank < all.Length; rank++)
        {
            using var reader = new BinaryReader(new MemoryStream(all[rank]), Encoding.UTF8);
            var there = reader.ReadString();
            first ??= there;
            if (there != first)
                throw new CommunicatorException($"Rank {rank} is at {there}, rank 0 at {first}: expected the same. The "
                    + "ranks' rows differ in number, or their programs do other things.");
            values[rank] = read(reader);
        }
        return values;
    }
}
