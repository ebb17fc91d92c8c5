using System.Diagnostics;

namespace MLSeqGraph.Cluster.Tests;

/// <summary>A worker as a process of its own, which can be killed.</summary>
internal sealed class WorkerProcess : IDisposable
{
    internal const string Variable = "MLSEQGRAPH_TEST_WORKER";

    private readonly Process _process;
    private readonly List<string> _lines = [];

    internal WorkerProcess(string database)
    {
        var assembly = typeof(WorkerProcess).Assembly.Location;
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [Variable] = database },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        void Heard(object sender, DataReceivedEventArgs line)
        {
            lock (_lines)
                _lines.Add(line.Data ?? "");
        }
        _process.OutputDataReceived += Heard;
        _process.ErrorDataReceived += Heard;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it said.</summary>
    internal string Said
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    internal bool HasExited => _process.HasExited;

    /// <summary>What the process does.</summary>
    internal static void Work(string database)
    {
        using var cluster = new Joined(database);
        cluster.Cluster.Log = Console.WriteLine;
        Console.WriteLine("joined");
        cluster.Cluster.WorkAsync().GetAwaiter().GetResult();
    }

    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}

/// <summary>This process as a member of the tests' cluster.</summary>
internal sealed class Joined(string database, string? version = null, int lease = 4, Action<string>? log = null) : IDisposable
{
    internal ExperimentCluster Cluster { get; } = ExperimentCluster.JoinAsync(Options(database) with
    {
        Version = version ?? ClusterOptions.LibraryVersion, Lease = TimeSpan.FromSeconds(lease), Log = log,
    }, TestExperiments.Definitions).GetAwaiter().GetResult();

    internal static ClusterOptions Options(string database) => new()
    {
        Database = database, Lease = TimeSpan.FromSeconds(4), Address = System.Net.IPAddress.Loopback,
    };

    public void Dispose() => Cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
