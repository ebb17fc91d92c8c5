namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class ExecutionTargetTests
{
    [TestMethod]
    [DataRow("cpu", TargetKind.Cpu, 0, 0)]
    [DataRow("cpu:2", TargetKind.Cpu, 2, 0)]
    [DataRow("cuda", TargetKind.Cuda, 0, 0)]
    [DataRow("cuda:1", TargetKind.Cuda, 0, 1)]
    [DataRow("auto", TargetKind.Auto, 0, 0)]
    public void Text_form_is_read_back(string text, TargetKind kind, int threads, int device)
    {
        var target = ExecutionTarget.Parse(text);
        Assert.AreEqual((kind, threads, device), (target.Kind, target.Threads, target.Device));
        Assert.AreEqual(text, target.ToString());
        Assert.AreEqual(target, ExecutionTarget.Parse(" " + text.ToUpperInvariant() + " "));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("gpu")]
    [DataRow("cpu:")]
    [DataRow("cpu:-1")]
    [DataRow("cpu:two")]
    [DataRow("cuda:1:2")]
    [DataRow("auto:0")]
    public void Other_texts_are_errors(string text)
    {
        var exception = Assert.ThrowsExactly<FormatException>(() => ExecutionTarget.Parse(text));
        StringAssert.Contains(exception.Message, $"'{text}'");
        StringAssert.Contains(exception.Message, "cuda:<device>");
    }

    [TestMethod]
    public void Equality_is_by_value()
    {
        Assert.AreEqual(ExecutionTarget.Cpu(2), ExecutionTarget.Cpu(2));
        Assert.AreNotEqual(ExecutionTarget.Cpu(2), ExecutionTarget.Cpu());
        Assert.AreNotEqual(ExecutionTarget.Cpu(), ExecutionTarget.Cuda());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ExecutionTarget.Cpu(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ExecutionTarget.Cuda(-1));
    }
}
