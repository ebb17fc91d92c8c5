using System.Diagnostics;
using Decisions.Data;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Decisions;

/// <summary>What a network came to.</summary>
/// <param name="Asked">The returns asked for; empty for a network that clones behaviour.</param>
/// <param name="Got">What came of each, the mean over games; of behaviour cloning one number; empty without a game.</param>
/// <param name="Test">Of the test steps the share of the same actions, or the mean error of numbers.</param>
/// <param name="TrainSeconds">The training.</param>
/// <param name="OnnxMaxDifference">Largest difference of the files, of whole trajectories and of steps, to the training graph.</param>
internal sealed record Result(float[] Asked, float[] Got, double Test, double TrainSeconds, double OnnxMaxDifference);

/// <summary>Trains, exports, and plays with the exported file.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, TrajectorySet data, string network, int seed, Options given)
    {
        // 1. Train: a trajectory a row, actions as keys where they have names.
        IDataView train = data.View(ml, data.Train), test = data.View(ml, data.Test);
        var options = Choose(data, network, seed, given);
        options.OnEpoch = EpochLines.Every(Math.Max(1, options.Epochs / 5));
        var trainer = ml.Sequences().Decisions(options);
        var clock = Stopwatch.StartNew();
        ITransformer model = data.IsDiscrete ? ml.Transforms.Conversion.MapValueToKey(data.ActionColumn, nameof(TrajectoryRow.Chosen),
            keyData: ml.Data.LoadFromEnumerable(data.Actions.Select(name => new Name { Value = name }))).Append(trainer).Fit(train)
            : trainer.Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model as SequencePredictionTransformer ?? ((TransformerChain<SequencePredictionTransformer>)model).LastTransformer;

        // 2. How often, or how nearly, it does what the test trajectories did.
        var measured = data.IsDiscrete ? Same(model.Transform(test), data) : Error(model.Transform(test), data);
        Console.WriteLine($"  trained in {seconds:0.0} s; test steps: {(data.IsDiscrete ? "accuracy" : "mean absolute error")} "
            + $"{measured:0.0000}");

        // 3. The files: whole trajectories, and the next step with what it remembers. The second one plays.
        var path = Path.Combine(given.Folder, $"{data.Name}-{network}");
        trained.ExportToOnnx($"{path}.onnx");
        trained.ExportStepsToOnnx($"{path}-steps.onnx");
        LossCurves.Write($"{path}-loss", $"{data.Name}, {trained.Info.Task}: loss", data.IsDiscrete ? "nats" : "squared error",
            trained.History.Epochs);
        using var policy = DecisionPolicy.Load($"{path}-steps.onnx", ExecutionTarget.Cpu(given.Threads));
        var steps = ModelInfo.Load(File.ReadAllBytes($"{path}-steps.onnx"), $"{path}-steps.onnx").Verification!.LargestDifference;
        var difference = Math.Max(trained.Info.Verification!.LargestDifference, steps);
        Console.WriteLine($"  {path}.onnx and {path}-steps.onnx: largest difference to the training graph {difference:0.0e+0}");
        if (data.Game is not { } game)
            return new([], [], measured, seconds, difference);
        float[] asked = policy.Info.Returns is null ? [] : game.Asked;
        float[] got = asked.Length == 0 ? [Games(game, policy, null, given.Plays)]
            : Array.ConvertAll(asked, one => Games(game, policy, one, given.Plays));
        Console.WriteLine(asked.Length == 0 ? $"  got {got[0]:0.00}"
            : "  asked for, got: " + string.Join("; ", asked.Zip(got, (one, other) => $"{one:0}, {other:0.00}")));
        return new(asked, got, measured, seconds, difference);
    }

    /// <summary>The mean return of games that are played side by side.</summary>
    private static float Games(Game game, DecisionPolicy policy, float? asked, int count)
    {
        var random = new Random(7);
        Play[] plays = [.. Enumerable.Range(0, count).Select(_ => game.Begin(random))];
        // Of what is asked for no trajectory may have had the very best; then the highest that one had is meant.
        var info = policy.Info;
        using var run = asked is { } given
            ? policy.Start([.. Enumerable.Repeat(Math.Clamp(given, info.LowestReturn!.Value, info.HighestReturn!.Value), count)],
                game.MostSteps)
            : policy.Start(count, game.MostSteps);
        var got = 0f;
        while (!plays.All(play => play.IsOver))
        {
            var scores = run.Act(TensorData.Create([.. plays.SelectMany(play => play.State)], count, game.StateSize));
            var actions = Enumerable.Range(0, count).Select(play => game.Actions.Count == 0 ? scores[play]
                : Likeliest(scores.AsSpan(play * game.Actions.Count, game.Actions.Count))).ToArray();
            float[] rewards = [.. plays.Zip(actions, (play, action) => play.IsOver ? 0 : play.Step(action))];
            got += rewards.Sum();
            if (game.Actions.Count > 0)
                run.Record(Array.ConvertAll(actions, action => (long)action), rewards);
            else
                run.Record(actions, rewards);
        }
        return got / count;
    }

    private static int Likeliest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        return best;
    }

    private static double Same(IDataView scored, TrajectorySet data)
    {
        var pairs = scored.GetColumn<uint[]>("PredictedLabel").Zip(scored.GetColumn<uint[]>(data.ActionColumn)).ToArray();
        return (double)pairs.Sum(pair => pair.First.Zip(pair.Second).Count(two => two.First == two.Second))
            / pairs.Sum(pair => pair.Second.Length);
    }

    private static double Error(IDataView scored, TrajectorySet data) => scored.GetColumn<float[]>("Score").Zip(data.Test)
        .SelectMany(pair => pair.First.Zip(pair.Second.Numbers, (one, other) => Math.Abs(one - other))).Average();

    private static DecisionTrainer.Options Choose(TrajectorySet data, string network, int seed, Options given)
    {
        var hidden = given.Hidden ?? 64;
        var batch = given.BatchSize ?? (data.IsDiscrete ? 32 : 16);
        var epochs = given.Epochs ?? 20;
        var steps = (long)epochs * ((data.Train.Length + batch - 1) / batch);
        return new()
        {
            SequenceColumnName = nameof(TrajectoryRow.States),
            FeatureCount = data.StateSize,
            LabelColumnName = data.ActionColumn,
            ActionSize = data.ActionSize,
            ReturnColumnName = network == Options.Cloning ? null : nameof(TrajectoryRow.Returns),
            Transformer = new()
            {
                Hidden = hidden, Layers = given.Layers ?? 3, Heads = 4, FeedForwardSize = 2 * hidden,
                Activation = FeedForwardActivation.Gelu, Dropout = given.Dropout ?? 0,
            },
            Epochs = epochs,
            BatchSize = batch,
            LearningRate = given.LearningRate ?? 2e-3f,
            Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f },
            Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine()),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(given.Threads),
            StopToken = given.StopToken,
            CancellationToken = given.CancellationToken,
        };
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
