using System.Diagnostics;
using Examples;
using Handwriting.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Handwriting;

/// <summary>What a test came to: read greedily, and by beam search with a model of characters.</summary>
internal sealed record Tested(string Name, TranscriptionMetrics Greedy, TranscriptionMetrics Beam);

/// <summary>What a run came to.</summary>
internal sealed record Result(string Data, string Network, int Seed, IReadOnlyList<Tested> Tests, double TrainSeconds, int Epochs,
    double OnnxMaxDifference)
{
    /// <summary>What a network came to that writes, and whose lines this one read; null without one.</summary>
    internal WriterResult? Writer { get; init; }
}

/// <summary>Trains a reader of handwriting in a pipeline, exports it, reads the test lines and draws one.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, WritingData data, string network, int seed, bool writes, Options asked)
    {
        IDataView View(IReadOnlyList<Writing> rows) => ml.Data.LoadFromEnumerable(rows);
        var preparation = ml.Transforms.FeaturizeStrokes("Features", "Pen", new() { Spacing = data.Spacing })
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Characters")).Fit(View(data.Train));
        var (train, validation) = (preparation.Transform(View(data.Train)), preparation.Transform(View(data.Validation)));
        int hidden = asked.Hidden ?? 64, layers = asked.Layers ?? 2;
        var dropout = asked.Dropout ?? 0.2f;
        RecurrentOptions units = network == "gru"
            ? new GruOptions { Hidden = hidden, Layers = layers, Bidirectional = true, Dropout = dropout }
            : new LstmOptions { Hidden = hidden, Layers = layers, Bidirectional = true, Dropout = dropout };
        SequenceAlignmentTrainer.Options options = new()
        {
            Network = asked.Subsampling == 1 ? SequenceNetwork.Recurrent(units)
                : SequenceNetwork.Custom($"bidirectional {units.Name}", (builder, x) =>
                    new(builder.Recurrent(x.Subsample(2 * hidden, asked.Subsampling), units).Output), asked.Subsampling),
            OutputDropout = dropout,
            Epochs = asked.Epochs ?? (data.Spacing > 0 ? 16 : 12),
            BatchSize = asked.BatchSize ?? 32,
            LearningRate = asked.LearningRate ?? 4e-3f,
            Schedule = LearningRateSchedule.WarmUp(50, LearningRateSchedule.Cosine(0.02f)),
            Optimizer = new Adam { WeightDecay = asked.WeightDecay ?? 1e-4f },
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(asked.Threads),
            StopToken = asked.StopToken,
            CancellationToken = asked.CancellationToken,
            OnEpoch = epoch => Console.WriteLine($"  {epoch}"),
        };
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().Alignment(options).Fit(train, validation);
        var seconds = clock.Elapsed.TotalSeconds;
        model.ExportToOnnx(Path.Combine(asked.Folder, "model.onnx"));
        ml.Model.SaveWhole(preparation.Append(model), View(data.Train).Schema, Path.Combine(asked.Folder, "model.zip"));

        var reader = new Reader(ml, preparation, model, data.Train, asked.Beam);
        Tested[] tests = [.. data.Tests.Select(test => reader.Test(test.Name, test.Rows))];
        foreach (var test in tests)
            Console.WriteLine($"  {test.Name}: CER {test.Greedy.CharacterErrorRate:P2}, with beam search "
                + $"{test.Beam.CharacterErrorRate:P2}");
        LossCurves.Write(Path.Combine(asked.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "nats per character",
            model.History.Epochs);
        for (var i = 0; i < Math.Min(2, data.Tests[0].Rows.Count); i++)
            WritingPicture.Write(Path.Combine(asked.Folder, $"{network}-writing{i + 1}"), reader, data.Tests[0].Rows[i]);
        return new(data.Name, network, seed, tests, seconds, model.History.Epochs.Count, model.Info.Verification!.LargestDifference)
        {
            Writer = writes ? Writer.Run(ml, data, seed, reader, asked) : null,
        };
    }
}
