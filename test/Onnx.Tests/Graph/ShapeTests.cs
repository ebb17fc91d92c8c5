namespace MLSeqGraph.Onnx.Tests.Graphs;

[TestClass]
public class ShapeTests
{
    private static readonly Shape Sequence = ["batch", "time", 64];

    [TestMethod]
    public void Axes_count_from_either_end()
    {
        Assert.AreEqual((Dim)"batch", Sequence[0]);
        Assert.AreEqual((Dim)64, Sequence[-1]);
        Assert.AreEqual((Dim)"time", Sequence[^2]);
        Assert.AreEqual("[batch, time, 3]", Sequence.With(-1, 3).ToString());
        Assert.AreEqual("[batch, 64]", Sequence.Remove(-2).ToString());
        Assert.AreEqual("[1, batch, time, 64]", Sequence.Insert(0, 1).ToString());
        Assert.AreEqual("[batch, time, 64, 1]", Sequence.Insert(3, 1).ToString());
    }

    [TestMethod]
    public void Elements_and_sizes()
    {
        Assert.AreEqual((Dim)"batch" * "time" * 64, Sequence.Elements);
        Assert.AreEqual((Dim)1, Shape.Scalar.Elements);
        Assert.IsFalse(Sequence.IsKnown);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, Shape.Create([2, 3]).Sizes);
        Assert.ThrowsExactly<InvalidOperationException>(() => Sequence.Sizes);
        Assert.AreEqual("[]", Shape.Scalar.ToString());
        Assert.AreEqual<Shape>(Shape.Of([2, 3]), [2, 3]);
        Assert.AreNotEqual<Shape>(["a"], ["b"]);
    }

    [TestMethod]
    public void Broadcasting()
    {
        static string? Of(Shape left, Shape right)
        {
            Assert.AreEqual(Shape.Broadcast(left, right), Shape.Broadcast(right, left));
            return Shape.Broadcast(left, right)?.ToString();
        }

        Assert.AreEqual("[batch, time, 64]", Of(Sequence, [64]));
        Assert.AreEqual("[batch, time, 64]", Of(Sequence, ["time", 1]));
        Assert.AreEqual("[batch, time, 64]", Of(Sequence, []));
        Assert.AreEqual("[2, 3]", Of([2, 1], [1, 3]));
        Assert.AreEqual("[0, 3]", Of([0, 3], [1, 3]));
        Assert.IsNull(Of(["batch"], ["time"]));
        Assert.IsNull(Of(["batch"], [5]));
        Assert.IsNull(Of([2, 3], [2]));
    }
}
