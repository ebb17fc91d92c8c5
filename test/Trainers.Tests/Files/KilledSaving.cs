using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>
/// Saves models in a process of its own that is killed. That process is this assembly started as a program (<see cref="StartupHook"/>).
/// </summary>
internal static class KilledSaving
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_SAVES";
    private const string Zip = "model.zip", Model = "model.onnx", Pipeline = "pipeline.onnx", Weights = "weights.bin",
        Words = "words.txt", History = "history.csv";
    private static readonly MLContext Ml = new(1);

    /// <summary>The files in the order in which they are written.</summary>
    internal static readonly string[] Files = [Zip, Model, Pipeline, Weights, Words, History];

    /// <summary>Writes every kind of file again and again, until the process is killed.</summary>
    internal static void Save(string folder)
    {
        var data = EveryForm.Mapped(Ml, 24);
        using var model = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        var raw = Ml.Data.LoadFromEnumerable(EveryForm.Rows(24));
        var pipeline = EveryForm.Keys(Ml).Append(EveryForm.Trainer(Ml, "Classification", "Keys")).Fit(raw);
        var pretrained = Ml.Sequences().MaskedPretraining(new()
        {
            SequenceColumnName = "Keys", Network = SequenceNetwork.Gru(64), EmbeddingSize = 64, Epochs = 1,
        }).Fit(data);
        var words = TextTokenizer.Words(Enumerable.Range(0, 20_000).Select(i => $"w{i}"));
        while (true)
        {
            Ml.Model.SaveWhole(model, data.Schema, Path.Combine(folder, Zip));
            model.ExportToOnnx(Path.Combine(folder, Model));
            Ml.Model.ExportToOnnx(pipeline, raw, Path.Combine(folder, Pipeline));
            pretrained.Save(Path.Combine(folder, Weights));
            words.Save(Path.Combine(folder, Words));
            model.History.WriteCsv(Path.Combine(folder, History));
        }
    }

    /// <summary>Starts a process that saves and kills it a while after all files are there.</summary>
    /// <param name="folder">Where it saves.</param>
    /// <param name="after">How long it saves.</param>
    /// <param name="during">The file that it is to be writing then; null for any, or none.</param>
    /// <returns>The file that it wrote when it was killed; null for none.</returns>
    internal static string? Kill(string folder, TimeSpan after, string? during = null)
    {
        var assembly = typeof(KilledSaving).Assembly.Location;
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = folder },
            RedirectStandardOutput = true,
        })!;
        try
        {
            var watch = Stopwatch.StartNew();
            var written = Path.Combine(folder, History);
            var before = File.Exists(written) ? File.GetLastWriteTimeUtc(written) : DateTime.MinValue;
            while (!File.Exists(written) || File.GetLastWriteTimeUtc(written) == before)
            {
                if (process.HasExited || watch.Elapsed.TotalSeconds > 120)
                    throw new InvalidOperationException("The process ended, or wrote nothing.");
                Thread.Sleep(1);
            }
            Thread.Sleep(after);
            for (watch.Restart(); during is not null && Unfinished(folder, during).Length == 0;)
                if (watch.Elapsed.TotalSeconds > 10)
                    throw new InvalidOperationException($"{during} was never written.");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
        return Array.Find(Files, file => Unfinished(folder, file).Length > 0);
    }

    private static string[] Unfinished(string folder, string file) => Directory.GetFiles(folder, $".{file}.*.tmp");

    /// <summary>Reads all files.</summary>
    /// <exception cref="InvalidDataException">One is not whole.</exception>
    internal static void Check(string folder)
    {
        (Ml.Model.LoadSequenceGraph(Path.Combine(folder, Zip), out _) as IDisposable)?.Dispose();
        OnnxSession.Load(Path.Combine(folder, Model)).Dispose();
        OnnxSession.Load(Path.Combine(folder, Pipeline)).Dispose();
        PretrainedNetwork.Load(Path.Combine(folder, Weights));
        TextTokenizer.Load(Path.Combine(folder, Words));
        string[] lines = File.ReadAllLines(Path.Combine(folder, History));
        if (lines.Length != 3 || lines.Any(line => line.Count(c => c == ',') != lines[0].Count(c => c == ',')))
            throw new InvalidDataException("The history is cut off.");
    }
}
