using System.Net.Sockets;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>
/// Members of this machine whose processes have ended without a word. The cluster is told so at once: by silence alone it would find out
/// after a while, which has to be long, since a process on a loaded machine may be silent, too.
/// </summary>
internal static class GoneMembers
{
    /// <summary>A name by which other processes of the machine can tell whether this one is there.</summary>
    internal static string NewName() => $"{Study.ProcessName}/{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Whether a member was of this machine and isn't there any more.</summary>
    /// <remarks>Processes of a container may have other numbers under the same machine's name: one that listens is there.</remarks>
    internal static bool IsGone(string name, SiloAddress address) => Study.HasEnded(name) && !Answers(address);

    /// <summary>Whether a member takes connections.</summary>
    internal static bool Answers(SiloAddress address)
    {
        using var socket = new Socket(address.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            socket.ConnectAsync(address.Endpoint, late.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes those that are gone out of the table, before this process joins: it would wait for their answer.</summary>
    internal static async Task Remove(IMembershipTable table)
    {
        await table.InitializeMembershipTableAsync(true);
        // Another member may change the table at the same time.
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var read = await table.ReadAllAsync();
            var gone = read.Members.FirstOrDefault(member => member.Item1.Status != SiloStatus.Dead
                && IsGone(member.Item1.SiloName, member.Item1.SiloAddress));
            if (gone is null)
                return;
            gone.Item1.Status = SiloStatus.Dead;
            await table.UpdateRowAsync(gone.Item1, gone.Item2, read.Version.Next());
        }
    }

    /// <summary>Tells the cluster of those that are gone.</summary>
    internal static async Task Tell(IClusterMembershipService members)
    {
        foreach (var member in members.CurrentSnapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead
            && IsGone(member.Name, member.SiloAddress)))
            await members.TryKill(member.SiloAddress);
    }

    /// <summary>Says which members a process that joins waits for, once for each, until it is canceled.</summary>
    internal static async Task Say(IMembershipTable table, ClusterOptions options, CancellationToken joined)
    {
        var said = new HashSet<SiloAddress>();
        while (!joined.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), joined);
            foreach (var (member, _) in (await table.ReadAllAsync(joined)).Members)
                if (member.Status == SiloStatus.Active && !said.Contains(member.SiloAddress) && !Answers(member.SiloAddress)
                    && said.Add(member.SiloAddress) && options.Log is { } log)
                    log($"Joining the cluster '{options.Name}': its member on {member.HostName} doesn't answer at "
                        + FormattableString.Invariant($"{member.SiloAddress.Endpoint}, and is waited for until it has been silent for ")
                        + FormattableString.Invariant($"{options.Silence.TotalSeconds:0} s."));
        }
    }
}
