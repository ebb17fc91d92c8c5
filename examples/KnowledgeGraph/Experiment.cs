using System.Diagnostics;
using Examples;
using KnowledgeGraph.Data;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace KnowledgeGraph;

/// <summary>What a run came to.</summary>
internal sealed record Result(string Network, int Seed, IReadOnlyList<(string Name, KnowledgeGraphMetrics Metrics)> Tests, double Seconds,
    double TriplesPerSecond, double OnnxMaxDifference);

/// <summary>One run: train, rank the test triples, ask a question, export, save and load.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, TripleData data, string network, int seed, Options options)
    {
        // 1. Relations become keys, the triples of all files by those of the training triples.
        var keys = ml.Transforms.Conversion.MapValueToKey("Relation").Fit(ml.Data.LoadFromEnumerable(data.Train));
        IDataView View(IEnumerable<TripleRow> rows) => keys.Transform(ml.Data.LoadFromEnumerable(rows));
        IDataView train = View(data.Train), valid = View(data.Valid);
        var chosen = NetworkChoice.Of(ml, network, data, seed, options);
        chosen.ValidationData = options.Validates && data.Valid.Count > 0 ? valid : null;

        // 2. Train.
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().KnowledgeGraph(chosen).Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var epochs = model.History.Epochs;
        var perSecond = epochs.Sum(epoch => epoch.Rows) / epochs.Sum(epoch => epoch.Seconds);
        Console.WriteLine($"Trained in {seconds:0.0} s, {epochs.Count} {(epochs.Count == 1 ? "epoch" : "epochs")}, {perSecond:N0} triples "
            + "per second.");

        // 3. Rank: triples of all files are known, and don't count against the one that is asked for.
        IDataView[] known = [valid, .. data.Tests.Select(test => View(test.Triples))];
        (string Name, KnowledgeGraphMetrics Metrics)[] tests = [.. data.Tests.Select(test =>
            (test.Name, model.Evaluate(View(test.Triples), known)))];
        foreach (var (name, metrics) in tests)
            Report.Ranks(data.Name, network, seed, name, metrics);
        if (options.ShowsRelations)
            Console.Write(tests[0].Metrics);

        // 4. A question: the answers that aren't in the training triples.
        var asked = data.Tests[0].Triples[0];
        Report.Answers(asked, model.PredictTails(asked.Head, asked.Relation, 3));

        // 5. Files: scores of triples, best tails, and a model for ML.NET, which scores triples as this one does.
        string folder = options.Folder, zip = Path.Combine(folder, "model.zip");
        model.ExportToOnnx(Path.Combine(folder, "triples.onnx"));
        model.ExportBestAnswers(Path.Combine(folder, "tails.onnx"), Math.Min(10, model.EntityCount));
        ml.Model.Save(model, train.Schema, zip);
        var rows = View(data.Tests[0].Triples.Take(1000));
        var difference = Math.Max(model.Info.Verification!.LargestDifference, ScoreDifference.Of(
            model.Transform(rows), new MLContext().Model.Load(zip, out _).Transform(rows)));
        Report.Files(folder, difference);
        return new(network, seed, tests, seconds, perSecond, difference);
    }
}
