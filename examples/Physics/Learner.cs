using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Physics.Data;

namespace Physics;

/// <summary>Trains a network of particles and lets it simulate them.</summary>
internal static class Learner
{
    internal const string None = "none";

    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> Networks = new()
    {
        ["gns"] = (hidden, layers, dropout) => GraphNetwork.EncodeProcessDecode(hidden, layers, dropout, normalize: false),
        ["gns-normalized"] = (hidden, layers, dropout) => GraphNetwork.EncodeProcessDecode(hidden, layers, dropout),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        [None] = (hidden, layers, dropout) => GraphNetwork.EncodeProcessDecode(hidden, layers, dropout, normalize: false),
    };

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>A network that simulates, and what it reached.</summary>
    /// <param name="OneStep">Root mean square of the error of the next positions.</param>
    /// <param name="Constant">The same where the last acceleration stays.</param>
    /// <param name="Seconds">Of training.</param>
    /// <param name="Difference">The largest between the trained and the exported network.</param>
    /// <param name="Rollout">The simulated positions, the first ones those that were given.</param>
    /// <param name="Truth">What happened in truth, as far as it is known.</param>
    /// <param name="StepsPerSecond">Of the rollout.</param>
    internal sealed record Result(double OneStep, double Constant, double Seconds, double Difference, double[][] Rollout, double[][] Truth,
        double StepsPerSecond)
    {
        internal double Ratio => Constant / OneStep;

        /// <summary>Steps that the network made.</summary>
        internal int Steps { get; init; }

        /// <summary>The step, from 1, that led away from all that makes sense; null where none did.</summary>
        internal int? Diverged { get; init; }

        /// <summary>The time from which it made them, the last one that was given.</summary>
        internal int Start => Rollout.Length - 1 - Steps;

        /// <summary>What becomes of the start where all particles keep their last velocities.</summary>
        internal double[][] Straight { get; } = Straightly(Rollout, Truth);

        /// <summary>The root mean square distance of particles from where they are in truth, at a time.</summary>
        internal double ErrorAt(double[][] run, int time, int dimensions)
        {
            var sum = run[time].Zip(Truth[time], (found, at) => (found - at) * (found - at)).Sum();
            return Math.Sqrt(sum * dimensions / run[time].Length);
        }

        /// <summary>The same over all steps that the network made, of it or of another run; null where it made none.</summary>
        internal double? RolloutError(int dimensions, double[][]? run = null) => Steps == 0 ? null : Math.Sqrt(Enumerable
            .Range(Rollout.Length - Steps, Steps).Average(time => Math.Pow(ErrorAt(run ?? Rollout, time, dimensions), 2)));

        private static double[][] Straightly(double[][] rollout, double[][] truth)
        {
            // The first times are those given.
            var given = Enumerable.Range(0, rollout.Length).TakeWhile(time => ReferenceEquals(rollout[time], truth[time])).Count();
            var (before, last) = (truth[given - 2], truth[given - 1]);
            return [.. Enumerable.Range(0, rollout.Length).Select(time => time < given ? truth[time]
                : last.Select((at, i) => at + (time - given + 1) * (at - before[i])).ToArray())];
        }

        /// <summary>How far a particle was outside the box at most; 0 where none was.</summary>
        internal double Outside(ParticleData data) => Rollout.Max(time => Enumerable.Range(0, time.Length).Max(i =>
            Math.Max(0, Math.Max(data.Lower[i % data.Dimensions] - time[i], time[i] - data.Upper[i % data.Dimensions]))));

        /// <summary>
        /// The mean difference of the energies, as a share of the mean energy; null where the law isn't known, or without steps.
        /// </summary>
        internal double? EnergyError(ParticleData data) => data.Energy is not { } energy || Steps == 0 ? null
            : Enumerable.Range(Rollout.Length - Steps, Steps).Sum(time => Math.Abs(energy(Rollout[time - 1], Rollout[time])
                - energy(Truth[time - 1], Truth[time])))
                / Enumerable.Range(Rollout.Length - Steps, Steps).Sum(time => energy(Truth[time - 1], Truth[time]));
    }

