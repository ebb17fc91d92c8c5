using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Files that are cut off, foreign, or need what ONNX Runtime hasn't got.</summary>
[TestClass]
public class DamagedFileTests
{
    private static readonly byte[] Whole = OnnxFile.ToBytes(Layer(), new Dictionary<string, string> { ["task"] = "test" });

    [TestMethod]
    public void A_file_cut_off_anywhere_is_no_model()
    {
        for (var length = 0; length < Whole.Length; length++)
        {
            var part = Whole[..length];
            foreach (var use in new Action[] { () =>
                OnnxFile.ReadMetadata(part), () => OnnxFile.Inspect(part), () => OnnxSession.Load(part) })
            {
                var exception = Assert.ThrowsExactly<OnnxFileException>(use, $"cut after {length} bytes");
                StringAssert.Contains(exception.Message, length == 0 ? "is empty" : "cut off");
            }
        }
    }

    [TestMethod]
    [DataRow("PK\u0003\u0004 a model of ML.NET", "zip archive")]
    [DataRow("    ORTM", "ONNX Runtime's own format")]
    [DataRow("label,text\n1,hello\n", "not an ONNX model")]
    [DataRow("<!DOCTYPE html><html></html>", "not an ONNX model")]
    [DataRow("\0\0\0\0\0\0\0\0\0\0\0\0", "no ONNX model")]
    [DataRow("x", "not an ONNX model")]
    public void Foreign_files_are_told_from_models(string content, string problem)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes(content));
            foreach (var use in new Action[] { () =>
                OnnxFile.ReadMetadata(file), () => OnnxFile.Inspect(file), () => OnnxSession.Load(file) })
            {
                var exception = Assert.ThrowsExactly<OnnxFileException>(use);
                Assert.AreEqual(file, exception.File);
                StringAssert.Contains(exception.Message, $"'{file}'");
                StringAssert.Contains(exception.Message, problem);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public void Random_bytes_are_no_model()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[1 + random.Next(300)];
            random.NextBytes(bytes);
            Assert.ThrowsExactly<OnnxFileException>(() => OnnxFile.Inspect(bytes));
            Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(bytes));
        }
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), "no such model.onnx");
        foreach (var use in new Action[] { () => OnnxFile.ReadMetadata(path), () => OnnxFile.Inspect(path), () => OnnxSession.Load(path) })
            StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(use).Message, path);
    }

    [TestMethod]
    public void A_newer_operator_set_is_named()
    {
        var model = ModelProto.Parser.ParseFrom(Whole);
        model.OpsetImport[0].Version = 99;
        var exception = Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(model.ToByteArray()));
        StringAssert.Contains(exception.Message, "It needs operator set 99 of domain 'ai.onnx'");
    }

    [TestMethod]
    public void A_foreign_operator_is_named()
    {
        var model = ModelProto.Parser.ParseFrom(Whole);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        model.Graph.Node[0].Domain = "com.example";
        var exception = Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(model.ToByteArray()));
        StringAssert.Contains(exception.Message, "com.example:MatMul");
        StringAssert.Contains(exception.Message, "3 of domain 'com.example'");
    }

    [TestMethod]
    public void A_model_without_an_operator_set_is_no_model()
    {
        var model = ModelProto.Parser.ParseFrom(Whole);
        model.OpsetImport.Clear();
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(model.ToByteArray())).Message, "operator set");
    }

    [TestMethod]
    public void An_input_of_a_type_that_is_not_supported_is_named()
    {
        const int float16 = 10;
        var model = new ModelProto { IrVersion = 8,
            Graph = new() { Name = "half", Node = { new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "y" } } } } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 18 });
        foreach (var (name, list) in new[] { ("x", model.Graph.Input), ("y", model.Graph.Output) })
            list.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = float16, Shape = new() } } });
        foreach (var use in new Action[] { () => OnnxFile.Inspect(model.ToByteArray()), () => OnnxSession.Load(model.ToByteArray()) })
            StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(use).Message, "'x'");
    }

    [TestMethod]
    public void Dimensions_without_a_name_are_told_apart()
    {
        var model = ModelProto.Parser.ParseFrom(Whole);
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0].ClearValue();
        model.Graph.Output[0].Type.TensorType.Shape.Dim[0].ClearValue();
        using var session = OnnxSession.Load(model.ToByteArray());
        Assert.AreEqual("[?0, 3]", session.Inputs[0].Shape.ToString());
        Assert.AreNotEqual(session.Inputs[0].Shape[0], session.Outputs[0].Shape[0]);
        Assert.AreEqual("[?0, 3]", OnnxFile.Inspect(model.ToByteArray()).Inputs[0].Shape.ToString());
    }

    private static Graph Layer()
    {
        var graph = new Graph("layer");
        var weights = graph.Constant(TensorData.Zeros(ElementType.Float, 3, 2));
        graph.Output("y", Op.Tanh(Op.MatMul(graph.Input("x", ElementType.Float, ["batch", 3]), weights)));
        return graph;
    }
}
