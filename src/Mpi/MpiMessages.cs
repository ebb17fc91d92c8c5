using System.Diagnostics;
using MLSeqGraph.Trainers;
using MPI;

namespace MLSeqGraph.Mpi;

/// <summary>What a rank says in an exchange.</summary>
internal enum MpiMessageKind
{
    /// <summary>It hands over bytes.</summary>
    Data,

    /// <summary>It failed; the bytes are its reason.</summary>
    Failed,

    /// <summary>It leaves.</summary>
    Left,

    /// <summary>It didn't answer in time.</summary>
    Missing,
}

/// <summary>The head of what a rank says.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Number of bytes that follow.</param>
internal readonly record struct MpiHeader(MpiMessageKind Kind, int Length);

/// <summary>
/// Heads of all ranks to each, by way of the first. Whatever waits here waits for a limited time: MPI's own collective calls wait forever
/// for a rank that hangs, so that they are made only after all ranks have said that they are there.
/// </summary>
internal sealed unsafe class MpiMessages(int rank, int count, TimeSpan timeout)
{
    private const int Tag = 17;

    // Others learn from the first rank which one is missing, so they wait for it a little longer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Why no rank can be reached any more; null while all can.</summary>
    internal string? Fault { get; private set; }

    /// <summary>The heads of all ranks, by rank.</summary>
    /// <exception cref="CommunicatorException">A rank doesn't answer.</exception>
    internal MpiHeader[] Exchange(MpiMessageKind kind, int length)
    {
        var headers = new MpiHeader[count];
        headers[rank] = new(kind, length);
        fixed (MpiHeader* all = headers)
        {
            if (rank != 0)
            {
                Wait(Send(all + rank, 1, 0), 0, timeout + Grace);
                Wait(Receive(all, count, 0), 0, timeout + Grace);
            }
            else
            {
                for (var other = 1; other < count; other++)
                    if (!IsDone(Receive(all + other, 1, other), timeout))
                        all[other] = new(MpiMessageKind.Missing, 0);
                for (var other = 1; other < count; other++)
                    if (all[other].Kind != MpiMessageKind.Missing)
                        Wait(Send(all, count, other), other, timeout);
            }
        }
        return Array.FindIndex(headers, header => header.Kind == MpiMessageKind.Missing) is var missing && missing >= 0
            ? throw Missing(missing) : headers;
    }

    private static int Send(MpiHeader* headers, int number, int to)
    {
        MpiCommunicator.Check(Unsafe.MPI_Isend((nint)headers, number * sizeof(MpiHeader), Unsafe.MPI_BYTE, to, Tag, Unsafe.MPI_COMM_WORLD,
            out var request), nameof(Unsafe.MPI_Isend));
        return request;
    }

    private static int Receive(MpiHeader* headers, int number, int from)
    {
        MpiCommunicator.Check(Unsafe.MPI_Irecv((nint)headers, number * sizeof(MpiHeader), Unsafe.MPI_BYTE, from, Tag,
            Unsafe.MPI_COMM_WORLD, out var request), nameof(Unsafe.MPI_Irecv));
        return request;
    }

    private void Wait(int request, int other, TimeSpan limit)
    {
        if (!IsDone(request, limit))
            throw Missing(other);
    }

    private static bool IsDone(int request, TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (true)
        {
            MpiCommunicator.Check(Unsafe.MPI_Test(ref request, out var isDone, out _), nameof(Unsafe.MPI_Test));
            if (isDone != 0)
                return true;
            if (Stopwatch.GetElapsedTime(start) > limit)
                return false;
            // A short wait stays on the processor; in a long one others get it.
            spin.SpinOnce(sleep1Threshold: 2000);
        }
    }

    private CommunicatorException Missing(int other)
    {
        Fault = FormattableString.Invariant($"Rank {other} hasn't answered for {timeout.TotalSeconds:0} s: it hangs, or its machine is ")
            + "gone.";
        return new(Fault);
    }
}
