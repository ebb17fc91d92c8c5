namespace MLSeqGraph.Onnx.Tests;

/// <summary>Models of others that packages bring, where their packages are on this machine.</summary>
[TestClass]
public class RealModelTests
{
    [TestMethod]
    [DataRow("MiniLM")]
    [DataRow("ArcticXs")]
    public void A_sentence_encoder_gives_the_same_numbers(string name)
    {
        var model = RealModels.SentenceTransformer(name, "model.onnx");
        var imported = ImportedModel.Load(model);
        Assert.IsNull(imported.Report.Problem);
        Assert.IsGreaterThan(22_000_000, imported.Report.ParameterCount);
        using var original = OnnxSession.Load(model);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(imported.ToGraph()));
        var random = new Random(1);
        foreach (var (batch, time) in ((int, int)[])[(1, 1), (3, 17)])
        {
            var inputs = imported.Inputs.ToDictionary(input => input.Name, input => TensorData.Create([.. Enumerable.Range(0, batch * time)
                .Select(_ => (long)random.Next(input.Name == "input_ids" ? 30000 : 2))], batch, time));
            foreach (var (output, expected) in original.Run(inputs))
                foreach (var (a, b) in expected.As<float>().Zip(graph.Run(inputs)[output].As<float>()))
                    Assert.AreEqual(a, b, 1e-5f, output);
        }
    }

    [TestMethod]
    public void Residual_networks_give_the_same_numbers()
    {
        var path = RealModels.InPackage("microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "ResNet18.onnx");
        var model = ImportedModel.Load(path);
        Assert.IsNull(model.Report.Problem);
        using var original = OnnxSession.Load(path);
        using var graph = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
        var inputs = new Dictionary<string, TensorData> { ["Input247"] = FiniteDifferences.Random(ElementType.Float, 1, 1, 3, 224, 224) };
        foreach (var (output, expected) in original.Run(inputs))
            foreach (var (a, b) in expected.As<float>().Zip(graph.Run(inputs)[output].As<float>()))
                Assert.AreEqual(a, b, 1e-4f * Math.Max(1, Math.Abs(a)), output);
    }
}
