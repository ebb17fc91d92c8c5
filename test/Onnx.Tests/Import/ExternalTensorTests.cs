using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;
using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Models whose tensors are in files beside them, and files that name others.</summary>
[TestClass]
public class ExternalTensorTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("external-").FullName;

    [ClassCleanup]
    public static void Remove() => Directory.Delete(Folder, recursive: true);

    // y = x w + b, where w and b are in a file, b from byte 16 on.
    private static string Write(string location = "weights.bin", string offset = "16", string? length = "8", long size = 2)
    {
        var model = ModelProto.Parser.ParseFrom(Model(13, [Node("MatMul", "x w", "m"), Node("Add", "m b", "y")], [Input("x",
            ElementType.Float, "n", 2)], ["y"], ("w", TensorData.Create([1f, 2f, 3f, 4f], 2, 2)), ("b", TensorData.Vector(5f, 6f))));
        File.WriteAllBytes(Path.Combine(Folder, "weights.bin"), [.. model.Graph.Initializer.SelectMany(tensor => tensor.RawData)]);
        foreach (var tensor in model.Graph.Initializer)
        {
            tensor.ClearRawData();
            tensor.DataLocation = 1;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        }
        model.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "length", Value = "16" });
        model.Graph.Initializer[1].ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null)
            model.Graph.Initializer[1].ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        model.Graph.Initializer[1].Dims[0] = size;
        var path = Path.Combine(Folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    [TestMethod]
    [DataRow("8")]
    [DataRow(null)]
    public void Tensors_in_a_file_beside_the_model_are_read(string? length)
    {
        var model = ImportedModel.Load(Write(length: length));
        Assert.HasCount(2, model.Weights);
        using var session = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
        CollectionAssert.AreEqual(new[] { 1f + 3 + 5, 2f + 4 + 6 }, session.Run(new Dictionary<string, TensorData>
            { ["x"] = TensorData.Create([1f, 1f], 1, 2) })["y"].As<float>());
    }

    [TestMethod]
    public void An_empty_file_is_refused_before_it_is_opened()
    {
        var path = Write("nothing.bin");
        File.WriteAllBytes(Path.Combine(Folder, "nothing.bin"), []);
        Refuses(path, "'nothing.bin', which is empty or no file");
    }

    private static void Refuses(string path, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(path)).Message, expected);

    [TestMethod]
    [DataRow("../secret.bin")]
    [DataRow("/etc/hostname")]
    [DataRow("..")]
    [DataRow("inner/weights.bin")]
    [DataRow("")]
    public void Files_elsewhere_are_not_read(string location) => Refuses(Write(location), "expected the name of a file beside it");

    [TestMethod]
    public void Links_are_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(Folder, "link.bin"), "/etc/hostname");
        Refuses(Write("link.bin"), "which is a link");
    }

    [TestMethod]
    public void Files_that_are_missing_or_too_short_and_parts_that_do_not_fit()
    {
        Refuses(Write("other.bin"), "there is no such file beside it");
        Refuses(Write(offset: "20"), "tensor 'b': it is at 20 to 28 of 'weights.bin', which has 24 bytes");
        Refuses(Write(offset: "-8"), "its offset in 'weights.bin' is '-8'");
        Refuses(Write(offset: "99999999999999999999"), "its offset");
        Refuses(Write(length: "4"), "it has dims of 2 elements, but 4 bytes");
        Refuses(Write(size: 1L << 40), "tensor 'b': it has dims of 1099511627776 elements");
        Refuses(Write(offset: "0", length: "24", size: 6), "parts of them overlap");
        var bytes = File.ReadAllBytes(Write());
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(bytes)).Message, "in other files");
    }
}
