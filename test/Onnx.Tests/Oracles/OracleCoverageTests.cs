namespace MLSeqGraph.Onnx.Tests.Oracles;

[TestClass]
[TestCategory("Oracle")]
public class OracleCoverageTests
{
    [TestMethod]
    public void Every_case_is_known()
    {
        if (SharedFolder.Oracles is null)
            Assert.Inconclusive(SharedFolder.NoOracles);
        var known = OracleOperations.OfProject.Values.SelectMany(operations => operations).ToHashSet();
        string[] unknown = [.. OracleDataAttribute.Files().Where(file => !known.Contains(file.Operation))
            .Select(file => $"{file.Name} ({file.Operation})")];
        if (unknown.Length > 0)
            Assert.Inconclusive("No test knows the operation of " + string.Join(", ", unknown));
    }
}
