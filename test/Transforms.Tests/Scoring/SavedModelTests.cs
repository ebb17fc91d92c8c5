using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Models saved by ML.NET and read back, with and without MLSeqGraph.</summary>
[TestClass]
public class SavedModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SequenceScoringTransformer Scorer(IDataView data, ModelTask task = ModelTask.Classification) =>
        _ml.Transforms.ApplySequenceModel(TestModels.Bytes(task, TestModels.Keys)).Fit(data);

    private byte[] Save(ITransformer model, DataViewSchema? schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    private ITransformer Load(byte[] file, SequenceScoringOptions? options = null) =>
        new MLContext().Model.LoadSequenceGraph(new MemoryStream(file), out _, options);

    [TestMethod]
    public void AModelAmongOthersIsFoundInItsPlace()
    {
        var data = TestRows.All(40);
        var first = _ml.Transforms.CopyColumns("Copy", "Number").Fit(data);
        var scorer = Scorer(data);
        var scored = scorer.Transform(first.Transform(data));
        var last = _ml.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel").Fit(scored);
        var chain = new TransformerChain<ITransformer>([first, scorer, last],
            [TransformerScope.Everything, TransformerScope.Everything, TransformerScope.Scoring | TransformerScope.Testing]);
        var file = Save(chain, data.Schema);

        var loaded = (TransformerChain<ITransformer>)Load(file);
        Assert.IsInstanceOfType<SequenceScoringTransformer>(loaded.ElementAt(1));
        Assert.AreEqual(chain.GetOutputSchema(data.Schema).ToString(), loaded.GetOutputSchema(data.Schema).ToString());
        Assert.HasCount(3, loaded.GetModelFor(TransformerScope.Testing));
        Assert.HasCount(2, loaded.GetModelFor(TransformerScope.Training));
        CollectionAssert.AreEqual(chain.Transform(data).GetColumn<string>("Named").ToArray(),
            loaded.Transform(data).GetColumn<string>("Named").ToArray());
        // The saved form comes back as often as it is wanted.
        Prediction.AssertEqual(Prediction.ReadAll(chain.Transform(data)), Prediction.ReadAll(Load(Save(loaded, null)).Transform(data)));
    }

    [TestMethod]
    public void SeveralModelsAreToldApart()
    {
        var data = TestRows.All(30);
        var tags = Scorer(data, ModelTask.Tagging);
        var keep = _ml.Transforms.CopyColumns("Tags", "PredictedLabel").Fit(tags.Transform(data));
        var foreign = _ml.Transforms.ApplyOnnxModel(["doubled"], ["Number"], ForeignModel()).Fit(data);
        var classes = Scorer(data);
        var chain = new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(tags, keep), foreign, classes);
        var loaded = (TransformerChain<ITransformer>)Load(Save(chain, data.Schema));
        Assert.IsInstanceOfType<Microsoft.ML.Transforms.Onnx.OnnxTransformer>(loaded.ElementAt(1));
        Assert.AreEqual(ModelTask.Classification, ((SequenceScoringTransformer)loaded.ElementAt(2)).Info.Task);
        var expected = chain.Transform(data);
        var actual = loaded.Transform(data);
        Prediction.AssertEqual(Prediction.ReadAll(expected), Prediction.ReadAll(actual));
        foreach (var (a, b) in expected.GetColumn<uint[]>("Tags").Zip(actual.GetColumn<uint[]>("Tags")))
            CollectionAssert.AreEqual(a, b);
        CollectionAssert.AreEqual(expected.GetColumn<float[]>("doubled").Select(x => x[0]).ToArray(),
            actual.GetColumn<float[]>("doubled").Select(x => x[0]).ToArray());
    }

    private static MemoryStream ForeignModel()
    {
        var graph = new Graph("foreign");
        var x = graph.Input("Number", ElementType.Float, ["batch", 1]);
        graph.Output("doubled", x * 2.0);
        return new MemoryStream(OnnxFile.ToBytes(graph));
    }

    [TestMethod]
    public void FilesAreReadWithTheirSchemaAndLeaveNothingBehind()
    {
        var data = TestRows.All(10);
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "model.zip");
        string[] variables = ["TMPDIR", "TMP", "TEMP"];
        var before = Array.ConvertAll(variables, Environment.GetEnvironmentVariable);
        Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable, folder));
        using (var scorer = Scorer(data))
        {
            _ml.Model.Save(scorer, data.Schema, path);
            using var loaded = (SequenceScoringTransformer)new MLContext().Model.LoadSequenceGraph(path, out var schema);
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
            Assert.AreEqual(data.Schema.Count, schema.Count);
            Assert.HasCount(scorer.ToOnnx().Length, loaded.ToOnnx());
            Prediction.AssertEqual(Prediction.ReadAll(scorer.Transform(data)), Prediction.ReadAll(loaded.Transform(data)));
        }

        foreach (var (variable, value) in variables.Zip(before))
            Environment.SetEnvironmentVariable(variable, value);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void AModelSavedWithALoaderIsFoundToo()
    {
        var loader = _ml.Data.CreateTextLoader([new TextLoader.Column("Values", DataKind.Single, 0, 5)]);
        string path = Path.GetTempFileName();
        File.WriteAllLines(path, ["1\t2\t3\t4\t5\t6", "6\t5\t4\t3\t2\t1"]);
        var data = loader.Load(new MultiFileSource(path));
        using var scorer = _ml.Transforms.ApplySequenceModel(TestModels.Bytes(ModelTask.Regression, TestModels.Real)).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(scorer, loader, stream);
        using var loaded = (SequenceScoringTransformer)_ml.Model.LoadSequenceGraph(stream, out var schema);
        Assert.AreEqual("Values", schema.Single().Name);
        Prediction.AssertEqual(Prediction.ReadAll(scorer.Transform(data)), Prediction.ReadAll(loaded.Transform(data)));
        File.Delete(path);
    }

    [TestMethod]
    public void OptionsGoToTheLoadedModel()
    {
        var data = TestRows.All(1);
        using var scorer = Scorer(data);
        using var loaded = (SequenceScoringTransformer)Load(
            Save(scorer, null), new SequenceScoringOptions { Target = ExecutionTarget.Cpu(2) });
        Assert.AreEqual(ExecutionTarget.Cpu(2), loaded.Target);
        Assert.IsNull(loaded.FallbackReason);
    }

    [TestMethod]
    public void TemporaryColumnsDoNotStay()
    {
        var data = TestRows.All(1);
        foreach (var task in TestModels.Tasks)
        {
            using var scorer = Scorer(data, task);
            var loaded = _ml.Model.Load(new MemoryStream(Save(scorer, null)), out _);
            Assert.AreEqual(scorer.GetOutputSchema(data.Schema).Count, loaded.GetOutputSchema(data.Schema).Count);
            ((IDisposable)loaded).Dispose();
        }
    }

    [TestMethod]
    public void OtherFilesAreRefused()
    {
        var data = TestRows.All(1);
        void Refuse(byte[] file, string expected)
        {
            string path = Path.GetTempFileName();
            File.WriteAllBytes(path, file);
            var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Model.LoadSequenceGraph(path, out _));
            StringAssert.StartsWith(error.Message, $"'{path}' {expected}");
            File.Delete(path);
            StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => Load(file)).Message, $"The stream {expected}");
        }

        Refuse([], "is no model saved by ML.NET, or it is cut off");
        Refuse([.. "no zip at all"u8], "is no model saved by ML.NET, or it is cut off");
        Refuse(Save(_ml.Transforms.CopyColumns("A", "Number").Fit(data), null), "holds no model of MLSeqGraph");
        Refuse(Save(_ml.Transforms.ApplyOnnxModel(["doubled"], ["Number"], ForeignModel()).Fit(data), null),
            "holds no model of MLSeqGraph");
        using var scorer = Scorer(data);
        var file = Save(scorer, null);
        foreach (int length in new[] { 30, file.Length / 2, file.Length - 1 })
            Refuse(file[..length], "is no model saved by ML.NET, or it is cut off");
        Refuse(Without(file, 4), "can't be read as a model saved by ML.NET");
        Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Model.LoadSequenceGraph("none.zip", out _));
    }

    [TestMethod]
    public void AFlippedBitOfAnEntryIsRefused()
    {
        using var scorer = Scorer(TestRows.All(1));
        var file = Save(scorer, null);
        // stored as they are, so that no decompression notices a flip
        using var stream = new MemoryStream();
        using (var packed = new ZipArchive(new MemoryStream(file)))
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in packed.Entries)
            {
                using var from = entry.Open();
                using var to = archive.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                from.CopyTo(to);
            }
        var stored = stream.ToArray();
        ((IDisposable)Load(stored)).Dispose();
        var weights = stored.AsSpan().IndexOf("LSTM"u8);
        Assert.IsGreaterThan(0, weights);
        foreach (var at in (int[])[weights, weights + 50])
        {
            byte[] damaged = [.. stored];
            damaged[at] ^= 1;
            var error = Assert.ThrowsExactly<InvalidDataException>(() => Load(damaged));
            StringAssert.Contains(error.Message, "' is damaged: it has ");
        }
    }

    [TestMethod]
    [DataRow("", 0u)]
    [DataRow("123456789", 0xCBF43926u)]
    public void ChecksumsAreThoseOfZipArchives(string text, uint expected) =>
        Assert.AreEqual(expected, Crc32.Of(System.Text.Encoding.ASCII.GetBytes(text)));

    /// <summary>The archive without what a transformer of the chain wrote.</summary>
    private static byte[] Without(byte[] file, int transformer)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.Contains($"Transform_{transformer:000}")).ToArray())
                entry.Delete();
        }

        return stream.ToArray();
    }
}
