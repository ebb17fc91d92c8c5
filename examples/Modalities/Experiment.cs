using System.Diagnostics;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Modalities.Data;

namespace Modalities;

/// <summary>What a run came to.</summary>
/// <param name="Accuracy">On the test rows.</param>
/// <param name="Alone">Of a network trained on the main input alone.</param>
/// <param name="Without">On the test rows without one of their inputs.</param>
/// <param name="TrainSeconds">The training with all inputs.</param>
/// <param name="OnnxMaxDifference">Largest difference of scores of the saved forms, and of the training graph.</param>
internal sealed record Result(double Accuracy, double Alone, IReadOnlyDictionary<string, double> Without, double TrainSeconds,
    double OnnxMaxDifference);

/// <summary>One run: train on all inputs and on the main one, evaluate with and without inputs, export and save.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, ModalSet data, int seed, Options given)
    {
        // 1. Train, as part of an ordinary pipeline: words become keys, everything else is read as it is.
        IDataView train = data.View(ml, data.Train), test = data.View(ml, data.Test);
        var hasText = data.Inputs.Contains(nameof(ModalRow.Text));
        IEstimator<ITransformer> prepared = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ModalRow.Answer));
        if (hasText)
            prepared = prepared.Append(ml.Transforms.Text.TokenizeIntoWords("Words", nameof(ModalRow.Text)))
                .Append(ml.Transforms.Conversion.MapValueToKey("Words", "Words", maximumNumberOfKeys: 10_000));
        var clock = Stopwatch.StartNew();
        var options = Choose(data, data.Inputs, seed, given);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        var model = prepared.Append(ml.Sequences().Classification(options)).Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.LastTransformer;

        // 2. The test rows, whole and without one of their inputs; and what the main input says by itself.
        var scored = model.Transform(test);
        var metrics = ml.Sequences().EvaluateClassification(scored);
        Console.WriteLine($"Trained in {seconds:0.0} s. Test rows: accuracy {metrics.MicroAccuracy:0.0000}.");
        var without = data.Inputs.Length < 2 ? [] : data.Inputs.ToDictionary(input => input.ToLowerInvariant(), input =>
            Accuracy(ml, model, data, [.. data.Test.Select(row => row.Without(input)).Where(row => HasAny(row, data))]));
        foreach (var (input, accuracy) in without)
            Console.WriteLine($"  without {input}: {accuracy:0.0000}");
        var main = data.Inputs[0];
        ModalRow[] alone = [.. data.Train.Where(row => HasAny(row, data with { Inputs = [main] }))];
        var few = prepared.Append(ml.Sequences().Classification(Choose(data, [main], seed, given))).Fit(data.View(ml, alone));
        var byMain = Accuracy(ml, few, data, [.. data.Test.Where(row => HasAny(row, data with { Inputs = [main] }))]);
        Console.WriteLine($"  trained on {main.ToLowerInvariant()} alone: {byMain:0.0000}");

        // 3. The network as an ONNX file, the pipeline as ML.NET's model.zip, and the same scores from both.
        string onnx = Path.Combine(given.Folder, $"{data.Name}.onnx"), zip = Path.Combine(given.Folder, $"{data.Name}.zip");
        trained.ExportToOnnx(onnx);
        ml.Model.SaveWhole(model, train.Schema, zip);
        var keyed = scored.Schema;
        var difference = new[]
        {
            ml.Transforms.ApplySequenceModel(onnx, options.SequenceColumnName).Fit(scored).Transform(scored),
            new MLContext().Model.Load(zip, out _).Transform(test),
        }.Max(view => ScoreDifference.Of(scored, view));
        difference = Math.Max(difference, trained.Info.Verification!.LargestDifference);
        var picture = Path.Combine(given.Folder, data.Name);
        LossCurves.Write($"{picture}-loss", $"{data.Name}: loss", "nats", trained.History.Epochs);
        HeatMap.WriteConfusion($"{picture}-confusion", $"{data.Name}: test rows", metrics);
        Console.WriteLine($"{data.Name}.onnx, {data.Name}.zip and pictures are in {given.Folder}; largest difference of their scores "
            + $"{difference:0.0e+0}.");
        return new(metrics.MicroAccuracy, byMain, without, seconds, difference);
    }

    // Any input that is there, with a word that training knows.
    private static bool HasAny(ModalRow row, ModalSet data) => data.Inputs.Any(input => input switch
    {
        nameof(ModalRow.Text) => row.Text.Length > 0,
        nameof(ModalRow.Picture) => !float.IsNaN(row.Picture[0]),
        nameof(ModalRow.Series) => row.Series.Length > 0,
        _ => !float.IsNaN(row.Table[0]),
    });

    private static double Accuracy(MLContext ml, ITransformer model, ModalSet data, ModalRow[] rows) => rows.Length == 0 ? double.NaN
        : ml.Sequences().EvaluateClassification(model.Transform(data.View(ml, rows))).MicroAccuracy;

    private static SequenceClassificationTrainer.Options Choose(ModalSet data, string[] inputs, int seed, Options given)
    {
        var hidden = given.Hidden ?? 64;
        var epochs = given.Epochs ?? Math.Clamp(240_000 / data.Train.Length, 8, 60);
        var batch = given.BatchSize ?? (data.Train.Length < 2000 ? 16 : 64);
        var steps = (long)epochs * ((data.Train.Length + batch - 1) / batch);
        InputColumn Column(string input) => input switch
        {
            nameof(ModalRow.Picture) => InputColumn.Image(input, data.Size!),
            nameof(ModalRow.Series) => InputColumn.Series(input, 1),
            nameof(ModalRow.Table) => InputColumn.Vector(input),
            _ => InputColumn.Tokens("Words", hidden),
        };
        return new()
        {
            SequenceColumnName = inputs[0] == nameof(ModalRow.Text) ? "Words" : inputs[0],
            Inputs = [.. inputs[1..].Select(Column)],
            EmbeddingSize = hidden,
            Network = SequenceNetwork.Multimodal(new()
            {
                Transformer = new()
                {
                    Hidden = hidden, Layers = given.Layers ?? 3, Heads = 4, FeedForwardSize = 2 * hidden,
                    Activation = FeedForwardActivation.Gelu, Dropout = given.Dropout ?? 0,
                },
                Image = inputs[0] == nameof(ModalRow.Picture) ? data.Size : null,
                // A token for each quarter of a generated picture.
                Patch = given.Patch ?? (data.Name == "questions" ? data.Size!.Height / 2 : null),
                InputDropout = given.Hide ?? 0.1f,
            }),
            Epochs = epochs,
            BatchSize = batch,
            LearningRate = given.LearningRate ?? 2e-3f,
            Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f },
            Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine()),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(given.Threads),
            StopToken = given.StopToken,
            CancellationToken = given.CancellationToken,
        };
    }
}
