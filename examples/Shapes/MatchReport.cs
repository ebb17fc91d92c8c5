using Examples;
using Microsoft.ML;

namespace Shapes;

/// <summary>Runs the matching of points and says what it reached beside the nearest neighbors.</summary>
internal static class MatchReport
{
    internal static void Run(MLContext ml, Options options, Figures figures, string network, bool isAlone)
    {
        List<PointMatches.Result> results = [];
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            Console.WriteLine($"two views of generated points: which are the same; matching, seed {seed}");
            var result = PointMatches.Run(ml, seed, options);
            results.Add(result);
            Console.WriteLine($"  precision {result.Found.Precision:0.0000}, recall {result.Found.Recall:0.0000}; nearest neighbors "
                + $"{result.Nearest.Precision:0.0000}, {result.Nearest.Recall:0.0000}; {result.Apart:0.00} matches of views without a "
                + $"common point; {result.Seconds:0.0} s");
        }
        figures.Add(network, "precision", results.Average(result => (double?)result.Found.Precision));
        figures.Add(network, "recall", results.Average(result => (double?)result.Found.Recall));
        figures.Add(network, "nearest_precision", results.Average(result => (double?)result.Nearest.Precision));
        figures.Add(network, "nearest_recall", results.Average(result => (double?)result.Nearest.Recall));
        figures.Add(network, "matches_of_views_apart", results.Average(result => (double?)result.Apart));
        var prefix = isAlone ? "" : "match_";
        figures.Add(network, $"{prefix}train_seconds", results.Average(result => (double?)result.Seconds));
        figures.Add(network, $"{prefix}onnx_max_difference", results.Max(result => (double?)result.Difference));
    }
}
