using System.Diagnostics;
using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GraphQuickstart;

/// <summary>What a run came to.</summary>
internal sealed record Result(string Data, string Network, int Seed, MulticlassClassificationMetrics Metrics, int Wrong, double TrainSeconds, int Epochs, double OnnxMaxDifference);

/// <summary>One run from data to scores: train, evaluate, export, save, load, and draw.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, NodeData data, string network, int seed, Options options, string folder)
    {
        // 1. Train, as part of an ordinary pipeline.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(NodeRow.Class))
            .Append(TrainerChoice.Make(ml, data, network, seed, options, Report.Epoch));
        var clock = Stopwatch.StartNew();
        var model = pipeline.Fit(data.Nodes);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.LastTransformer;

        // 2. ML.NET's own metrics on the nodes of the test split.
        var scored = model.Transform(data.Nodes);
        var test = ml.Data.FilterByCustomPredicate<Scored>(scored, row => row.Split != "test");
        var metrics = ml.MulticlassClassification.Evaluate(test);
        var predicted = ml.Transforms.Conversion.MapKeyToValue("PredictedClass", "PredictedLabel").Fit(scored).Transform(scored).GetColumn<string>("PredictedClass").ToArray();
        var wrong = data.Rows.Where((node, i) => node.Split == "test" && node.Class != predicted[i]).Count();
        Report.Metrics(seconds, metrics, wrong);

        // 3. The network as an ONNX file; what it says of these nodes as ML.NET's model.zip, which any program can load.
        string onnx = Path.Combine(folder, "model.onnx"), zip = Path.Combine(folder, "model.zip");
        trained.ExportToOnnx(onnx);
        ml.Model.Save(model, data.Nodes.Schema, zip);
        var loaded = new MLContext().Model.Load(zip, out _).Transform(data.Nodes);
        var difference = Math.Max(trained.Info.Verification!.LargestDifference, Difference(scored, loaded));
        Report.Files(folder, trained.Info.Verification.LargestDifference, difference);

        // 4. A picture.
        if (data.Rows.Count <= Picture.MostNodes)
        {
            var picture = Path.Combine(folder, "graph.svg");
            Picture.Write(picture, $"{data.Name}: {network.ToUpperInvariant()}, {wrong} of {data.Rows.Count(node => node.Split == "test")} nodes wrong", data, predicted);
            Console.WriteLine($"The graph is drawn in {picture}");
        }
        return new(data.Name, network, seed, metrics, wrong, seconds, trained.History.Epochs.Count, difference);
    }

    private static double Difference(IDataView left, IDataView right) =>
        left.GetColumn<float[]>("Score").Zip(right.GetColumn<float[]>("Score"), (a, b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max()).Max();

    private sealed class Scored
    {
        public string Split { get; set; } = "";
    }
}