    internal static Result Run(MLContext ml, ParticleData data, string network, int seed, Options options)
    {
        var mesh = data.Mesh;
        var graphs = new ParticleGraphs(new()
        {
            Dimensions = data.Dimensions, Radius = data.Radius, History = options.History,
            Lower = mesh is null ? data.Lower : null, Upper = mesh is null ? data.Upper : null,
            FixedEdges = network == None ? [] : mesh?.Edges, RestPositions = mesh?.Rest, RestDimensions = mesh is null ? null : 2,
            WorldRadius = network == None ? null : mesh?.WorldRadius, PropertyCount = mesh is null ? 0 : 1,
        });
        var properties = mesh?.Properties;
        var noise = (options.Noise ?? (mesh is null ? 0.001f : 0.005f)) * Speed(data.Training);
        IDataView Rows(Trajectory[] runs, double noise, int every) => ml.Data.LoadFromEnumerable((ParticleRow[])[.. runs.SelectMany(
            (run, i) => graphs.Windows(run.Times, properties, mesh?.IsHeld, noise, seed: 1000 * seed + i, every: every))]);
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options
        {
            Columns = graphs.Columns,
            Network = Networks[network](options.Hidden ?? 64, options.Layers ?? (mesh is null ? 1 : 2), options.Dropout ?? 0),
            Hidden = options.Hidden ?? 64,
            TargetsPerNode = data.Dimensions,
            GradientClipNorm = 1,
            ValidationData = Rows(data.Validation, 0, 2 * options.Every),
        }.With(options, seed, new(mesh is null ? 80 : 40, 2, 0.001f, 0, LinesEvery: 10))).Fit(Rows(data.Training, noise, options.Every));
        var seconds = clock.Elapsed.TotalSeconds;
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "squared error",
            model.History.Epochs);
        var (oneStep, constant) = OneStep(model, data.Test.Select(run => Rows([run], 0, 1)));
        using var rollout = new ParticleRollout(model, graphs);
        var truth = data.Test[0].Times;
        double[][] start = truth[..graphs.Frames];
        clock.Restart();
        var (steps, diverged) = FollowedSteps.Of(rollout.Run(start, properties, mesh?.IsHeld), StepsOf(data, options), data);
        double[][] simulated = [.. start, .. steps];
        return new(oneStep, constant, seconds, model.Info.Verification!.LargestDifference, simulated, truth[..simulated.Length],
            steps.Length / clock.Elapsed.TotalSeconds) { Steps = steps.Length, Diverged = diverged };
    }

    /// <summary>Steps of the rollout: as many as were asked for, or as the test's truth is known.</summary>
    /// <exception cref="UsageException">More were asked for.</exception>
    internal static int StepsOf(ParticleData data, Options options)
    {
        var known = data.Test[0].Times.Length - options.History - 1;
        return !(options.Steps > known) ? Math.Min(options.Steps ?? Options.UsualSteps, known)
            : throw new UsageException($"--steps is {options.Steps}: the run that tests has {data.Test[0].Times.Length} times, expected at "
                + $"most {known} behind the {options.History + 1} that --history {options.History} reads.");
    }

    // Labels are the true accelerations; those of the row before are what a constant acceleration predicts.
    private static (double OneStep, double Constant) OneStep(ITransformer model, IEnumerable<IDataView> runs)
    {
        double learned = 0, constant = 0;
        long count = 0;
        foreach (var run in runs)
        {
            float[][] labels = [.. run.GetColumn<float[]>(nameof(ParticleRow.Label))],
                scores = [.. model.Transform(run).GetColumn<float[]>("Score")];
            for (var time = 1; time < labels.Length; time++)
                for (var i = 0; i < labels[time].Length; i++)
                {
                    // What is held has no acceleration of its own.
                    if (float.IsNaN(labels[time][i]))
                        continue;
                    count++;
                    learned += Square(scores[time][i] - labels[time][i]);
                    constant += Square(labels[time - 1][i] - labels[time][i]);
                }
        }
        return (Math.Sqrt(learned / count), Math.Sqrt(constant / count));

        static double Square(double x) => x * x;
    }

    // The root mean square of the velocities.
    private static double Speed(Trajectory[] runs)
    {
        double sum = 0;
        long count = 0;
        foreach (var run in runs)
            for (var time = 1; time < run.Times.Length; time++)
                for (var i = 0; i < run.Times[time].Length; i++, count++)
                    sum += (run.Times[time][i] - run.Times[time - 1][i]) * (run.Times[time][i] - run.Times[time - 1][i]);
        return Math.Sqrt(sum / count);
    }
}
