using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using Shapes.Data;

namespace Shapes;

/// <summary>Tells what the objects of a scene are to each other.</summary>
internal static class SceneReport
{
    private const int ToTrain = 800, ToChoose = 100, ToTest = 300;

    private static readonly int[] Most = [5, 10];

    /// <summary>What a network reached.</summary>
    /// <param name="Accuracy">Share of the pairs that are right, those of no relation among them.</param>
    /// <param name="Holding">The same of people and what they might hold, which others may be nearer to.</param>
    /// <param name="Recalls">Shares of the relations that are among the 5 and the 10 most probable ones of a scene.</param>
    /// <param name="Seconds">How long training took.</param>
    /// <param name="Difference">The largest relative difference of the exported model to the training graph.</param>
    internal sealed record Result(double Accuracy, double Holding, double[] Recalls, double Seconds, double Difference)
    {
        internal int[][] Predicted { get; init; } = [];
    }

    internal static void Run(MLContext ml, Options options, Figures figures, string network, bool isAlone)
    {
        List<(Result With, Result Without)> results = [];
        BoxedObject[][] test = Some(3, ToTest);
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            Console.WriteLine($"generated scenes of {test.Average(scene => scene.Length):0.0} objects: what they are to each other; PNA "
                + $"over objects and pairs, seed {seed}");
            var (with, without) = (Train(ml, test, hasEdges: true, seed, options), Train(ml, test, hasEdges: false, seed, options));
            results.Add((with, without));
            foreach (var (of, name) in ((Result, string)[])[(with, "with the other objects"), (without, "each pair by itself")])
                Console.WriteLine($"  {name,-24} accuracy {of.Accuracy:0.0000}, of what may be held {of.Holding:0.000}, recall@{Most[0]} "
                    + $"{of.Recalls[0]:0.000}, recall@{Most[1]} {of.Recalls[1]:0.000}; {of.Seconds:0.0} s");
        }
        if (results.Count > 0)
            ScenePicture.Write(Path.Combine(options.Folder, "scenes"), [.. test.Zip(results[0].With.Predicted).Take(3)]);
        foreach (var (prefix, of) in ((string, Result[])[])[("", [.. results.Select(result => result.With)]),
            ("pairs_alone_", [.. results.Select(result => result.Without)])])
        {
            figures.Add(network, $"{prefix}relation_accuracy", of.Average(result => (double?)result.Accuracy));
            figures.Add(network, $"{prefix}holding_accuracy", of.Average(result => (double?)result.Holding));
            for (var i = 0; i < Most.Length; i++)
                figures.Add(network, $"{prefix}recall_at_{Most[i]}", of.Average(result => (double?)result.Recalls[i]));
        }
        var own = isAlone ? "" : "scene_";
        figures.Add(network, $"{own}train_seconds", results.Average(result => (double?)result.With.Seconds));
        figures.Add(network, $"{own}onnx_max_difference", results.Max(result => (double?)Math.Max(result.With.Difference,
            result.Without.Difference)));
    }

    private static BoxedObject[][] Some(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Scene.Generate(random))];
    }

    private static Result Train(MLContext ml, BoxedObject[][] test, bool hasEdges, int seed, Options options)
    {
        IDataView Rows(BoxedObject[][] scenes) => ml.Data.LoadFromEnumerable(scenes.Select(scene => SceneRow.Of(scene, hasEdges)).ToList());
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeClassification(new GraphNodeClassificationTrainer.Options
        {
            Columns = SceneRow.Columns,
            Network = GraphNetwork.Pna(options.Hidden ?? 32, options.Layers ?? 4, options.Dropout ?? 0),
            Hidden = options.Hidden ?? 32,
            ValidationData = Rows(Some(2, ToChoose)),
        }.With(options, seed, new(12, 16, 0.004f, LinesEvery: 5))).Fit(Rows(Some(1, ToTrain)));
        var seconds = clock.Elapsed.TotalSeconds;
        float[][] scores = [.. model.Transform(Rows(test)).GetColumn<float[]>("Score")];
        var name = hasEdges ? "scenes" : "pairs";
        model.ExportToOnnx(Path.Combine(options.Folder, $"{name}.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{name}-loss"), $"relations of scenes, {(hasEdges ? "with the other objects"
            : "each pair by itself")}: loss", "nats per pair", model.History.Epochs);
        int right = 0, count = 0, held = 0, holdable = 0, relations = 0;
        var found = new int[Most.Length];
        var all = new int[test.Length][];
        for (var scene = 0; scene < test.Length; scene++)
        {
            var pairs = SceneRow.Pairs(test[scene].Length);
            ArraySegment<float>[] of = [.. pairs.Select((_, pair) => new ArraySegment<float>(scores[scene],
                (test[scene].Length + pair) * SceneRow.RelationCount, SceneRow.RelationCount))];
            int[] truth = [.. pairs.Select(pair => Scene.Relation(test[scene], pair.One, pair.Other))];
            int[] predicted = all[scene] = [.. of.Select(shares => Enumerable.Range(0, shares.Count).MaxBy(i => shares[i]))];
            for (var pair = 0; pair < pairs.Length; pair++)
            {
                (count, right) = (count + 1, right + (predicted[pair] == truth[pair] ? 1 : 0));
                if (!Scene.MayHold(test[scene][pairs[pair].One], test[scene][pairs[pair].Other]))
                    continue;
                (holdable, held) = (holdable + 1, held + (predicted[pair] == truth[pair] ? 1 : 0));
            }
            relations += truth.Count(relation => relation > 0);
            int[] likely = [.. Enumerable.Range(0, pairs.Length).OrderByDescending(pair => of[pair].Skip(1).Max())];
            for (var i = 0; i < Most.Length; i++)
                found[i] += likely.Take(Most[i]).Count(pair => truth[pair] > 0
                    && truth[pair] == 1 + Enumerable.Range(0, SceneRow.RelationCount - 1).MaxBy(at => of[pair][at + 1]));
        }
        return new(right / (double)count, held / (double)Math.Max(1, holdable), [.. found.Select(of => of / (double)relations)], seconds,
            model.Info.Verification!.LargestDifference) { Predicted = all };
    }
}
