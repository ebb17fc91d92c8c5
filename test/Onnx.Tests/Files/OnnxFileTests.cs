namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class OnnxFileTests
{
    private DirectoryInfo _folder = null!;

    private string Model => Path.Combine(_folder.FullName, "model.onnx");

    [TestInitialize]
    public void Start() => _folder = Directory.CreateTempSubdirectory("mlseqgraph-test-");

    [TestCleanup]
    public void End() => _folder.Delete(recursive: true);

    [TestMethod]
    public void A_saved_graph_is_described_loaded_and_run()
    {
        var metadata = new Dictionary<string, string> { ["task"] = "classification", ["labels"] = "ja\nnein\tnaïve 文字", [""] = "" };
        OnnxFile.Save(Affine(), Model, metadata);
        CollectionAssert.AreEqual(new[] { Model }, Directory.GetFiles(_folder.FullName));
        foreach (var found in new[] { OnnxFile.ReadMetadata(Model), OnnxFile.ReadMetadata(File.ReadAllBytes(Model)) })
        {
            var read = found.ToDictionary();
            Assert.IsTrue(read.Remove("mlseqgraph.digest", out var digest));
            StringAssert.Matches(digest, new("^[0-9a-fA-F]{64}$"));
            CollectionAssert.AreEquivalent(metadata, read);
        }

        var info = OnnxFile.Inspect(Model);
        Assert.AreEqual("x: Float [batch, 2]; bias: Float [2] (optional)", string.Join("; ", info.Inputs));
        Assert.AreEqual("y: Float [batch, 2]", info.Outputs.Single().ToString());
        Assert.AreEqual(18, info.Opsets[""]);
        Assert.AreEqual(1, info.Operators["MatMul"]);
        Assert.AreEqual(6, info.InitializerElements);
        StringAssert.StartsWith(info.Producer, "MLSeqGraph ");
        CollectionAssert.AreEquivalent(OnnxFile.ReadMetadata(Model).ToDictionary(), info.Metadata.ToDictionary());
        Assert.AreEqual(string.Join("; ", info.Inputs), string.Join("; ", OnnxFile.Inspect(OnnxFile.ToBytes(Affine())).Inputs));

        using var session = OnnxSession.Load(Model);
        CollectionAssert.AreEqual(new float[] { 2, 1 },
            session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create(new float[] { 1, 2 }, 1, 2) })["y"].As<float>());
    }

    [TestMethod]
    public void Operators_inside_loops_count()
    {
        var graph = new Graph("loop");
        var (states, _) = Op.Scan([graph.Input("h", ElementType.Float, [4])], [graph.Input("x", ElementType.Float, ["time", 4])], (s, x) =>
            ([Op.Tanh(s[0] + x[0])], []));
        graph.Output("y", Op.Tanh(states[0]));
        var operators = OnnxFile.Inspect(OnnxFile.ToBytes(graph)).Operators;
        Assert.AreEqual((1, 2), (operators["Scan"], operators["Tanh"]));
    }

    [TestMethod]
    [DataRow(18)]
    [DataRow(21)]
    public void The_operator_set_can_be_chosen(int opset)
    {
        OnnxFile.Save(Affine(), Model, opset: opset);
        Assert.AreEqual(opset, OnnxFile.Inspect(Model).Opsets[""]);
        using var session = OnnxSession.Load(Model);
        Assert.HasCount(2, session.Inputs);
    }

    [TestMethod]
    [DataRow(17)]
    [DataRow(22)]
    public void Other_operator_sets_are_errors(int opset)
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => OnnxFile.Save(Affine(), Model, opset: opset));
        StringAssert.Contains(exception.Message, "18 to 21");
        Assert.IsFalse(File.Exists(Model));
    }

    [TestMethod]
    public void Saving_replaces_a_file()
    {
        File.WriteAllText(Model, "old");
        OnnxFile.Save(Affine(), Model);
        Assert.AreEqual(1, OnnxFile.Inspect(Model).Operators["MatMul"]);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_to_is_an_error_that_names_the_file()
    {
        File.WriteAllText(Model, "a file, no folder");
        foreach (var path in new[] { Path.Combine(Model, "inner.onnx"), Path.Combine(_folder.FullName, "missing", "model.onnx") })
        {
            var exception = Assert.ThrowsExactly<IOException>(() => OnnxFile.Save(Affine(), path));
            StringAssert.Contains(exception.Message, $"'{path}'");
        }
        Assert.AreEqual("a file, no folder", File.ReadAllText(Model));
    }

    [TestMethod]
    public void A_folder_is_not_replaced_by_a_file()
    {
        Directory.CreateDirectory(Model);
        var exception = Assert.ThrowsExactly<IOException>(() => OnnxFile.Save(Affine(), Model));
        StringAssert.Contains(exception.Message, $"'{Model}'");
        Assert.IsTrue(Directory.Exists(Model));
        Assert.IsEmpty(Directory.GetFiles(_folder.FullName));
    }

    [TestMethod]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        if (!File.Exists("/dev/full"))
            Assert.Inconclusive("There is no /dev/full here.");
        File.WriteAllText(Model, "old");
        var exception = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Model, stream =>
        {
            stream.Write(new byte[100_000]);
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[100_000]);
        }));
        StringAssert.Contains(exception.Message, $"'{Model}'");
        StringAssert.Contains(exception.Message, "No space left");
        Assert.AreEqual("old", File.ReadAllText(Model));
        CollectionAssert.AreEqual(new[] { Model }, Directory.GetFiles(_folder.FullName));
    }

    [TestMethod]
    public void An_error_of_the_writer_itself_leaves_the_old_file()
    {
        File.WriteAllText(Model, "old");
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(Model, _ => throw new InvalidOperationException()));
        Assert.AreEqual("old", File.ReadAllText(Model));
        CollectionAssert.AreEqual(new[] { Model }, Directory.GetFiles(_folder.FullName));
    }

    // y = x W + bias, W = [[0, 1], [1, 0]]
    private static Graph Affine()
    {
        var graph = new Graph("affine");
        var x = graph.Input("x", ElementType.Float, ["batch", 2]);
        var weights = graph.Constant(TensorData.Create(new float[] { 0, 1, 1, 0 }, 2, 2), "weights");
        var bias = graph.OptionalInput("bias", [2], TensorData.Vector(0f, 0f));
        graph.Output("y", Op.MatMul(x, weights) + bias);
        return graph;
    }

    [TestMethod]
    public void What_is_wrong_with_a_file_is_said_once()
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph-");
        try
        {
            var (missing, elsewhere) = (Path.Combine(folder.FullName, "no.onnx"), Path.Combine(folder.FullName, "no", "no.onnx"));
            var cut = Path.Combine(folder.FullName, "cut.onnx");
            File.WriteAllBytes(cut, OnnxFile.ToBytes(Affine())[..40]);
            foreach (var read in new Action<string>[] { path => OnnxFile.ReadMetadata(path), path => OnnxFile.Inspect(path),
                path => OnnxSession.Load(path) })
            {
                void Says(string path, string problem) =>
                    Assert.AreEqual($"'{path}': {problem}.", Assert.ThrowsExactly<OnnxFileException>(() => read(path)).Message);
                Says(missing, "there is no such file");
                Says(elsewhere, "there is no such folder");
                Says(folder.FullName, "it is a folder, not a file");
                Says(cut, "it is cut off, or no ONNX model");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
