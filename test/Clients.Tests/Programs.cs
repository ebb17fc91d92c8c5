using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Clients.Tests;

/// <summary>How far a model's output in a runtime is from what it is to be.</summary>
internal sealed record Difference(string Model, string Case, double Value)
{
    /// <summary>Reads what the clients' checks print: model, case and difference with tabs between.</summary>
    internal static Difference[] Read(string lines) =>
    [
        .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(parts => parts.Length == 3)
            .Select(parts => new Difference(parts[0], parts[1], double.Parse(parts[2], CultureInfo.InvariantCulture))),
    ];
}

/// <summary>The clients as programs, where their runtimes are on the machine.</summary>
internal static class Programs
{
    internal static readonly string Clients = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../examples/Clients"));
    internal static readonly string Models = Path.Combine(Clients, "models");

    /// <summary>A client's folder with the packages of its lock file, or the test ends as inconclusive.</summary>
    internal static string WithPackages(string client)
    {
        if (FindPackages(client, out var reason) is { } folder)
            return folder;
        Assert.Inconclusive(reason);
        return "";
    }

    /// <summary>A client's folder with the packages of its lock file; null where they can't be had.</summary>
    internal static string? FindPackages(string client, out string reason)
    {
        var folder = Path.Combine(Clients, client);
        reason = "Node.js and npm are not on this machine.";
        if (Run("node", folder, "--version") is not (0, _) || Run("npm", folder, "--version") is not (0, _))
            return null;
        // Packages stay until the lock file changes.
        var digest = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "package-lock.json"))));
        var installed = Path.Combine(folder, "node_modules", ".installed");
        if (File.Exists(installed) && File.ReadAllText(installed) == digest)
            return folder;
        if (Run("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund") is (not 0, var problem))
        {
            reason = $"npm can't install the packages of {client} here: {problem}";
            return null;
        }
        File.WriteAllText(installed, digest);
        return folder;
    }

    /// <summary>What the C# client says of a folder of models; it was built together with these tests.</summary>
    internal static (int? Code, string Output) Minimal(params string[] arguments)
    {
        var built = Path.GetRelativePath(Path.GetDirectoryName(Here())!, AppContext.BaseDirectory); // bin/Debug/net10.0
        var program = Path.Combine(Clients, "csharp-minimal", built, "MinimalClient.dll");
        return Run(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            Path.Combine(Clients, "../.."), [program, .. arguments]);
    }

    /// <summary>Runs a program. No code where there is no such program.</summary>
    internal static (int? Code, string Output) Run(string program, string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (Win32Exception exception)
        {
            return (null, exception.Message);
        }
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
