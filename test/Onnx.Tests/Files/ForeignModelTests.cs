using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Models that would read other files or take memory out of proportion.</summary>
[TestClass]
public class ForeignModelTests
{
    // y = x + constant, the constant an initializer, or a Constant node's.
    private static byte[] Model(TensorProto constant, bool asNode = false)
    {
        var graph = new Graph("sum");
        var x = graph.Input("x", ElementType.Float, ["n"]);
        graph.Output("y", x + 1f);
        var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(graph));
        constant.Name = model.Graph.Initializer[0].Name;
        model.Graph.Initializer.Clear();
        if (asNode)
        {
            var node = new NodeProto { OpType = "Constant" };
            node.Output.Add(constant.Name);
            node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = constant });
            model.Graph.Node.Insert(0, node);
        }
        else
            model.Graph.Initializer.Add(constant);
        return model.ToByteArray();
    }

    private static TensorProto Tensor(byte[]? raw, params long[] dims)
    {
        var tensor = new TensorProto { DataType = 1 };
        tensor.Dims.AddRange(dims);
        if (raw is not null)
            tensor.RawData = ByteString.CopyFrom(raw);
        return tensor;
    }

    // The file secret.bin as external data: fields 13 (location, in an entry of key and value) and 14.
    private static TensorProto External()
    {
        byte[] entry = [10, 8, .. "location"u8, 18, 10, .. "secret.bin"u8];
        return TensorProto.Parser.ParseFrom([.. Tensor(null, 1).ToByteArray(), 13 << 3 | 2, (byte)entry.Length, .. entry, 14 << 3, 1]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Tensors_in_other_files_are_not_read(bool asNode)
    {
        var model = Model(External(), asNode);
        var folder = Directory.CreateTempSubdirectory("foreign-").FullName;
        var working = Environment.CurrentDirectory;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "secret.bin"), [0, 0, 128, 63]);
            File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model);
            Environment.CurrentDirectory = folder;
            foreach (var use in new Action[] { () => OnnxSession.Load(model), () => OnnxSession.Load("model.onnx") })
                StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(use).Message, "keeps tensors in other files");
        }
        finally
        {
            Environment.CurrentDirectory = working;
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow(4, new long[] { 1_000_000_000 })]
    [DataRow(4, new long[] { 1 << 30, 1 << 30, 1 << 30 })]
    [DataRow(4, new long[] { -1 })]
    [DataRow(0, new long[] { 1_000_000_000_000 })]
    [DataRow(4, new long[] { 2 })]
    public void Dims_that_do_not_fit_their_data_are_refused_before_memory_is_taken(int bytes, long[] dims)
    {
        foreach (var asNode in (bool[])[false, true])
        {
            var model = Model(Tensor(bytes == 0 ? null : new byte[bytes], dims), asNode);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(model));
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        using var session = OnnxSession.Load(Model(Tensor(new byte[4], 1)));
        Assert.AreEqual(2f, session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([2f], 1) })["y"].As<float>()[0]);
    }
}
