using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace GraphQuickstart;

/// <summary>What a run came to.</summary>
internal sealed record Result(
    string Data, string Network, int Seed, ClassificationMetrics Metrics, int Wrong, double TrainSeconds, int Epochs,
    double OnnxMaxDifference);

/// <summary>One run from data to scores: train, evaluate, export, save, load, and draw.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, NodeData data, string network, int seed, Options options)
    {
        // 1. Train, as part of an ordinary pipeline.
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(NodeRow.Class))
            .Append(TrainerChoice.Make(ml, data, network, seed, options, Report.Epoch));
        var clock = Stopwatch.StartNew();
        var model = pipeline.Fit(data.Nodes);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.LastTransformer;

        // 2. Metrics on the nodes of the test split. Classes that training nodes lack are wrong, and are counted.
        var scored = model.Transform(data.Nodes);
        var test = ml.Data.FilterByCustomPredicate<Scored>(scored, row => row.Split != "test");
        var metrics = ml.Graphs().EvaluateClassification(test);
        var named = ml.Transforms.Conversion.MapKeyToValue("PredictedClass", "PredictedLabel").Fit(scored).Transform(scored);
        var predicted = named.GetColumn<string>("PredictedClass").ToArray();
        var wrong = data.Rows.Where((node, i) => node.Split == "test" && node.Class != predicted[i]).Count();
        Report.Metrics(seconds, metrics, wrong);

        // 3. The network as an ONNX file; what it says of these nodes as ML.NET's model.zip, which any program can load.
        string onnx = Path.Combine(options.Folder, "model.onnx"), zip = Path.Combine(options.Folder, "model.zip");
        trained.ExportToOnnx(onnx);
        ml.Model.SaveWhole(model, data.Nodes.Schema, zip);
        var loaded = new MLContext().Model.Load(zip, out _).Transform(data.Nodes);
        var difference = Math.Max(trained.Info.Verification!.LargestDifference, ScoreDifference.Of(scored, loaded));
        Report.Files(options.Folder, trained.Info.Verification.LargestDifference, difference);

        // 4. Pictures: the losses, which classes are taken for which, and a small graph itself.
        var title = $"{data.Name}, {network.ToUpperInvariant()}: ";
        var picture = Path.Combine(options.Folder, network);
        LossCurves.Write($"{picture}-loss", title + "loss", "nats", trained.History.Epochs);
        HeatMap.WriteConfusion($"{picture}-confusion", title + "test nodes", metrics);
        if (data.Rows.Count <= GraphDrawing.MostNodes)
            GraphDrawing.Write(
                $"{picture}-graph", title + $"{wrong} of {data.Rows.Count(node => node.Split == "test")} test nodes wrong",
                [.. data.Rows.Zip(predicted, (node, found) =>
                    new DrawnNode(node.Id, found, node.Split == "train", node.Class.Length > 0 && node.Class != found))],
                data.EndRows());
        return new(data.Name, network, seed, metrics, wrong, seconds, trained.History.Epochs.Count, difference);
    }

    private sealed class Scored
    {
        public string Split { get; set; } = "";
    }
}
