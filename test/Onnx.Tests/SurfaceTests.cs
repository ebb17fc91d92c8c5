namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class SurfaceTests
{
    [TestMethod]
    public void Messages_of_the_file_format_are_not_public()
    {
        var elsewhere = from type in typeof(Graph).Assembly.GetExportedTypes()
            where type.Namespace != typeof(Graph).Namespace select type.FullName;
        Assert.AreEqual("", string.Join(", ", elsewhere));
    }
}
