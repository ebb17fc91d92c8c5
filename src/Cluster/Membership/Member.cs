using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLSeqGraph.Experiments;
using Orleans.Configuration;

namespace MLSeqGraph.Cluster;

/// <summary>This process as a silo of Orleans.</summary>
internal sealed class Member : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Timer _watch;

    private Member(IHost host)
    {
        _host = host;
        var members = host.Services.GetRequiredService<IClusterMembershipService>();
        _watch = new(_ => Watch(members), null, Often, Often);
    }

    // How often members of this machine are looked for.
    private static TimeSpan Often => TimeSpan.FromSeconds(2);

    internal IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>How many other members there are.</summary>
    internal int Others => _host.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values
        .Count(member => member.Status == SiloStatus.Active) - 1;

    /// <exception cref="ClusterException">The port is taken, or the other members can't be reached.</exception>
    internal static async Task<Member> Start(ClusterOptions options, ExperimentDefinitions definitions, ClusterDatabase database,
        CancellationToken cancel)
    {
        var address = options.Address ?? (options.IsPostgres ? FirstAddress() : IPAddress.Loopback);
        var port = options.Port > 0 ? options.Port : FreePort();
        var host = new HostBuilder().UseOrleans(silo =>
        {
            silo.Configure<SiloOptions>(one => one.SiloName = GoneMembers.NewName());
            silo.Configure<Orleans.Configuration.ClusterOptions>(cluster =>
                (cluster.ClusterId, cluster.ServiceId) = (options.Name, "mlseqgraph"));
            // Members meet each other alone: there are no clients, so no gateway.
            silo.ConfigureEndpoints(address, port, gatewayPort: 0, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = membership.TableRefreshTimeout = options.Lease / 6;
                membership.IAmAliveTablePublishTimeout = options.Silence / membership.NumMissedTableIAmAliveLimit;
                membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(5) + 3 * options.Lease;
            });
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromMinutes(3));
            if (options.IsPostgres)
                silo.UseAdoNetClustering(clustering =>
                    (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", options.Database));
            else
                silo.Services.AddSingleton<IMembershipTable, SqliteMembership>();
            silo.Services.AddSingleton(options).AddSingleton(definitions).AddSingleton(database)
                .AddSingleton(new JobFiles(database.Database, options.Cache));
        }).Build();
        using var joined = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var table = host.Services.GetRequiredService<IMembershipTable>();
            await GoneMembers.Remove(table);
            _ = GoneMembers.Say(table, options, joined.Token);
            await host.StartAsync(cancel);
            return new(host);
        }
        catch (Exception error) when (error is OrleansException or SocketException or IOException
            or InvalidOperationException or Orleans.Runtime.MembershipService.OrleansMissingMembershipEntryException)
        {
            host.Dispose();
            throw new ClusterException($"The cluster '{options.Name}' can't be joined from {address}:{port}: {error.Message}", error);
        }
        finally
        {
            await joined.CancelAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        using (_host)
            await _host.StopAsync();
    }

    private static void Watch(IClusterMembershipService members)
    {
        try
        {
            GoneMembers.Tell(members).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is OrleansException or StudyException or System.Data.Common.DbException or TimeoutException)
        {
            // looked for again soon
        }
    }

    private static IPAddress FirstAddress() => Dns.GetHostAddresses(Dns.GetHostName())
        .Where(one => one.AddressFamily == AddressFamily.InterNetwork).OrderBy(IPAddress.IsLoopback).FirstOrDefault() ?? IPAddress.Loopback;

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
