namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class GatherSumTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(33)]
    [DataRow(64)]
    [DataRow(100)]
    public void Every_width_gives_the_same_bits_on_any_number_of_threads(int width)
    {
        var sums = GatherSumCase.Random(lists: 3000, rows: 400, width, longest: 5000);
        var first = sums.Run(threads: 1);
        sums.Check(first);
        for (var threads = 2; threads <= 8; threads++)
            CollectionAssert.AreEqual(first, sums.Run(threads), $"{threads} threads");
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 24)]
    [DataRow(3, 3)]
    [DataRow(3, 6)]
    [DataRow(2, 40)]
    [DataRow(8, 64)]
    public void Each_head_weighs_its_stretch(int heads, int width)
    {
        var sums = GatherSumCase.Random(lists: 500, rows: 100, width, heads, longest: 1000);
        var first = sums.Run(threads: 1);
        sums.Check(first);
        CollectionAssert.AreEqual(first, sums.Run(threads: 8));
    }

    [TestMethod]
    public void More_threads_than_lists()
    {
        var sums = GatherSumCase.Random(lists: 3, rows: 5, width: 20_000);
        sums.Check(sums.Run(threads: 8));
    }

    [TestMethod]
    public void Nothing_to_sum()
    {
        Assert.IsEmpty(new GatherSumCase(3, 5, [0], []).Run(1));
        CollectionAssert.AreEqual(new float[10], new GatherSumCase(3, 5, [0, 0, 0], []).Run(1));
        CollectionAssert.AreEqual(new float[10], new GatherSumCase(0, 5, [0, 0, 0], []).Run(2));
        CollectionAssert.AreEqual(new float[10], new GatherSumCase(3, 5, [0, 0, 0], [], Heads: 1).Run(2));
        Assert.IsEmpty(new GatherSumCase(3, 0, [0, 2], [1, 2]).Run(1));
    }

    [TestMethod]
    public void Nan_and_infinity_pass()
    {
        var x = TensorData.Create([1f, float.NaN, float.PositiveInfinity, 2f, 3f, float.NegativeInfinity], 2, 3);
        var y = new GatherSumCase(2, 3, [0, 1, 3], [0, 0, 1]) { X = x }.Run(1);
        CollectionAssert.AreEqual(new[] { 1f, float.NaN, float.PositiveInfinity, 3f, float.NaN, float.NaN }, y);
    }

    [TestMethod]
    public void Memory_of_any_alignment_is_read_and_written()
    {
        var sums = new GatherSumCase(2, 17, [0, 2, 3], [0, 1, 1]);
        using var session = sums.Session(1);
        using var buffer = session.Allocate(ElementType.Float, 3 + 2 * 17 + 2 * 17);
        buffer.Write<float>(sums.X.As<float>(), 3);
        using var binding = new SessionBinding(session);
        var inputs = sums.Inputs;
        using var x = buffer.View(3, 2, 17);
        using var y = buffer.View(3 + 2 * 17, 2, 17);
        binding.Input("x", x);
        binding.Output("y", y);
        using OrtOwned others = new(inputs.Where(input => input.Key is "start" or "columns"));
        others.BindTo(binding);
        using var options = new Microsoft.ML.OnnxRuntime.RunOptions();
        binding.Run(options);
        var sum = new float[2 * 17];
        buffer.Read<float>(sum, 3 + 2 * 17);
        sums.Check(sum);
    }

    [TestMethod]
    public void Bad_lists_are_named_and_not_followed()
    {
        static string Message(GatherSumCase bad, int threads = 1) =>
            Assert.ThrowsExactly<ArgumentException>(() => bad.Run(threads)).Message;
        StringAssert.Contains(Message(new(3, 4, [0, 2], [0, 3])), "Entry 1 of the lists names row 3; expected 0 to 2");
        StringAssert.Contains(Message(new(3, 4, [0, 2], [0, -1])), "names row -1");
        StringAssert.Contains(Message(new(3, 4, [0, 3], [0, 1])), "List 0 is from 0 to 3; expected a stretch of 2 entries");
        StringAssert.Contains(Message(new(3, 4, [2, 0], [0, 1])), "List 0 is from 2 to 0");
        var large = GatherSumCase.Random(lists: 3000, rows: 400, width: 64);
        large.Columns[^1] = 400;
        StringAssert.Contains(Message(large, threads: 4), $"Entry {large.Columns.Length - 1} of the lists names row 400");
    }
}
