using System.Diagnostics;
using Examples;
using LatentGraph.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;

namespace LatentGraph;

/// <summary>Infers links from motions.</summary>
internal static class Inference
{
    internal const string None = "none";

    internal static readonly string[] Names = ["nri", None];

    /// <summary>What was inferred.</summary>
    /// <param name="Probabilities">Of each pair of each test motion, [to, from].</param>
    /// <param name="Accuracy">The share of the pairs that are told right; null where the truth isn't known.</param>
    /// <param name="Error">Root mean square of the predictions' errors.</param>
    /// <param name="Seconds">Of training.</param>
    /// <param name="Difference">The largest between the trained and the exported network.</param>
    internal sealed record Result(float[][,] Probabilities, double? Accuracy, double Error, double Seconds, double Difference);

    internal static Result Run(MLContext ml, MotionSet data, string network, int seed, Options options)
    {
        var hasPairs = network != None;
        IDataView Rows(Motion[] motions) => ml.Data.LoadFromEnumerable((MotionRow[])[.. motions.Select(motion =>
            MotionRow.Of(motion, data.FeaturesPerStep, hasPairs))]);
        var steps = data.Training[0].Times.Length;
        var hidden = options.Hidden ?? 32;
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options
        {
            Columns = new() { NodeFeatureCount = steps * data.FeaturesPerStep },
            FeaturesPerStep = data.FeaturesPerStep,
            TargetsPerNode = (steps - 1) * data.FeaturesPerStep,
            Network = GraphNetwork.RelationalInference(new()
            {
                FeaturesPerStep = data.FeaturesPerStep, Hidden = hidden, PredictionSteps = options.PredictionSteps,
                // Charges act on each other whatever the kind.
                FirstIsNoEdge = options.Data is not null || options.Task == "springs",
            }),
            OutputAttention = true,
            GradientClipNorm = 1,
            ValidationData = Rows(data.Validation),
        }.With(options, seed, new(50, 16, 0.003f, 0, LinesEvery: 10))).Fit(Rows(data.Training));
        var seconds = clock.Elapsed.TotalSeconds;
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "squared error",
            model.History.Epochs);
        var test = Rows(data.Test);
        var scored = model.Transform(test);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")], labels = [.. scored.GetColumn<float[]>("Label")];
        var error = Math.Sqrt(scores.Zip(labels).Average(row => row.First.Zip(row.Second).Average(pair =>
            (double)(pair.First - pair.Second) * (pair.First - pair.Second))));
        float[][,] probabilities = [.. scored.GetColumn<float[]>("Attention").Select((edges, i) =>
            Pairs(edges, data.Test[i].Times[0].Length / data.FeaturesPerStep))];
        return new(probabilities, hasPairs ? Accuracy(probabilities, data.Test) : null, error, seconds,
            model.Info.Verification!.LargestDifference);
    }

    // In the order of all pairs: those that end at the first body come first.
    private static float[,] Pairs(float[] edges, int bodies)
    {
        var pairs = new float[bodies, bodies];
        var edge = 0;
        for (var to = 0; to < bodies && edges.Length > 0; to++)
            for (var from = 0; from < bodies; from++)
                if (from != to)
                    pairs[to, from] = edges[edge++];
        return pairs;
    }

    /// <summary>
    /// The share of the pairs that are told right; null without truth. Which of two kinds is called the first is arbitrary where both have
    /// messages: the better way round counts, for all motions at once.
    /// </summary>
    internal static double? Accuracy(float[][,] probabilities, Motion[] motions)
    {
        long right = 0, count = 0;
        foreach (var (found, motion) in probabilities.Zip(motions))
            if (motion.IsLinked is { } isLinked)
                for (var to = 0; to < isLinked.GetLength(0); to++)
                    for (var from = 0; from < isLinked.GetLength(0); from++)
                        if (from != to)
                            (right, count) = (right + (found[to, from] > 0.5f == isLinked[to, from] ? 1 : 0), count + 1);
        return count == 0 ? null : Math.Max(right, count - right) / (double)count;
    }

    /// <summary>
    /// What a threshold on the correlation of two bodies' motions tells; the threshold is the best one for the test itself.
    /// </summary>
    internal static double? OfCorrelation(MotionSet data)
    {
        (double Correlation, bool IsLinked)[] pairs = [.. data.Test.Where(motion => motion.IsLinked is not null).SelectMany(motion =>
        {
            var bodies = motion.Times[0].Length / data.FeaturesPerStep;
            return Enumerable.Range(0, bodies).SelectMany(to => Enumerable.Range(0, to).Select(from =>
                (Correlation(motion, data.FeaturesPerStep, to, from), motion.IsLinked![to, from])));
        }).OrderBy(pair => pair.Item1)];
        if (pairs.Length == 0)
            return null;
        var below = 0;
        var linked = pairs.Count(pair => pair.IsLinked);
        var best = Math.Max(linked, pairs.Length - linked);
        for (var i = 0; i < pairs.Length; i++)
        {
            below += pairs[i].IsLinked ? 1 : 0;
            // Those up to here have no link, or all have one.
            var right = i + 1 - below + (linked - below);
            best = Math.Max(best, Math.Max(right, pairs.Length - right));
        }
        return best / (double)pairs.Length;
    }

    private static double Correlation(Motion motion, int each, int a, int b)
    {
        double together = 0, ofA = 0, ofB = 0;
        for (var feature = 0; feature < each; feature++)
        {
            double meanA = motion.Times.Average(time => time[a * each + feature]), meanB = motion.Times.Average(time =>
                time[b * each + feature]);
            foreach (var time in motion.Times)
            {
                double x = time[a * each + feature] - meanA, y = time[b * each + feature] - meanB;
                (together, ofA, ofB) = (together + x * y, ofA + x * x, ofB + y * y);
            }
        }
        return together / Math.Sqrt(Math.Max(1e-30, ofA * ofB));
    }
}
