using System.Diagnostics;

namespace MLSeqGraph.Bench;

internal static class Processes
{
    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    internal static string Output(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"'{program} {string.Join(' ', start.ArgumentList)}' failed with code {process.ExitCode}: {errors.Result}");
    }
}
