using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Mpi;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>Rows per second of a training that 1, 2, … processes of a thread each share over MPI.</summary>
internal static class RanksCommand
{
    private const int Steps = 50, Features = 16, Classes = 4, Batch = 128;
    private static readonly string[] Networks = ["lstm", "transformer"];

    internal static Command Create()
    {
        var most = new Option<int>("--most") { Description = "The most processes.", DefaultValueFactory = _ => 2 };
        var rows = new Option<int>("--rows") { Description = "Rows of the data.", DefaultValueFactory = _ => 4096 };
        var rank = new Option<string?>("--rank") { Description = "What a process that mpiexec started does.", Hidden = true };
        var command = new Command("ranks", "Rows per second of data-parallel training on 1, 2, … processes of a thread each (MPICH).")
        {
            most, rows, rank,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rank) is { } network)
                Train(network, parsed.GetValue(rows));
            else
                Print(Math.Max(1, parsed.GetValue(most)), parsed.GetValue(rows));
        });
        return command;
    }

    private static void Print(int most, int rows)
    {
        foreach (var network in Networks)
        {
            double? first = null;
            for (var count = 1; count <= most; count++)
            {
                var start = new ProcessStartInfo("mpiexec", ["-n", $"{count}", "dotnet", "exec", typeof(RanksCommand).Assembly.Location,
                    "ranks", "--rank", network, "--rows", rows.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
                using var process = Process.Start(start)!;
                var output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0)
                    throw new InvalidOperationException($"mpiexec ended with {process.ExitCode}: {output}");
                var speed = double.Parse(output, CultureInfo.InvariantCulture);
                first ??= speed;
                Console.WriteLine($"{network,-12} {count} processes of 1 thread: {speed,8:0} rows/s, {speed / first:0.00} times one's");
            }
        }
    }

    // Prints the rows per second of the best epoch but the first, on rank 0.
    private static void Train(string network, int rows)
    {
        using var ranks = MpiCommunicator.Join();
        var ml = new MLContext(1);
        var random = new Random(1);
        var raw = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ => new Row
        {
            Label = $"{random.Next(Classes)}",
            Features = [.. Enumerable.Range(0, Steps * Features).Select(_ => random.NextSingle())],
        }).ToArray());
        var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(raw).Transform(raw);
        using var model = ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = network == "lstm" ? SequenceNetwork.Lstm(128)
                : SequenceNetwork.Transformer(new() { Hidden = 64, Heads = 4, Layers = 2, Dropout = 0 }),
            FeatureCount = Features, BatchSize = Batch, Epochs = 5, Communicator = ranks, Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        if (ranks.Rank == 0)
            Console.WriteLine(model.History.Epochs.Skip(1).Max(epoch => epoch.Rows / epoch.Seconds)
                .ToString("0.0", CultureInfo.InvariantCulture));
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
