using System.Diagnostics;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using Recommendation.Data;

namespace Recommendation;

/// <summary>Runs: train, rank or predict, recommend, export, save and load.</summary>
internal static class Experiment
{
    /// <summary>Each user's last item among all that the user doesn't have.</summary>
    internal static void Items(MLContext ml, RatingData data, string network, int seed, Options options, Dictionary<string, double> figures)
    {
        var (train, test) = data.LastItem();
        var rows = ml.Data.LoadFromEnumerable(train);
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().Recommendation(Trainers.OfItems(network, seed, Features(ml, data, options), options)).Fit(rows);
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = model.Evaluate(ml.Data.LoadFromEnumerable(test), 10, 20);
        Console.WriteLine($"{data.Name}, {network}, seed {seed}: HR@10 {metrics.AtK[0].HitRate:0.0000}, NDCG@10 "
            + $"{metrics.AtK[0].NormalizedDiscountedCumulativeGain:0.0000}, recall@20 {metrics.AtK[1].Recall:0.0000}; {seconds:0.0} s; the "
            + $"most popular items: HR@10 {Baselines.PopularHits(train, test):0.0000}");

        // The same user, and one who is new and has only the last five of those items.
        var user = test[0].User;
        string[] owned = [.. train.Where(row => row.User == user).Select(row => row.Item)];
        string Named(IReadOnlyList<ScoredAnswer> items) =>
            string.Join(", ", items.Select(item => data.Titles.GetValueOrDefault(item.Id, item.Id)));
        Console.WriteLine($"user {user}: {Named(model.Recommend(user, 3))}; a new one with five of the items: "
            + Named(model.RecommendFor(owned[^Math.Min(5, owned.Length)..], 3)));

        model.ExportBestItems(Path.Combine(options.Folder, "items.onnx"), Math.Min(10, model.ItemCount));
        Add(figures, "hr_at_10", metrics.AtK[0].HitRate);
        Add(figures, "ndcg_at_10", metrics.AtK[0].NormalizedDiscountedCumulativeGain);
        Add(figures, "recall_at_20", metrics.AtK[1].Recall);
        Add(figures, "train_seconds", seconds);
        Add(figures, "onnx_max_difference", Files(ml, model, rows, ml.Data.LoadFromEnumerable(test), "pairs", options));
    }

    /// <summary>Each user's last tenth of the ratings.</summary>
    internal static void Ratings(MLContext ml, RatingData data, int seed, Options options, Dictionary<string, double> figures)
    {
        var (train, test) = data.LastOf(0.1);
        var rows = ml.Data.LoadFromEnumerable(train);
        var tested = ml.Data.LoadFromEnumerable(test);
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().Recommendation(Trainers.OfRatings(seed, Features(ml, data, options), options)).Fit(rows);
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = ml.Regression.Evaluate(model.Transform(tested));
        Console.WriteLine($"{data.Name}, ratings, seed {seed}: RMSE {metrics.RootMeanSquaredError:0.0000}; {seconds:0.0} s; means of users "
            + $"and items alone: {Baselines.BiasError(train, test):0.0000}");
        Add(figures, "rmse", metrics.RootMeanSquaredError);
        Add(figures, "rating_train_seconds", seconds);
        Add(figures, "rating_onnx_max_difference", Files(ml, model, rows, tested, "ratings", options));
    }

    private static IDataView? Features(MLContext ml, RatingData data, Options options) =>
        options.IgnoresFeatures ? null : data.Features?.View(ml);

    // Summed over the seeds.
    private static void Add(Dictionary<string, double> figures, string name, double value) =>
        figures[name] = figures.GetValueOrDefault(name) + value;

    private static double Files(
        MLContext ml, RecommendationTransformer model, IDataView train, IDataView test, string name, Options options)
    {
        string zip = Path.Combine(options.Folder, name + ".zip");
        model.ExportToOnnx(Path.Combine(options.Folder, name + ".onnx"));
        ml.Model.Save(model, train.Schema, zip);
        var difference = Math.Max(model.Info.Verification!.LargestDifference,
            ScoreDifference.Of(model.Transform(test), new MLContext().Model.Load(zip, out _).Transform(test)));
        Console.WriteLine($"{name}.onnx and {name}.zip are in {options.Folder}; largest difference of all ways to score: "
            + $"{difference:0.0e+0}");
        return difference;
    }
}
