using System.Diagnostics;
using System.Globalization;
using MLSeqGraph.Onnx;

namespace LongInputs;

/// <summary>What a network takes for a sequence.</summary>
/// <param name="Length">Its steps.</param>
/// <param name="Seconds">Of the processor, for one pass or one step of training.</param>
/// <param name="Megabytes">That the process grew by.</param>
internal sealed record Cost(int Length, double Seconds, double Megabytes)
{
    private const int Hidden = 64, Least = 3;
    private const double LeastSeconds = 0.3;

    /// <summary>Measures one network at one length in this process, which is at its smallest before.</summary>
    internal static Cost Measure(string name, int length, bool isTraining)
    {
        var network = Networks.Make(name, length, Hidden, layers: 1);
        var x = new float[length * Hidden];
        var random = new Random(1);
        for (var i = 0; i < x.Length; i++)
            x[i] = 2 * random.NextSingle() - 1;
        Value Summary(NetworkBuilder builder) => network.Encode(new(builder,
            Op.Transpose(builder.Input("x", ElementType.Float, ["batch", "time", Hidden]), 1, 0, 2), null)).Final!;
        using var used = new Disposables();
        Action run;
        if (isTraining)
        {
            var session = used.Add(new TrainingSession(TrainingModel.Build(builder =>
            {
                var summary = Summary(builder);
                return new NetworkOutputs(Op.ReduceMean(summary * summary, keepDims: false));
            }, new Adam()), ExecutionTarget.Cpu(1)));
            run = () =>
            {
                session.Feed("x", x, 1, length, Hidden);
                session.Step(1e-4f);
            };
        }
        else
        {
            var builder = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
            builder.Graph.Output("summary", Summary(builder));
            var session = used.Add(new OnnxSession(builder.Graph, ExecutionTarget.Cpu(1)));
            var inputs = new Dictionary<string, TensorData> { ["x"] = TensorData.Create(x, 1, length, Hidden) };
            run = () => session.Run(inputs);
        }
        GC.Collect();
        // ONNX Runtime keeps the memory of a run for the next one.
        var before = Environment.WorkingSet;
        run();
        var megabytes = (Environment.WorkingSet - before) / 1e6;
        var (fastest, sum) = (double.MaxValue, 0.0);
        for (var i = 0; i < Least || sum < LeastSeconds; i++)
        {
            // The processor's time: others may use the machine too.
            var start = Environment.CpuUsage.TotalTime;
            run();
            var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            (fastest, sum) = (Math.Min(fastest, seconds), sum + seconds);
        }
        return new(length, fastest, megabytes);
    }

    /// <summary>The same in a process of its own, whose memory no other run has grown.</summary>
    internal static Cost? InProcess(string name, int length, bool isTraining, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(Cost).Assembly.Location, "--measure", $"{length}", "--network", name,
            .. isTraining ? (string[])["--training"] : []])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var ending = cancellation.Register(() => process.Kill());
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        string[] parts = output.Result.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0 || parts.Length != 2)
            throw new InvalidDataException($"Measuring {name} at {length} steps ended with code {process.ExitCode}: {error}");
        return new(length, double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The exponent by which a cost grows with length: the slope of the line through its logarithms; 1 is linear.</summary>
    internal static double Slope(IReadOnlyList<Cost> costs, Func<Cost, double> of)
    {
        var points = costs.Select(cost => (X: Math.Log(cost.Length), Y: Math.Log(of(cost)))).ToArray();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    private sealed class Disposables : IDisposable
    {
        private readonly List<IDisposable> _all = [];

        internal T Add<T>(T one) where T : IDisposable
        {
            _all.Add(one);
            return one;
        }

        public void Dispose() => _all.ForEach(one => one.Dispose());
    }
}
