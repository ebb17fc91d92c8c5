using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Tests.Fuzzing;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>What everything that reads a file does with files of every kind.</summary>
[TestClass]
public class LoaderTableTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly byte[] Triangle = "OFF 3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"u8.ToArray();

    /// <summary>Reads a file, and the exceptions it may throw for one that isn't there, and for one that is wrong.</summary>
    private sealed record Loader(Action<string> Load, byte[] Whole, Type? Missing, Type Wrong, string File = "input");

    private static Dictionary<string, byte[]> Kinds(byte[] whole)
    {
        using var zipped = new MemoryStream();
        using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
            using (var entry = archive.CreateEntry("bomb").Open())
                entry.Write(new byte[100 << 20]);
        return new()
        {
            ["empty"] = [], ["zeros"] = new byte[4096], ["text"] = Encoding.UTF8.GetBytes("once upon a time\n"),
            ["half"] = whole[..(whole.Length / 2)], ["a zip that grows to 100 MB"] = zipped.ToArray(),
            ["bytes that are no text"] = [0xFF, 0xFE, 0xC3, 0x28, 0xA0, 0xA1, .. whole.AsSpan(0, Math.Min(64, whole.Length))],
            ["twice"] = [.. whole, .. "\nmore\n"u8],
        };
    }

    private static Dictionary<string, Loader> All(TemporaryFolder folder)
    {
        byte[] Written(string name, Action<string> write)
        {
            write(folder.File(name));
            return File.ReadAllBytes(folder.File(name));
        }
        var data = EveryForm.Mapped(Ml, 24);
        using var trained = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        var (nodes, edges) = (TwoCliques.View(Ml), TwoCliques.ByRow(Ml));
        using var ofNodes = Ml.Graphs().NodeClassification(new() { Edges = edges, Network = GraphNetwork.Gcn(), Epochs = 1 }).Fit(nodes);
        var weights = Ml.Sequences().MaskedPretraining(new()
        {
            SequenceColumnName = "Keys", Network = SequenceNetwork.Gru(4), EmbeddingSize = 3, Epochs = 1,
        }).Fit(data);
        var model = Written("model.onnx", trained.ExportToOnnx);
        var merges = folder.File("merges.txt");
        File.WriteAllBytes(merges, TokenizerFiles.BytePairs().Merges);
        Type onnx = typeof(OnnxFileException), invalid = typeof(InvalidDataException), missing = typeof(FileNotFoundException);
        return new()
        {
            ["OnnxSession.Load"] = new(path => OnnxSession.Load(path).Dispose(), model, onnx, onnx),
            ["OnnxFile.Inspect"] = new(path => OnnxFile.Inspect(path), model, onnx, onnx),
            ["ImportedModel.Load"] = new(path => ImportedModel.Load(path), model, onnx, onnx),
            ["OnnxFile.ReadMetadata"] = new(path => OnnxFile.ReadMetadata(path), model, onnx, onnx),
            ["ModelInfo.Load"] = new(path => ModelInfo.Load(File.ReadAllBytes(path), path), model, missing, onnx),
            ["ApplySequenceModel"] = new(path => Ml.Transforms.ApplySequenceModel(path).Fit(data).Dispose(), model, onnx, onnx),
            ["ApplyNodeModel"] = new(path => Ml.Transforms.ApplyNodeModel(path, edges).Fit(nodes).Dispose(),
                Written("nodes.onnx", ofNodes.ExportToOnnx), onnx, onnx),
            ["LoadSequenceGraph"] = new(path => (Ml.Model.LoadSequenceGraph(path, out _) as IDisposable)?.Dispose(),
                Written("model.zip", path => Ml.Model.SaveWhole(trained, data.Schema, path)), missing, invalid),
            ["PretrainedNetwork.Load"] = new(path => PretrainedNetwork.Load(path), Written("weights", weights.Save), missing, invalid),
            ["TextTokenizer.Load"] = new(path => TextTokenizer.Load(path),
                Written("words.txt", TextTokenizer.Words(["some words"]).Save), missing, invalid),
            ["TextTokenizer.LoadWordPieces"] = new(path => TextTokenizer.LoadWordPieces(path),
                Encoding.UTF8.GetBytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n"), missing, invalid),
            ["TextTokenizer.LoadBytePairs"] = new(path => TextTokenizer.LoadBytePairs(path, merges), TokenizerFiles.BytePairs().Vocabulary,
                missing, invalid),
            ["TextTokenizer.LoadTiktoken"] = new(path => TextTokenizer.LoadTiktoken(path), TokenizerFiles.Tiktoken(), missing, invalid),
            ["TextTokenizer.LoadSentencePieces"] = new(path => TextTokenizer.LoadSentencePieces(path), TokenizerFiles.SentencePieces(),
                missing, invalid),
            ["SafeTensors.Load"] = new(path => SafeTensors.Load(path), Written("tensors", path => SafeTensors.Save(path,
                new Dictionary<string, TensorData> { ["a"] = TensorData.Vector(1f, 2f) })), missing, invalid),
            ["Vocabulary.Load"] = new(path => Vocabulary.Load(path), Written("vocabulary.txt", new Vocabulary(["a"]).Save), missing,
                invalid),
            ["SequenceGenerator.Load"] = new(path => SequenceGenerator.Load(path).Dispose(), SmallModels.Decoder(folder), onnx, onnx),
            ["DecisionPolicy.Load"] = new(path => DecisionPolicy.Load(path).Dispose(), SmallModels.Steps(folder), onnx, onnx),
            ["SeriesGenerator.Load"] = new(path => SeriesGenerator.Load(path).Dispose(), SmallModels.Drawn(folder), onnx, onnx),
            ["ApplyGraphModel"] = new(path => Ml.Transforms.ApplyGraphModel(path, SmallModels.Columns).Fit(SmallModels.Graphs()).Dispose(),
                SmallModels.OfGraphs(folder), onnx, onnx),
            // without a checkpoint training begins
            ["checkpoints"] = new(path => SmallModels.Train(Path.GetDirectoryName(path)!), Written("run/" + SmallModels.Checkpoint,
                path => SmallModels.Train(Path.GetDirectoryName(path)!)), null, typeof(CheckpointException),
                "run/" + SmallModels.Checkpoint),
            ["WordVectors.Load"] = new(path => WordVectors.Load(path), Encoding.UTF8.GetBytes("2 2\na 1 2\nb 3 4\n"), missing, invalid),
            ["WavFile.Load"] = new(path => WavFile.Load(path), [.. "RIFF\x30\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"u8,
                0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0, .. "data\x0C\0\0\0abcdefghijkl"u8], missing, invalid),
            ["TriangleMesh.LoadOff"] = new(path => TriangleMesh.LoadOff(path), Triangle, missing, invalid),
            ["LoadMeshes"] = new(path => Ml.Data.LoadMeshes(path), Triangle, missing, invalid),
            ["LoadTuGraphs"] = new(path => Ml.Data.LoadTuGraphs(path), Encoding.UTF8.GetBytes("1\n2 0\n1 1 1\n1 1 0\n"), missing, invalid),
        };
    }

    [TestMethod]
    public void Every_loader_refuses_what_it_can_not_read_as_documented()
    {
        using var folder = new TemporaryFolder();
        List<string> wrong = [];
        var missing = typeof(FileNotFoundException);
        foreach (var (name, loader) in All(folder))
        {
            var path = folder.File(loader.File);
            Expect("missing", loader.Missing, null);
            File.WriteAllBytes(path, loader.Whole);
            loader.Load(path);
            foreach (var (kind, bytes) in Kinds(loader.Whole))
                Expect(kind, loader.Wrong, bytes);

            void Expect(string kind, Type? expected, byte[]? bytes)
            {
                File.Delete(path);
                if (bytes is not null)
                    File.WriteAllBytes(path, bytes);
                var (before, found) = (GC.GetAllocatedBytesForCurrentThread(), expected is null ? "" : "nothing thrown");
                try
                {
                    loader.Load(path);
                }
                catch (Exception error)
                {
                    found = error.GetType() == expected && error.Message.Contains(path)
                        && (kind != "missing" || expected != missing || name == "ModelInfo.Load" || error.Message.Contains("expected"))
                        ? "" : $"{error.GetType().Name}: {error.Message}";
                }
                var memory = GC.GetAllocatedBytesForCurrentThread() - before;
                // Trailing bytes say nothing to archives, and are unknown fields to ONNX: these may be read.
                if (found.Length > 0 && !(kind == "twice" && found == "nothing thrown"))
                    wrong.Add($"{name}, {kind}: {found}");
                if (memory > (64 << 20) + 20L * (bytes?.Length ?? 0))
                    wrong.Add($"{name}, {kind}: {memory:N0} bytes of memory");
            }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void Every_public_loader_stands_in_the_table()
    {
        using var folder = new TemporaryFolder();
        string[] prefixes = ["Load", "Read", "Apply", "Inspect"], inputs = ["path", "filePath", "file", "modelFile", "decoder"];
        var loaders = from assembly in (Assembly[])[typeof(OnnxSession).Assembly, typeof(TextTokenizer).Assembly,
                          typeof(NodeTrainer).Assembly]
                      from type in assembly.GetExportedTypes()
                      from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                      where prefixes.Any(method.Name.StartsWith) && method.GetParameters().Any(parameter => inputs.Contains(parameter.Name)
                          || parameter.ParameterType == typeof(Stream) || parameter.ParameterType == typeof(byte[]))
                      let isExtension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute))
                      select isExtension ? method.Name : $"{type.Name}.{method.Name}";
        var missing = loaders.Distinct().Except(All(folder).Keys);
        Assert.IsEmpty(missing, $"not in the table: {string.Join(", ", missing)}");
    }

    [TestMethod]
    public void Pipelines_are_saved_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var data = EveryForm.Mapped(Ml, 24);
        using var trained = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        var path = folder.File("model.zip");
        File.WriteAllText(path, "old");
        var unsavable = Ml.Transforms.CustomMapping<EveryForm.Row, EveryForm.Row>((_, _) => { }, null).Fit(Ml.Data.LoadFromEnumerable(
            EveryForm.Rows(1)));
        Assert.ThrowsExactly<InvalidOperationException>(() => Ml.Model.SaveWhole(unsavable, null, path));
        Assert.AreEqual("old", File.ReadAllText(path));
        Ml.Model.SaveWhole(trained, data.Schema, path);
        Assert.AreEqual(24L, Ml.Model.LoadSequenceGraph(path, out _).Transform(data).GetRowCount() ?? 24);
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => trained.History.WriteCsv(folder.File("no/history.csv"))).Message,
            "history.csv");
    }

    [TestMethod]
    public void Processes_killed_while_they_save_leave_whole_files()
    {
        using var folder = new TemporaryFolder();
        for (var kill = 0; kill < 3; kill++)
        {
            KilledSaving.Kill(folder.Path, TimeSpan.FromMilliseconds(7 * kill));
            KilledSaving.Check(folder.Path);
        }
    }
}
