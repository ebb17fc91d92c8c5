using System.Diagnostics;
using System.Globalization;
using MLSeqGraph.Trainers.Tests.Training;

namespace MLSeqGraph.Mpi.Tests;

/// <summary>Trainings in processes that mpiexec starts: this assembly as a program.</summary>
internal static class MpiProcess
{
    internal const string CaseVariable = "MLSEQGRAPH_TEST_MPI", FaultVariable = "MLSEQGRAPH_TEST_FAULT",
        FolderVariable = "MLSEQGRAPH_TEST_FOLDER", OutputVariable = "MLSEQGRAPH_TEST_OUTPUT";

    /// <summary>What a rank does: trains, and writes its losses.</summary>
    /// <returns>The exit code.</returns>
    internal static int Work(string name)
    {
        var fault = Environment.GetEnvironmentVariable(FaultVariable) ?? "";
        try
        {
            // A rank that hangs is noticed after 5 seconds.
            using var ranks = MpiCommunicator.Join(fault == "hangs" ? TimeSpan.FromSeconds(5) : null);
            var isFaulty = ranks.Rank == ranks.Count - 1;
            var rows = fault == "rows" && isFaulty ? 44 : (int?)null;
            var (losses, scores) = ParallelCases.Train(fault == "schema" && isFaulty ? "transformer" : name, ranks, options =>
            {
                if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
                    (options.CheckpointFolder, options.Resume) = (folder, true);
                options.OnEpoch = epoch =>
                {
                    if (epoch.Epoch == 2 && isFaulty)
                        Break(fault);
                };
            }, rows);
            Write($"rank {ranks.Rank} of {ranks.Count}: "
                + string.Join(' ', losses.Concat(scores.Take(8).Select(score => (double)score))
                    .Select(loss => loss.ToString("R", CultureInfo.InvariantCulture))));
            return 0;
        }
        catch (Exception exception)
        {
            Write($"{exception.GetType().Name}: {exception.Message}");
            return 3;
        }
    }

    /// <summary>Starts ranks and waits for their end.</summary>
    /// <returns>The exit code, the lines that ranks wrote, and how long it took.</returns>
    internal static (int Code, string[] Lines, TimeSpan Took) Start(int count, string name, string fault = "", string? folder = null)
    {
        var assembly = typeof(MpiProcess).Assembly.Location;
        var written = Directory.CreateTempSubdirectory("mlseqgraph-ranks-");
        var start = new ProcessStartInfo("mpiexec", ["-n", $"{count}", "dotnet", "exec", assembly])
        {
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = assembly, [CaseVariable] = name, [FaultVariable] = fault, [FolderVariable] = folder ?? "",
                [OutputVariable] = written.FullName,
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(4)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("The ranks wait for ever.");
        }
        var text = string.Join('\n', [.. written.GetFiles().Select(file => File.ReadAllText(file.FullName)), output.Result, error.Result]);
        written.Delete(recursive: true);
        return (process.ExitCode, [.. text.Split('\n').Where(line => line.Length > 0)], watch.Elapsed);
    }

    /// <summary>A file for each rank: mpiexec cuts long lines of several ranks into pieces and mixes them.</summary>
    private static void Write(string line) => File.WriteAllText(
        Path.Combine(Environment.GetEnvironmentVariable(OutputVariable)!, $"{Environment.ProcessId}.txt"), line);

    private static void Break(string fault)
    {
        switch (fault)
        {
            case "throws":
                throw new InvalidOperationException("the disk is full");
            case "dies":
                Process.GetCurrentProcess().Kill();
                break;
            case "hangs":
                Thread.Sleep(TimeSpan.FromMinutes(3));
                break;
        }
    }
}
