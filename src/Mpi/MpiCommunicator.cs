using System.Text;
using MLSeqGraph.Trainers;
using MPI;

namespace MLSeqGraph.Mpi;

/// <summary>
/// The processes that <c>mpiexec</c> started, as <see cref="TrainingOptions.Communicator"/>: each trains on its share of every batch, and
/// all get the same model.
/// </summary>
/// <remarks>
/// A rank that fails tells the others, which fail with its reason; one that doesn't answer for the timeout is named; one whose process ends
/// takes the others with it, as <c>mpiexec</c> does. Needs MPICH, or on Windows Microsoft MPI, on every machine.
/// </remarks>
/// <example>
/// <code>
/// using var ranks = MpiCommunicator.Join();
/// var trainer = ml.Sequences().Classification(new() { Communicator = ranks, BatchSize = 256 });
/// var model = trainer.Fit(rows);          // all rows on every rank
/// if (ranks.Rank == 0)
///     ml.Model.Save(model, rows.Schema, "model.zip");
/// </code>
/// </example>
public sealed unsafe class MpiCommunicator : ICommunicator, IDisposable
{
    // Counts are 32 bits wide; a part is also what a rank sends at most before others may send.
    private const int Part = 1 << 28;
    private static readonly nint InPlace = -1;
    private static int _isJoined;
    private readonly MpiMessages _messages;
    private bool _isDisposed;

    private MpiCommunicator(TimeSpan timeout)
    {
        Check(Unsafe.MPI_Comm_rank(Unsafe.MPI_COMM_WORLD, out var rank), nameof(Unsafe.MPI_Comm_rank));
        Check(Unsafe.MPI_Comm_size(Unsafe.MPI_COMM_WORLD, out var count), nameof(Unsafe.MPI_Comm_size));
        Check(Unsafe.MPI_Errhandler_set(Unsafe.MPI_COMM_WORLD, Unsafe.MPI_ERRORS_RETURN), nameof(Unsafe.MPI_Errhandler_set));
        (Rank, Count) = (rank, count);
        _messages = new(rank, count, timeout);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Joins the processes that <c>mpiexec</c> started; a process started by itself is the only one. Once in a process.</summary>
    /// <param name="timeout">
    /// How long a rank waits for another one before it gives up; 10 minutes by default. It must be longer than what a rank does alone, such
    /// as writing a checkpoint or reading rows.
    /// </param>
    /// <exception cref="DllNotFoundException">There is no MPI library: the message says what to install.</exception>
    /// <exception cref="InvalidOperationException">This process joined before, or MPI can't start.</exception>
    public static MpiCommunicator Join(TimeSpan? timeout = null)
    {
        var wait = timeout ?? TimeSpan.FromMinutes(10);
        if (wait <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), wait, $"{nameof(timeout)} is {wait}; expected more than 0.");
        MpiLibrary.Load();
        if (Interlocked.Exchange(ref _isJoined, 1) != 0)
            throw new InvalidOperationException("This process has joined already: MPI starts once in a process.");
        var none = 0;
        byte** arguments = null;
        // Serialized (2): any thread, one at a time.
        Check(Unsafe.MPI_Init_thread(ref none, ref arguments, 2, out _), nameof(Unsafe.MPI_Init_thread));
        return new(wait);
    }

    /// <inheritdoc/>
    public byte[][] Exchange(ReadOnlySpan<byte> own) => Exchange(MpiMessageKind.Data, own);

    /// <inheritdoc/>
    public void Sum(Span<float> values)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        fixed (float* start = values)
            for (var done = 0; done < values.Length && Count > 1; done += Part)
                Check(Unsafe.MPI_Allreduce(InPlace, (nint)(start + done), Math.Min(Part, values.Length - done), Unsafe.MPI_FLOAT,
                    Unsafe.MPI_SUM, Unsafe.MPI_COMM_WORLD), nameof(Unsafe.MPI_Allreduce));
    }

    /// <inheritdoc/>
    public void Fail(string reason) => Tell(MpiMessageKind.Failed, reason);

    /// <summary>Leaves. The others must leave too; one that doesn't gets a <see cref="CommunicatorException"/>.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        Tell(MpiMessageKind.Left, "");
        _isDisposed = true;
        if (_messages.Fault is { } fault)
        {
            // A rank that is gone would never finish.
            Console.Error.WriteLine($"Rank {Rank} ends all ranks: {fault}");
            // mpiexec forgets what it hasn't passed on by then.
            Thread.Sleep(TimeSpan.FromSeconds(1));
            _ = Unsafe.MPI_Abort(Unsafe.MPI_COMM_WORLD, 1);
        }
        _ = Unsafe.MPI_Finalize();
    }

    private byte[][] Exchange(MpiMessageKind kind, ReadOnlySpan<byte> own)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Count == 1)
            return [own.ToArray()];
        var headers = _messages.Exchange(kind, own.Length);
        var all = Gather(own, [.. headers.Select(header => header.Length)]);
        for (var rank = 0; rank < Count && kind == MpiMessageKind.Data; rank++)
            if (headers[rank].Kind != MpiMessageKind.Data)
                throw new CommunicatorException(headers[rank].Kind == MpiMessageKind.Left ? $"Rank {rank} has left while the others train."
                    : $"Rank {rank} failed: {Encoding.UTF8.GetString(all[rank])}");
        return all;
    }

    // Takes part in the others' next exchange, whatever comes of it.
    private void Tell(MpiMessageKind kind, string reason)
    {
        if (_isDisposed || _messages.Fault is not null)
            return;
        try
        {
            Exchange(kind, Encoding.UTF8.GetBytes(reason));
        }
        catch (CommunicatorException)
        {
            // The caller is on its way out anyway.
        }
    }

    private byte[][] Gather(ReadOnlySpan<byte> own, int[] lengths)
    {
        var all = Array.ConvertAll(lengths, length => new byte[length]);
        own.CopyTo(all[Rank]);
        var rest = lengths.Max();
        // As much of each as fits, until there is nothing left of any.
        for (var done = 0; done < rest; done += Part / Count)
        {
            var counts = Array.ConvertAll(lengths, length => Math.Clamp(length - done, 0, Part / Count));
            var starts = new int[Count];
            for (var rank = 1; rank < Count; rank++)
                starts[rank] = starts[rank - 1] + counts[rank - 1];
            var parts = new byte[starts[^1] + counts[^1]];
            fixed (byte* from = own, to = parts)
                Check(Unsafe.MPI_Allgatherv((nint)(from + done), counts[Rank], Unsafe.MPI_BYTE, (nint)to, counts, starts, Unsafe.MPI_BYTE,
                    Unsafe.MPI_COMM_WORLD), nameof(Unsafe.MPI_Allgatherv));
            for (var rank = 0; rank < Count; rank++)
                parts.AsSpan(starts[rank], counts[rank]).CopyTo(all[rank].AsSpan(Math.Min(done, lengths[rank])));
        }
        return all;
    }

    internal static void Check(int code, string call)
    {
        if (code == 0)
            return;
        var (text, length) = (new byte[1024], 1024);
        var said = Unsafe.MPI_Error_string(code, text, ref length) == 0 ? Encoding.UTF8.GetString(text, 0, length) : "";
        throw new CommunicatorException($"{call}: error {code} {said.Trim()}");
    }
}
