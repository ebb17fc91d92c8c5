using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class DeviceBufferTests
{
    [TestMethod]
    public void Views_into_one_buffer_are_bound_as_input_and_output()
    {
        var graph = new Graph("double");
        graph.Output("y", graph.Input("x", ElementType.Float, ["rows", 2]) * 2.0);
        using var session = new OnnxSession(graph);
        using var buffer = session.Allocate(ElementType.Float, 10);
        buffer.Write<float>([1, 2, 3, 4], offset: 1);
        using (var input = buffer.View(1, 2, 2))
        using (var output = buffer.View(5, 2, 2))
        using (var binding = new SessionBinding(session))
        using (var run = new RunOptions())
        {
            binding.Input("x", input);
            binding.Output("y", output);
            binding.Run(run);
        }
        var all = new float[10];
        buffer.Read<float>(all);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 2, 4, 6, 8, 0 }, all);
        var part = new float[2];
        buffer.Read<float>(part, offset: 6);
        CollectionAssert.AreEqual(new float[] { 4, 6 }, part);
        buffer.Clear();
        buffer.Read<float>(all);
        CollectionAssert.AreEqual(new float[10], all);
    }

    [TestMethod]
    public void An_empty_tensor_is_a_view()
    {
        using var buffer = new DeviceBuffer(null, ElementType.Int64, 0);
        using var view = buffer.View(0, 3, 0);
        CollectionAssert.AreEqual(new long[] { 3, 0 }, view.GetTensorTypeAndShape().Shape);
    }

    [TestMethod]
    public void Out_of_range_and_foreign_types_are_errors()
    {
        using var buffer = new DeviceBuffer(null, ElementType.Float, 4);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.View(3, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.View(-1, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.Write<float>(new float[5]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => buffer.Read<float>(new float[3], offset: 2));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => buffer.Write<double>(new double[1]));
        StringAssert.Contains(exception.Message, "Float");
        StringAssert.Contains(exception.Message, "Double");
    }

    [TestMethod]
    public void Use_after_dispose_is_an_error()
    {
        var buffer = new DeviceBuffer(null, ElementType.Float, 4);
        buffer.Dispose();
        buffer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => buffer.View(0, 1));
        Assert.ThrowsExactly<ObjectDisposedException>(() => buffer.Read<float>(new float[1]));
    }
}
