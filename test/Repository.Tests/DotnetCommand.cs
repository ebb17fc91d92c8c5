using System.Diagnostics;
using System.Text;

namespace MLSeqGraph.Repository.Tests;

/// <summary>Runs <c>dotnet</c> as a process of its own that leaves no build servers behind.</summary>
internal static class DotnetCommand
{
    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="AssertFailedException">It failed, or took longer than ten minutes; the message holds what it wrote.</exception>
    internal static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Host, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        // What the build that runs these tests tells its own processes is not meant for another build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        var text = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExit(TimeSpan.FromMinutes(10));
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        var command = $"dotnet {string.Join(' ', arguments)}";
        lock (text)
            return ended && process.ExitCode == 0
                ? text.ToString()
                : throw new AssertFailedException(
                    $"'{command}' {(ended ? $"ended with {process.ExitCode}" : "didn't end in time")}:\n{text}");

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (text)
                text.AppendLine(line.Data);
        }
    }
}
