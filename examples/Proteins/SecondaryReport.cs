using Examples;
using Microsoft.ML;
using Proteins.Data;

namespace Proteins;

/// <summary>Runs all networks of secondary structure and says what they reached.</summary>
internal static class SecondaryReport
{
    internal static void Run(MLContext ml, ChainData data, Options options, Figures figures)
    {
        data.RequireTwo(chain => chain.States!.Where(state => state != '?'), "states");
        string[] networks = options.Networks ?? [Options.Default];
        var windows = NaiveBayes.Q3(data.Train, data.Test);
        Console.WriteLine($"  {"naive Bayes over windows",-26} Q3 {windows:0.0000}");
        figures.Add(networks[0], "naive_bayes_q3", windows);
        foreach (var network in networks)
        {
            var results = new List<SecondaryStructure.Result>();
            for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            {
                var result = SecondaryStructure.Run(ml, data, network, seed, options);
                results.Add(result);
                Console.WriteLine($"  {network,-26} Q3 {result.Q3:0.0000} ({result.Single:0.0000} by one network), helices "
                    + $"{result.Recall[0]:0.000}, strands {result.Recall[1]:0.000}, others {result.Recall[2]:0.000}; validation "
                    + $"{result.Validation:0.0000}; {result.Seconds:0.0} s, seed {seed}");
            }
            figures.Add(network, "seeds", results.Count);
            figures.Add(network, "q3", results.Average(result => (double?)result.Q3));
            figures.Add(network, "q3_single", results.Average(result => (double?)result.Single));
            figures.Add(network, "q3_validation", results.Average(result => (double?)result.Validation));
            figures.Add(network, "train_seconds", results.Average(result => (double?)result.Seconds));
            figures.Add(network, "onnx_max_difference", results.Max(result => (double?)result.Difference));
        }
    }
}
