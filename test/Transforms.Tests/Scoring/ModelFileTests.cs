using Google.Protobuf;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Files that are scored without what trained them, and files that can't be.</summary>
[TestClass]
public class ModelFileTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly byte[] _model = TestModels.Bytes(ModelTask.Classification, TestModels.Real);

    private string Message<TException>(byte[] file) where TException : Exception
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            File.WriteAllBytes(path, file);
            var error = Assert.ThrowsExactly<TException>(() => _ml.Transforms.ApplySequenceModel(path).Fit(TestRows.All(1)));
            StringAssert.Contains(error.Message, path);
            Assert.ThrowsExactly<TException>(() => _ml.Transforms.ApplySequenceModel(file).Fit(TestRows.All(1)));
            return error.Message;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The model's inputs and outputs changed behind the back of its metadata.</summary>
    private byte[] Changed(ModelTask task, Action<GraphProto> change)
    {
        var model = ModelProto.Parser.ParseFrom(TestModels.Bytes(task, TestModels.Real));
        change(model.Graph);
        var digest = model.MetadataProps.Single(entry => entry.Key == ModelFormat.DigestKey);
        digest.Value = ModelDigest.Of(model.ToByteArray());
        return model.ToByteArray();
    }

    [TestMethod]
    public void AFlippedBitIsRefused()
    {
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            byte[] damaged = [.. _model];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
            File.WriteAllBytes(path, damaged);
            try
            {
                using var transformer = _ml.Transforms.ApplySequenceModel(path).Fit(TestRows.All(1));
                // of the metadata's digest only its key can be damaged without a word, and it is needed
                Assert.Fail($"flip {i} was taken");
            }
            catch (Exception exception) when (exception is InvalidDataException or OnnxFileException)
            {
                Assert.Contains(path, exception.Message);
                refused += exception is InvalidDataException ? 1 : 0;
            }
            finally
            {
                File.Delete(path);
            }
        }
        Assert.IsGreaterThan(200, refused);
    }

    [TestMethod]
    public void AFileEditedOnPurposeIsTakenWhereAskedFor()
    {
        var model = ModelProto.Parser.ParseFrom(_model);
        model.DocString = "edited";
        var edited = model.ToByteArray();
        StringAssert.Contains(Message<InvalidDataException>(edited), "its content was changed or damaged since it was written");
        model.MetadataProps.Remove(model.MetadataProps.Single(entry => entry.Key == ModelFormat.DigestKey));
        StringAssert.Contains(Message<InvalidDataException>(model.ToByteArray()), "its metadata 'mlseqgraph.digest' is missing");
        var data = TestRows.All(10);
        using var whole = new SequenceScoringTransformer(_model);
        foreach (var bytes in (byte[][])[edited, model.ToByteArray()])
        {
            using var taken = _ml.Transforms.ApplySequenceModel(bytes, options: new() { AcceptEditedFiles = true }).Fit(data);
            Prediction.AssertEqual(Prediction.ReadAll(whole.Transform(data)), Prediction.ReadAll(taken.Transform(data)));
        }
    }

    [TestMethod]
    public void TheDigestDoesNotDependOnTheOrderOfAFilesParts()
    {
        // written with the graph last, and by protobuf in the order of fields
        Assert.AreEqual(ModelDigest.Of(_model), ModelDigest.Of(ModelProto.Parser.ParseFrom(_model).ToByteArray()));
        var other = ModelProto.Parser.ParseFrom(_model);
        other.Graph.Node[0].Name += "x";
        Assert.AreNotEqual(ModelDigest.Of(_model), ModelDigest.Of(other.ToByteArray()));
    }

    [TestMethod]
    public void AFileIsScoredFromItsPath()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, _model);
        var data = TestRows.All(10);
        var estimator = _ml.Transforms.ApplySequenceModel(path);
        File.Delete(path);
        Assert.AreEqual(ModelTask.Classification, estimator.Info.Task);
        using var transformer = estimator.Fit(data);
        Assert.AreEqual("Values", transformer.InputColumnName);
        CollectionAssert.AreEqual(_model, transformer.ToOnnx());
        using var direct = new SequenceScoringTransformer(_model);
        Prediction.AssertEqual(Prediction.ReadAll(direct.Transform(data)), Prediction.ReadAll(transformer.Transform(data)));
    }

    [TestMethod]
    public void ForeignAndBrokenFilesAreNamed()
    {
        var graph = new Graph("foreign");
        graph.Output("y", graph.Input("x", ElementType.Float, ["batch"]) * 2.0);
        StringAssert.Contains(Message<InvalidDataException>(OnnxFile.ToBytes(graph)),
            "is not a model of MLSeqGraph: it has no metadata 'mlseqgraph.format'");
        Message<OnnxFileException>([]);
        Message<OnnxFileException>([.. "this is no model"u8]);
        for (int length = 1; length < _model.Length; length += 397)
            Message<OnnxFileException>(_model[..length]);
        Assert.ThrowsExactly<OnnxFileException>(() => _ml.Transforms.ApplySequenceModel("none.onnx"));
    }

    [TestMethod]
    public void AModelThatBreaksThePromiseOfItsMetadataIsRefused()
    {
        string Refused(ModelTask task, Action<GraphProto> change) => Message<InvalidDataException>(Changed(task, change));
        StringAssert.Contains(Refused(ModelTask.Classification, graph => graph.Output.RemoveAt(1)),
            "has 'PredictedLabel: Int64 [batch]', but this one has only Score");
        StringAssert.Contains(Refused(ModelTask.Binary, graph => graph.Output.RemoveAt(1)), "has 'Probability: Float [batch]'");
        var other = TestModels.Info(ModelTask.Classification, TestModels.Real with { FeatureCount = 5 });
        var model = OnnxFile.ToBytes(TestModels.Graph(TestModels.Info(ModelTask.Classification, TestModels.Real)), other.ToMetadata());
        StringAssert.Contains(Message<InvalidDataException>(model),
            "has 'features: Float [batch, time, 5]', but this one 'features: Float [batch, time, 3]'");
        other = TestModels.Info(ModelTask.Classification, TestModels.Real, new ModelLabels(2));
        model = OnnxFile.ToBytes(TestModels.Graph(TestModels.Info(ModelTask.Classification, TestModels.Real)), other.ToMetadata());
        StringAssert.Contains(Message<InvalidDataException>(model),
            "has 'Score: Float [batch, 2]', but this one 'Score: Float [batch, 3]'");
    }
}
