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
    private const int Steps = 50, Features = 16, Classes = 4;
    private static readonly string[] Networks = ["lstm", "transformer"];

    internal static Command Create()
    {
        var most = new Option<int>("--most") { Description = "The most processes.", DefaultValueFactory = _ => 2 };
        var rows = new Option<int>("--rows") { Description = "Rows of the data.", DefaultValueFactory = _ => 4096 };
        var batch = new Option<int>("--batch") { Description = "Rows of a step, of all processes.", DefaultValueFactory = _ => 128 };
        var rank = new Option<string?>("--rank") { Description = "What a process that mpiexec started does.", Hidden = true };
        var command = new Command("ranks", "Rows per second of data-parallel training on 1, 2, … processes of a thread each (MPICH).")
        {
            most, rows, batch, rank,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rank) is { } network)
                Train(network, parsed.GetValue(rows), parsed.GetValue(batch));
            else
                Print(Math.Max(1, parsed.GetValue(most)), parsed.GetValue(rows), parsed.GetValue(batch));
        });
        return command;
    }

    private static void Print(int most, int rows, int batch)
    {
        foreach (var network in Networks)
        {
            var one = Measure(network, 1, rows, batch);
            Console.WriteLine($"{network,-12} 1 process of 1 thread, {batch} rows a step: {one[0],8:0} rows/s");
            for (var count = 2; count <= most; count++)
            {
                // A step of a share costs more than its part of the whole: what each operation costs by itself stays.
                var share = Measure(network, 1, rows, batch / count);
                var all = Measure(network, count, rows, batch);
                Console.WriteLine($"{network,-12} {count} processes of 1 thread: {all[0],8:0} rows/s, {all[0] / one[0]:0.00} times one's; "
                    + $"{count * share[0] / one[0]:0.00} if exchanges took nothing ({batch / count} rows a step alone: {share[0]:0} "
                    + $"rows/s); of the time {all[1]:P1} in exchanges with others, {all[2]:P1} in sums");
            }
        }
    }

    private static double[] Measure(string network, int count, int rows, int batch)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("mpiexec", ["-n", Text(count), "dotnet", "exec", typeof(RanksCommand).Assembly.Location,
            "ranks", "--rank", network, "--rows", Text(rows), "--batch", Text(batch)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? [.. output.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"mpiexec ended with {process.ExitCode}: {output}");
    }

    // Prints, on rank 0, the rows per second of the best epoch but the first, and the shares of the time in exchanges and sums.
    private static void Train(string network, int rows, int batch)
    {
        using var ranks = MpiCommunicator.Join();
        var timed = new Timed(ranks);
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
            FeatureCount = Features, BatchSize = batch, Epochs = 5, Communicator = timed, Target = ExecutionTarget.Cpu(1),
            OnEpoch = epoch =>
            {
                if (epoch.Epoch == 1)
                    timed.Begin();
            },
        }).Fit(data);
        if (ranks.Rank != 0)
            return;
        var later = model.History.Epochs.Skip(1).ToArray();
        var seconds = later.Sum(epoch => epoch.Seconds);
        Console.WriteLine(string.Join(' ', ((double[])[later.Max(epoch => epoch.Rows / epoch.Seconds), timed.Exchanged / seconds,
            timed.Summed / seconds]).Select(number => number.ToString("0.0000", CultureInfo.InvariantCulture))));
    }

    /// <summary>Measures the seconds that a rank spends with others.</summary>
    private sealed class Timed(ICommunicator inner) : ICommunicator
    {
        public int Rank => inner.Rank;

        public int Count => inner.Count;

        internal double Exchanged { get; private set; }

        internal double Summed { get; private set; }

        internal void Begin() => (Exchanged, Summed) = (0, 0);

        public byte[][] Exchange(ReadOnlySpan<byte> own)
        {
            var start = Stopwatch.GetTimestamp();
            var all = inner.Exchange(own);
            Exchanged += Stopwatch.GetElapsedTime(start).TotalSeconds;
            return all;
        }

        public void Sum(Span<float> values)
        {
            var start = Stopwatch.GetTimestamp();
            inner.Sum(values);
            Summed += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Fail(string reason) => inner.Fail(reason);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
