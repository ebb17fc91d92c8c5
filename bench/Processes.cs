using System.Diagnostics;

namespace MLSeqGraph.Bench;

/// <summary>Programs run to their end.</summary>
internal static class Processes
{
    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It fails; the message is what it said last, errors before output.</exception>
    internal static string Output(
        string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode == 0)
            return output;
        var said = errors.Result.Trim();
        throw new InvalidOperationException(
            $"'{program} {string.Join(' ', start.ArgumentList)}' ended with code {process.ExitCode}: {(said.Length > 0 ? said : output)}");
    }
}
