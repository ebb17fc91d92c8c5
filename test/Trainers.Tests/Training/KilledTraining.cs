using System.Diagnostics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>
/// Trains in a process of its own that is killed. That process is this assembly started as a program: <see cref="StartupHook"/> runs
/// before its entry point, which does nothing.
/// </summary>
internal static class KilledTraining
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_CHECKPOINTS";
    private const int Width = 100_000; // a checkpoint of 3.6 MB, written long enough to be hit

    internal static float[] Train(string? folder)
    {
        var options = new TrainingOptions { Epochs = 12, BatchSize = 16, CheckpointFolder = folder, Resume = folder is not null };
        var model = TrainingLoop.Build(Wide, options);
        TrainingLoop.Run(model, new Regression(16, 16, 16), options);
        return Regression.Weights(model);
    }

    /// <summary>Whether a checkpoint is half written.</summary>
    internal static bool IsWriting(string folder) => Directory.GetFiles(folder, "epoch-*.tmp")
        .Any(file => new FileInfo(file) is { Exists: true, Length: > 0 });

    /// <summary>The epochs of which there are checkpoints.</summary>
    internal static int Epochs(string folder) => Directory.GetFiles(folder, "*.checkpoint")
        .Select(file => int.Parse(Path.GetFileName(file)[6..12])).DefaultIfEmpty().Max();

    /// <returns>Whether the process was killed before it ended by itself.</returns>
    internal static bool Kill(string folder, Func<TimeSpan, bool> isTime)
    {
        var assembly = typeof(KilledTraining).Assembly.Location;
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = folder },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var watch = Stopwatch.StartNew();
        var isKilled = false;
        while (!process.HasExited && !isKilled)
        {
            if (watch.Elapsed.TotalSeconds > 120)
                throw new TimeoutException("The process neither wrote nor ended.");
            if (isTime(watch.Elapsed))
            {
                process.Kill();
                isKilled = true;
            }
        }
        process.WaitForExit();
        // 0 and 2 are of the entry point behind the training
        if (process.ExitCode is 0 or 2)
            return false;
        return isKilled ? true : throw new InvalidOperationException(process.StandardError.ReadToEnd());
    }

    private static NetworkOutputs Wide(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["batch", Regression.Features]);
        var y = network.Input("y", ElementType.Float, ["batch"]);
        var hidden = Op.Tanh(Op.MatMul(x, network.Parameter("hidden", [Regression.Features, Width], Initializers.GlorotUniform)));
        var error = Op.ReduceMean(network.Dropout(hidden, 0.5f), [1], keepDims: false) - y;
        return new(Op.ReduceMean(error * error, keepDims: false));
    }
}
