using System.Diagnostics;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace Quickstart;

/// <summary>What a run came to.</summary>
internal sealed record Result(
    string Data, string Task, string Network, int Seed, ClassificationMetrics Metrics, double TrainSeconds, int Epochs,
    double OnnxMaxDifference, double RowsPerSecond);

/// <summary>One run from data to scores: train, evaluate, export, save, load, and compare all ways to score.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, DataSet data, string network, int seed, Options options, bool pretrained, bool isOneOfSeveral)
    {
        // 0. Weights to start from, learned without labels.
        var start = pretrained
            ? TrainerChoice.Pretrain(
                ml, data, network, seed, options, epoch => Console.WriteLine($"  {epoch}  perplexity {epoch.Perplexity:0.0}"))
            : null;
        if (start is not null)
            Console.WriteLine("Pre-trained on masked tokens of the training rows; now with labels:");

        // 1. Train, as part of an ordinary pipeline.
        var trainer = TrainerChoice.Make(ml, data, network, seed, options, start, epoch => Console.WriteLine($"  {epoch}"));
        var pipeline = data.Preparation.Append(trainer);
        var clock = Stopwatch.StartNew();
        var model = pipeline.Fit(data.Train);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.LastTransformer;

        // 2. Metrics on rows that training has not seen. Classes that training rows lack are wrong, and are counted.
        var scored = model.Transform(data.Test);
        var metrics = data.Task == TaskKind.Tagging ? ml.Sequences().EvaluateTagging(scored, missingLabelsAreWrong: true)
            : ml.Sequences().EvaluateClassification(scored);
        Report.Training(seconds, trained.History);
        Report.Metrics(metrics, data);

        // 3. The network as an ONNX file, the pipeline as ML.NET's model.zip.
        var name = start is null ? network : $"{network}_pretrained";
        var file = isOneOfSeveral ? name : "model";
        string onnx = Path.Combine(options.Folder, $"{file}.onnx"), zip = Path.Combine(options.Folder, $"{file}.zip");
        trained.ExportToOnnx(onnx);
        ml.Model.SaveWhole(model, data.Train.Schema, zip);

        // 4. Pictures: the losses, and which classes are taken for which.
        var picture = Path.Combine(options.Folder, name);
        // An output layer in closed form has one epoch: no curve.
        if (trained.History.Epochs.Count > 1)
            LossCurves.Write($"{picture}-loss", $"{data.Name}, {name}: loss", "nats", trained.History.Epochs);
        HeatMap.WriteConfusion($"{picture}-confusion", $"{data.Name}, {name}: test {data.Unit}", metrics);

        // 5. Four ways to the same scores.
        var reference = Scores.Read("the trained pipeline, in batches", scored);
        Scores[] others =
        [
            Scores.Read(
                $"{file}.onnx, in batches",
                data.Preparation.Append(ml.Transforms.ApplySequenceModel(onnx)).Fit(data.Train).Transform(data.Test)),
            Scores.Read($"{file}.zip as ours, in batches", new MLContext().Model.LoadSequenceGraph(zip, out _).Transform(data.Test)),
            Scores.Read($"{file}.zip as stock ML.NET", new MLContext().Model.Load(zip, out _).Transform(data.Test)),
        ];
        var verified = trained.Info.Verification!.LargestDifference;
        Report.Scores(options.Folder, file, verified, reference, others);
        return new(
            data.Name, data.Task.ToString().ToLowerInvariant(), name, seed, metrics, seconds, trained.History.Epochs.Count,
            others.Select(scores => scores.DifferenceTo(reference)).Append(verified).Max(), others[0].RowsPerSecond);
    }
}
