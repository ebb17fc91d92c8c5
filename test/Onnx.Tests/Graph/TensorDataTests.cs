namespace MLSeqGraph.Onnx.Tests.Graphs;

[TestClass]
public class TensorDataTests
{
    [TestMethod]
    public void Elements_fit_the_sizes()
    {
        var tensor = TensorData.Create([1f, 2, 3, 4, 5, 6], 2, 3);
        Assert.AreEqual(ElementType.Float, tensor.Type);
        Assert.AreEqual(6L, tensor.Count);
        Assert.AreEqual("Float [2, 3]: 1, 2, 3, 4, 5, 6", tensor.ToString());
        Assert.AreEqual("Int64 []: 7", TensorData.Scalar(7L).ToString());
        var error = Assert.ThrowsExactly<ArgumentException>(() => TensorData.Create([1f, 2], 3));
        StringAssert.Contains(error.Message, "[3] has 3 elements; 2 were given");
    }

    [TestMethod]
    public void Elements_are_read_as_their_own_type()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TensorData.Vector(1L).As<int>());
        StringAssert.Contains(error.Message, "holds Int64, not Int32");
        Assert.ThrowsExactly<NotSupportedException>(() => TensorData.Vector('a'));
        Assert.ThrowsExactly<NotSupportedException>(() => TensorData.Zeros(ElementType.String, 2));
    }

    [TestMethod]
    public void Equal_bit_for_bit()
    {
        Assert.IsTrue(TensorData.Vector(1f, float.NaN).SameAs(TensorData.Vector(1f, float.NaN)));
        Assert.IsFalse(TensorData.Vector(0f).SameAs(TensorData.Vector(-0f)));
        Assert.IsFalse(TensorData.Vector(1).SameAs(TensorData.Vector(1L)));
        Assert.IsFalse(TensorData.Vector(1).SameAs(TensorData.Scalar(1)));
        Assert.IsTrue(TensorData.Vector("a", "b").SameAs(TensorData.Vector("a", "b")));
        Assert.IsTrue(TensorData.Zeros(ElementType.Bool, 2).SameAs(TensorData.Vector(false, false)));
    }
}
