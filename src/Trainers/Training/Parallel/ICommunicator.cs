namespace MLSeqGraph.Trainers;

/// <summary>
/// Connects the processes that train one network together, each on its share of every batch: its ranks. <c>MLSeqGraph.Mpi</c> has one over
/// MPI. All ranks must make the same calls in the same order.
/// </summary>
/// <remarks>One thread at a time uses it.</remarks>
public interface ICommunicator
{
    /// <summary>This process's number, from 0.</summary>
    int Rank { get; }

    /// <summary>Number of processes.</summary>
    int Count { get; }

    /// <summary>Hands bytes to all ranks, and waits for theirs.</summary>
    /// <param name="own">This rank's bytes; every rank may give another number of them.</param>
    /// <returns>The bytes of every rank, by rank.</returns>
    /// <exception cref="CommunicatorException">Another rank failed, left, or didn't answer in time: the message names it.</exception>
    byte[][] Exchange(ReadOnlySpan<byte> own);

    /// <summary>Replaces numbers by their sums over all ranks, to the last bit the same on each.</summary>
    /// <param name="values">As many on every rank.</param>
    /// <exception cref="CommunicatorException">The sum can't be had.</exception>
    void Sum(Span<float> values);

    /// <summary>
    /// Takes part in the other ranks' next <see cref="Exchange"/> by telling them why this rank can't go on: it is the
    /// <see cref="CommunicatorException"/> that they get. Doesn't throw.
    /// </summary>
    void Fail(string reason);
}
