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
    private const string Zip = "model.zip", Model = "model.onnx", Words = "words.txt", History = "history.csv";
    private static readonly MLContext Ml = new(1);

    /// <summary>Writes every kind of file again and again, until the process is killed.</summary>
    internal static void Save(string folder)
    {
        var data = EveryForm.Mapped(Ml, 24);
        using var model = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        var words = TextTokenizer.Words(Enumerable.Range(0, 20_000).Select(i => $"w{i}"));
        while (true)
        {
            Ml.Model.SaveWhole(model, data.Schema, Path.Combine(folder, Zip));
            model.ExportToOnnx(Path.Combine(folder, Model));
            words.Save(Path.Combine(folder, Words));
            model.History.WriteCsv(Path.Combine(folder, History));
        }
    }

    /// <summary>Starts a process that saves and kills it a while after all files are there.</summary>
    /// <returns>Whether it was killed while it wrote.</returns>
    internal static bool Kill(string folder, TimeSpan after)
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
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
        return Directory.GetFiles(folder, ".*.tmp").Length > 0;
    }

    /// <summary>Reads all files.</summary>
    /// <exception cref="InvalidDataException">One is not whole.</exception>
    internal static void Check(string folder)
    {
        (Ml.Model.LoadSequenceGraph(Path.Combine(folder, Zip), out _) as IDisposable)?.Dispose();
        OnnxSession.Load(Path.Combine(folder, Model)).Dispose();
        TextTokenizer.Load(Path.Combine(folder, Words));
        string[] lines = File.ReadAllLines(Path.Combine(folder, History));
        if (lines.Length != 3 || lines.Any(line => line.Count(c => c == ',') != lines[0].Count(c => c == ',')))
            throw new InvalidDataException("The history is cut off.");
    }
}
