using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>A PostgreSQL server of the tests' own, where one is installed (Debian's package <c>postgresql</c>).</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _bin;
    private readonly int _port;

    private PostgresServer(string bin)
    {
        _bin = bin;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        if (Environment.UserName == "root")
            Shell($"chown postgres {_folder.Path}");
        Run("initdb", $"-D {_folder.Path}/data -A trust -U postgres -N --no-instructions");
        Up();
    }

    internal string Connection => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Timeout=3";

    /// <summary>Starts one; null where none is installed.</summary>
    internal static PostgresServer? Start()
    {
        var bin = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault() : null;
        return bin is null || !File.Exists(bin + "/bin/initdb") ? null : new(bin);
    }

    internal void Up() => Run("pg_ctl", $"-D {_folder.Path}/data -w -l {_folder.Path}/log -o \"-p {_port} -k {_folder.Path} "
        + "-c fsync=off\" start");

    internal void Down() => Run("pg_ctl", $"-D {_folder.Path}/data -m fast -w stop");

    public void Dispose()
    {
        Down();
        _folder.Dispose();
    }

    // The server refuses to run as root.
    private void Run(string program, string arguments)
    {
        var command = $"{_bin}/bin/{program} {arguments}";
        Shell(Environment.UserName == "root" ? $"runuser -u postgres -- {command}" : command);
    }

    private static void Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command + " >/dev/null 2>&1"])
        {
            WorkingDirectory = "/tmp",
        })!;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, command);
    }
}
