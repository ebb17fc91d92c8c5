using System.Diagnostics;
using Examples;
using Handwriting.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Handwriting;

/// <summary>What a network that writes came to.</summary>
/// <param name="NatsPerPoint">Minus the mean log-density of the validation lines' points, standardized.</param>
/// <param name="TrainSeconds">Time to train.</param>
/// <param name="Ended">Share of the lines that it ended by itself.</param>
/// <param name="Rates">Errors of a network that reads what was written; null without one.</param>
/// <param name="OnnxMaxDifference">Largest difference of the exported model.</param>
internal sealed record WriterResult(double NatsPerPoint, double TrainSeconds, double Ended, TranscriptionMetrics? Rates,
    double OnnxMaxDifference);

/// <summary>Trains a network that writes texts point by point (Graves 2013), draws some, and has a reader read others.</summary>
internal static class Writer
{
    private const int Judged = 100, MostPoints = 1000;
    private static readonly double[] Biases = [0, 0.5, 1, 2];

    /// <summary>A line as the network sees it.</summary>
    private sealed class Line
    {
        /// <summary>Movements across and up to each point, and 1 where the pen is lifted behind it.</summary>
        [VectorType(0, 3)]
        public float[] Pen { get; set; } = [];

        public string[] Characters { get; set; } = [];
    }

    internal static WriterResult Run(MLContext ml, WritingData data, int seed, Reader? reader, Options asked)
    {
        IDataView View(IReadOnlyList<Writing> rows) =>
            ml.Data.LoadFromEnumerable(rows.Select(row => new Line { Pen = Moves(row.Pen), Characters = row.Characters }));
        var keys = ml.Transforms.Conversion.MapValueToKey("Text", "Characters").Fit(View(data.Train));
        var train = keys.Transform(View(data.Train));
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().SeriesGeneration(new SeriesGenerationTrainer.Options
        {
            SequenceColumnName = "Pen", TextColumnName = "Text", BinaryFeatures = 1, EmbeddingSize = 32,
            Layers = new() { Hidden = asked.Hidden ?? 128, Layers = asked.Layers ?? 2, Dropout = asked.Dropout ?? 0 },
            Epochs = asked.Epochs ?? 20,
            BatchSize = asked.BatchSize ?? 32,
            LearningRate = asked.LearningRate ?? 4e-3f,
            Schedule = LearningRateSchedule.WarmUp(50, LearningRateSchedule.Cosine(0.02f)),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(asked.Threads),
            StopToken = asked.StopToken,
            CancellationToken = asked.CancellationToken,
            OnEpoch = epoch => Console.WriteLine($"  {epoch}"),
        }).Fit(train, keys.Transform(View(data.Validation)));
        var seconds = clock.Elapsed.TotalSeconds;
        model.ExportStepsToOnnx(Path.Combine(asked.Folder, "writer.onnx"));
        LossCurves.Write(Path.Combine(asked.Folder, "writer-loss"), $"{data.Name}, a network that writes: loss", "nats per point",
            model.History.Epochs);

        VBuffer<ReadOnlyMemory<char>> names = default;
        train.Schema["Text"].GetKeyValues(ref names);
        string[] known = [.. names.DenseValues().Select(name => name.ToString())];
        using var generator = model.ToGenerator();
        Writing[] Write(IReadOnlyList<Writing> texts, double bias, out int ended)
        {
            var drawn = generator.Generate([.. texts.Select(text =>
                Array.ConvertAll(text.Characters, character => Array.IndexOf(known, character) + 1L))],
                new() { Bias = bias, Seed = seed, MaximumSteps = MostPoints }, cancellation: asked.CancellationToken);
            ended = drawn.Count(line => line.Ended);
            return [.. texts.Zip(drawn, (text, line) => Writing.Of(text.Text, Places(line.Steps)))];
        }
        Writing[] lines = [.. data.Tests[0].Rows.Where(line => line.Characters.All(known.Contains)).Take(Judged)];
        Writing[] shown = [.. lines.Take(3)];
        WrittenPicture.Write(Path.Combine(asked.Folder, "written"), shown,
            [.. Biases.Select(bias => (bias, Write(shown, bias, out _)))]);
        var written = Write(lines, asked.Bias, out var ended);
        var rates = reader?.Test("written", written).Greedy;
        var result = new WriterResult(model.History.Epochs.Min(epoch => epoch.ValidationLoss!.Value), seconds,
            ended / (double)lines.Length, rates, model.Info.Verification!.LargestDifference);
        Console.WriteLine($"  written: {lines.Length} texts with a bias of {asked.Bias}, {result.Ended:P0} of them ended"
            + (rates is null ? "" : $"; read with CER {rates.CharacterErrorRate:P2}") + $"; {result.NatsPerPoint:0.000} nats per point");
        return result;
    }

    private static float[] Moves(float[] pen) => [.. pen.Select((number, i) => i % 3 == 2 || i < 3 ? i % 3 == 2 ? number : 0
        : number - pen[i - 3])];

    private static Point[] Places(float[] moves)
    {
        double x = 0, y = 0;
        return [.. moves.Chunk(3).Select(step => new Point(x += step[0], y += step[1], step[2] == 1))];
    }
}
