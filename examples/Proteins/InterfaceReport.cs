using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using Proteins.Data;

namespace Proteins;

/// <summary>Tells which residues of a chain touch the partner that it is docked to, from the chain alone.</summary>
internal static class InterfaceReport
{
    private const int MostDrawn = 220;

    private sealed class Ranked
    {
        public bool Label { get; set; }

        public float Score { get; set; }
    }

    internal static void Run(MLContext ml, ChainData data, Options options, Figures figures, string network, bool isAlone)
    {
        var random = new Random(1);
        Complex[][] parts = [.. ((Chain[][])[data.Train, data.Validation, data.Test]).Select(chains => chains.Select(chain =>
            Docking.Dock(chain, chains[random.Next(chains.Length)], random)).ToArray())];
        foreach (var (part, complexes) in data.Parts.Zip(parts, (part, complexes) => (part.Name, complexes)))
            if (part != "val" && complexes.SelectMany(Touching).Distinct().ToArray() is [var all])
                throw new InvalidDataException($"{data.Name}: {(all ? "all residues" : "no residues")} of the chains of {part} touch the "
                    + "partner that they are docked to, expected some that do and some that don't.");
        var test = parts[2];
        var share = test.Sum(one => one.IsInterface.Count(near => near)) / (double)test.Sum(one => one.Chain.Length);
        var exposure = Metrics(ml, test, test.Select(one => Enumerable.Range(0, one.Chain.Length).Select(residue =>
            -(float)ResidueRow.Crowding(one.Chain, residue)).ToArray()));
        Console.WriteLine($"  chains docked by a rule: {100 * share:0.0} % of the residues touch the partner");
        Print("few neighbors", exposure);
        List<(BinaryClassificationMetrics With, BinaryClassificationMetrics Without, double Seconds, double Difference)> runs = [];
        float[][]? first = null;
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var with = Train(ml, parts, hasEdges: true, seed, options);
            var without = Train(ml, parts, hasEdges: false, seed, options);
            first ??= with.Scores;
            runs.Add((with.Metrics, without.Metrics, with.Seconds, Math.Max(with.Difference, without.Difference)));
            Print($"residue graph, seed {seed}", with.Metrics);
            Print("each residue by itself", without.Metrics);
        }
        // Of those that can be seen the complex in the middle, neither the best nor the worst.
        var drawn = test.Zip(first ?? []).Where(one => one.First.Chain.Length <= MostDrawn
            && Touching(one.First).Distinct().Count() == 2).Select(one => (one.First, one.Second,
            Curve: Metrics(ml, [one.First], [one.Second]).AreaUnderRocCurve)).OrderBy(one => one.Curve).ToArray();
        if (drawn.Length > 0)
            InterfacePicture.Write(Path.Combine(options.Folder, "interfaces"), drawn[drawn.Length / 2].First,
                drawn[drawn.Length / 2].Second, drawn[drawn.Length / 2].Curve);
        figures.Add(network, "interface_share", share);
        figures.Add(network, "exposure_interface_auc", exposure.AreaUnderRocCurve);
        figures.Add(network, "interface_auc", runs.Average(run => (double?)run.With.AreaUnderRocCurve));
        figures.Add(network, "interface_average_precision", runs.Average(run => (double?)run.With.AreaUnderPrecisionRecallCurve));
        figures.Add(network, "none_interface_auc", runs.Average(run => (double?)run.Without.AreaUnderRocCurve));
        figures.Add(network, "none_interface_average_precision", runs.Average(run => (double?)run.Without.AreaUnderPrecisionRecallCurve));
        var prefix = isAlone ? "" : "interface_";
        figures.Add(network, $"{prefix}train_seconds", runs.Average(run => (double?)run.Seconds));
        figures.Add(network, $"{prefix}onnx_max_difference", runs.Max(run => (double?)run.Difference));

        static void Print(string name, BinaryClassificationMetrics metrics) => Console.WriteLine($"  {name,-26} AUC "
            + $"{metrics.AreaUnderRocCurve:0.000}, area under precision and recall {metrics.AreaUnderPrecisionRecallCurve:0.000}");
    }

    private static (BinaryClassificationMetrics Metrics, float[][] Scores, double Seconds, double Difference) Train(MLContext ml,
        Complex[][] parts, bool hasEdges, int seed, Options options)
    {
        IDataView Rows(Complex[] chains) => ml.Data.LoadFromEnumerable(chains.Select(one =>
            ResidueRow.Of(one.Chain, one.IsInterface, hasEdges)).ToList());
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeClassification(new GraphNodeClassificationTrainer.Options
        {
            Columns = ResidueRow.Columns,
            Network = GraphNetwork.GatedGcn(options.Hidden ?? 32, options.Layers ?? 3, options.Dropout ?? 0.1f),
            Hidden = options.Hidden ?? 32,
            ValidationData = Rows(parts[1]),
            EarlyStoppingPatience = 6,
        }.With(options, seed, new(15, 8, 0.003f, LinesEvery: 5))).Fit(Rows(parts[0]));
        var seconds = clock.Elapsed.TotalSeconds;
        // The second of each residue's two probabilities.
        float[][] scores = [.. model.Transform(Rows(parts[2])).GetColumn<float[]>("Score").Select(row =>
            row.Where((_, i) => i % 2 == 1).ToArray())];
        var name = hasEdges ? "interfaces" : "interfaces-none";
        model.ExportToOnnx(Path.Combine(options.Folder, $"{name}.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{name}-loss"), $"{name}: loss", "nats per residue", model.History.Epochs);
        return (Metrics(ml, parts[2], scores), scores, seconds, model.Info.Verification!.LargestDifference);
    }

    // Of the residues whose places are known.
    private static IEnumerable<bool> Touching(Complex one) => one.IsInterface.Where((_, residue) =>
        one.Chain.HasPlaces(residue, residue));

    private static BinaryClassificationMetrics Metrics(MLContext ml, Complex[] test, IEnumerable<float[]> scores) =>
        ml.BinaryClassification.EvaluateNonCalibrated(ml.Data.LoadFromEnumerable(test.Zip(scores).SelectMany(of =>
            Enumerable.Range(0, of.First.Chain.Length).Where(residue => of.First.Chain.HasPlaces(residue, residue)).Select(residue =>
                new Ranked { Label = of.First.IsInterface[residue], Score = of.Second[residue] })).ToList()),
            predictedLabelColumnName: nameof(Ranked.Label));
}
