namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class SafeTensorsTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("tensors-").FullName;

    [ClassCleanup]
    public static void Clean() => Directory.Delete(Folder, recursive: true);

    [TestMethod]
    public void What_is_written_is_read()
    {
        var path = Path.Combine(Folder, "all");
        var all = new Dictionary<string, TensorData>
        {
            ["weight"] = TensorData.Create([1f, -2f, 3f, 4f, 5f, float.MaxValue], 2, 3), ["a.b/c"] = TensorData.Scalar(7L),
            ["double"] = TensorData.Vector(1.5), ["flags"] = TensorData.Vector(true, false), ["none"] = TensorData.Create<float>([], 0, 4),
            ["bytes"] = TensorData.Vector<byte>(1, 255), ["ints"] = TensorData.Vector(-1), ["keys"] = TensorData.Vector(3u),
        };
        SafeTensors.Save(path, all);
        var read = SafeTensors.Load(path);
        CollectionAssert.AreEquivalent(all.Keys, read.Keys.ToArray());
        foreach (var (name, tensor) in all)
            Assert.IsTrue(tensor.SameAs(read[name]), name);
    }

    [TestMethod]
    public void Files_of_other_programs_are_read()
    {
        var path = Path.Combine(Folder, "other");
        var header = """
            {"__metadata__":{"format":"pt"},"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
            "b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]}}
            """u8;
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, 0x00, 0x3C, 0x00, 0xC0, 0x80, 0x3F]);
        var read = SafeTensors.Load(path);
        CollectionAssert.AreEqual(new[] { 1f, -2f }, read["h"].As<float>());
        CollectionAssert.AreEqual(new[] { 1f }, read["b"].As<float>());
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}""", "4 elements")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}}""", "F8")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "'a'")]
    [DataRow("""{"a":7}""", "")]
    [DataRow("""[]""", "")]
    public void What_does_not_fit_is_refused(string header, string expected)
    {
        var path = Path.Combine(Folder, "bad");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header),
            .. new byte[8]]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SafeTensors.Load(path));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, expected);
    }
}
