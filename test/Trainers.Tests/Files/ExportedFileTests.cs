using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>What all exported files have in common, whatever trained them.</summary>
[TestClass]
public class ExportedFileTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly TemporaryFolder Folder = new();

    private static readonly Lazy<ExportedFile[]> Files = new(() => [.. ExportedFiles.All(Folder)]);

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    public void No_input_may_be_left_out()
    {
        foreach (var file in Files.Value)
        {
            var inputs = OnnxFile.Inspect(file.Path).Inputs;
            Assert.IsNotEmpty(inputs, file.Name);
            foreach (var input in inputs)
                Assert.IsFalse(input.IsOptional, $"{file.Name}: {input}");
        }
    }

    [TestMethod]
    public void Metadata_describes_every_input_and_output()
    {
        foreach (var file in Files.Value)
        {
            var found = OnnxFile.Inspect(file.Path);
            var info = ModelInfo.Read(found.Metadata, file.Name);
            Assert.AreEqual(ModelFormat.Version, found.Metadata[ModelFormat.FormatKey], file.Name);
            Assert.IsTrue(found.Metadata.ContainsKey(ModelFormat.DigestKey), file.Name);
            // A table of vectors is what was trained: there is no other graph to compare it with.
            Assert.AreEqual(info.Task != ModelTask.Embedding, info.Verification is not null, file.Name);
            Assert.AreEqual(info.Part != ModelPart.Whole, found.Metadata.ContainsKey(GenerationInfo.Key), file.Name);
            foreach (var (tensors, described) in ((IReadOnlyList<TensorInfo>, IReadOnlyList<ModelTensor>)[])[
                (found.Inputs, info.InputTensors!), (found.Outputs, info.OutputTensors!)])
            {
                Assert.HasCount(tensors.Count, described, file.Name);
                for (var i = 0; i < tensors.Count; i++)
                {
                    Assert.AreEqual((tensors[i].Name, tensors[i].Type), (described[i].Name, described[i].Type), file.Name);
                    Assert.AreEqual(tensors[i].Shape.Rank, described[i].Shape.Rank, $"{file.Name}: {described[i]}");
                    for (var axis = 0; axis < tensors[i].Shape.Rank; axis++)
                        if (tensors[i].Shape[axis].IsKnown)
                            Assert.AreEqual(tensors[i].Shape[axis], described[i].Shape[axis], $"{file.Name}: {described[i]}");
                    Assert.DoesNotContain("the network's own", described[i].Meaning, $"{file.Name}: {described[i]}");
                }
            }
        }
    }

    [TestMethod]
    public void Files_load_in_every_operator_set_and_say_the_same()
    {
        var data = EveryForm.Mapped(Ml, 12);
        var path = Files.Value.First(file => file.Name == "Classification of Keys").Path;
        using var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        for (var opset = 17; opset <= 21; opset++)
        {
            var bytes = model.ToOnnx(new() { Opset = opset });
            Assert.AreEqual(opset, OnnxFile.Inspect(bytes).Opsets[""]);
            using var other = Ml.Transforms.ApplySequenceModel(bytes).Fit(data);
            Assert.AreEqual(opset, other.Info.Versions.Opset);
            float[][] found = [.. other.Transform(data).GetColumn<float[]>("Score")];
            for (var row = 0; row < found.Length; row++)
                CollectionAssert.AreEqual(expected[row], found[row]);
        }
        foreach (var opset in (int[])[16, 22])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.ToOnnx(new() { Opset = opset })).Message,
                "operator sets 17 to 21");
        // of reductions, too, whose axes were attributes once
        var graphs = Files.Value.First(file => file.Trainer == typeof(GraphBinaryClassificationTrainer)).Path;
        using var older = OnnxSession.Load(ExportedModel.Apply(File.ReadAllBytes(graphs), new() { Opset = 17 }), ExecutionTarget.Cpu(1));
        using var newer = OnnxSession.Load(graphs, ExecutionTarget.Cpu(1));
        var inputs = new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create([1f, 0, 2, 0.5f, 1, 1], 3, 2), ["edge_index"] = TensorData.Create([0L, 1, 1, 0], 2, 2),
            ["graph_index"] = TensorData.Vector(0L, 0L, 1L),
        };
        CollectionAssert.AreEqual(newer.Run(inputs)["Score"].As<float>(), older.Run(inputs)["Score"].As<float>());
    }

    [TestMethod]
    public void What_is_said_of_a_model_stands_in_its_file_and_beside_it()
    {
        var data = EveryForm.Mapped(Ml, 12);
        var path = Files.Value.First(file => file.Name == "Tagging of Keys").Path;
        using var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("tagger.onnx"), new() { Description = "Tags words.", Licence = "MIT", WritesJson = true });
        using var described = Ml.Transforms.ApplySequenceModel(folder.File("tagger.onnx")).Fit(data);
        Assert.AreEqual(("Tags words.", "MIT"), (described.Info.Description, described.Info.Licence));
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("mlseqgraph.json")));
        var file = json.RootElement.GetProperty("files").GetProperty("tagger.onnx");
        Assert.AreEqual("3", file.GetProperty("format").GetString());
        Assert.AreEqual(64, file.GetProperty("digest").GetString()!.Length);
        var about = file.GetProperty("model");
        Assert.AreEqual("MIT", about.GetProperty("licence").GetString());
        Assert.AreEqual("tagging", about.GetProperty("task").GetString());
        var input = about.GetProperty("inputTensors")[0];
        Assert.AreEqual(("tokens", "int64"), (input.GetProperty("name").GetString(), input.GetProperty("type").GetString()));
        CollectionAssert.AreEqual((string[])["batch", "time"],
            input.GetProperty("shape").EnumerateArray().Select(dim => dim.GetString()).ToArray());
        StringAssert.Contains(input.GetProperty("meaning").GetString()!, "0 is padding behind the last one, -1 an unknown one");
        StringAssert.Contains(Encoding.UTF8.GetString(File.ReadAllBytes(folder.File("tagger.onnx"))),
            "Model of sequences for Tagging, written by MLSeqGraph");
    }

    [TestMethod]
    public void Nodes_carry_the_names_of_their_layers()
    {
        var file = Files.Value.First(file => file.Name == "translator, transformer, encoder.onnx");
        string[] names = [.. ModelReader.Read(file.Path, () => File.OpenRead(file.Path)).Graph.Node.Select(node => node.Name)];
        CollectionAssert.AllItemsAreUnique(names);
        Assert.IsTrue(names.Any(name => name.StartsWith("encoder/", StringComparison.Ordinal)
            && name.Contains("attention", StringComparison.Ordinal)), string.Join("; ", names));
    }

    [TestMethod]
    public void Every_trainer_that_exports_is_among_them()
    {
        var trainers = typeof(SequenceTrainer).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract
            && type.GetMethod("Fit", [typeof(IDataView)])?.ReturnType.GetMethod("ExportToOnnx", [typeof(string)]) is not null).ToArray();
        Assert.HasCount(14, trainers);
        CollectionAssert.AreEquivalent(trainers, Files.Value.Select(file => file.Trainer).Distinct().ToArray());
    }
}
