namespace MLSeqGraph.Onnx.Tests.Training;

/// <summary>Lookups of table rows against the same network with the table as an ordinary parameter.</summary>
[TestClass]
public class TableLookupTests
{
    private const int Rows = 50, Width = 3;

    /// <summary>
    /// The loss is Σ row · weight over some lookups; every place's gradient is its weight. With whole numbers as weights and a
    /// power of two as learning rate no sum is rounded, in whatever order it is taken.
    /// </summary>
    private static TrainingModel Model(Optimizer optimizer, bool asTable, int lookups = 1, float clip = 0) => TrainingModel.Build(network =>
    {
        Value? loss = null;
        for (var i = 0; i < lookups; i++)
        {
            var ids = network.Input($"ids{i}", ElementType.Int64, ["batch", $"time{i}"]);
            var weights = network.Input($"weights{i}", ElementType.Float, ["batch", $"time{i}", Width]);
            var rows = asTable
                ? network.Lookup("table", Rows, Width, ids, Start)
                : Op.Gather(network.Parameter("table", [Rows, Width], Start, decays: false), ids);
            var part = Op.ReduceSum(rows * weights, keepDims: false);
            loss = loss is null ? part : loss + part;
        }
        var other = network.Parameter("other", [2], Initializers.Ones);
        return new(loss! + Op.ReduceSum(other * other, keepDims: false));
    }, optimizer, clip);

    private static float[] Start(long[] sizes, Random random) =>
        [.. Enumerable.Range(0, (int)(sizes[0] * sizes[1])).Select(i => i % 17 - 8f)];

    private static void Feed(TrainingSession session, long[][] ids, int batch, Func<int, float> weight)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var time = ids[i].Length / batch;
            session.Feed($"ids{i}", ids[i], batch, time);
            session.Feed($"weights{i}", Enumerable.Range(0, ids[i].Length * Width).Select(weight).ToArray(), batch, time, Width);
        }
    }

    private static float[] Table(TrainingSession session, TrainingModel model)
    {
        session.SaveParameters();
        return model.Parameters["table"].Value.As<float>();
    }

    private static void CheckSgd(int batch, params long[][] ids)
    {
        TrainingModel table = Model(new Sgd(), true, ids.Length), dense = Model(new Sgd(), false, ids.Length);
        Assert.HasCount(1, table.Tables);
        Assert.IsEmpty(dense.Tables);
        using TrainingSession tableSession = new(table), denseSession = new(dense);
        for (var step = 0; step < 3; step++)
        {
            float Weight(int i) => i * 7 % 11 - 5 + step;
            Feed(tableSession, ids, batch, Weight);
            Feed(denseSession, ids, batch, Weight);
            var expected = denseSession.Step(0.25f);
            var found = tableSession.Step(0.25f);
            Assert.AreEqual(expected.Loss, found.Loss);
            Assert.AreEqual(expected.GradientNorm, found.GradientNorm, 1e-5f * expected.GradientNorm);
            CollectionAssert.AreEqual(Table(denseSession, dense), Table(tableSession, table), $"step {step}");
        }
    }

    [TestMethod]
    public void Rows_read_once() => CheckSgd(2, [[3, 49, 0, 7]]);

    [TestMethod]
    public void Rows_read_again_and_again() => CheckSgd(3, [[3, 3, 5, 3, 5, 0, 3, 3, 3, 3, 3, 8]]);

    [TestMethod]
    public void No_row_at_all() => CheckSgd(1, [[]]);

    [TestMethod]
    [DataRow(64)]
    [DataRow(65)]
    [DataRow(128)]
    [DataRow(4095)]
    [DataRow(4096)]
    [DataRow(4097)]
    [DataRow(10_000)]
    [DataRow(300_000)]
    public void One_row_read_very_often(int times) => CheckSgd(1, [[.. Enumerable.Repeat(17L, times)]]);

    [TestMethod]
    public void Often_and_seldom_read_rows_together()
    {
        // row r is read about 2^(r/4) times: 1 to 4,000
        var ids = Enumerable.Range(0, Rows).SelectMany(row => Enumerable.Repeat((long)row, (int)Math.Pow(2, row / 4.1))).ToArray();
        new Random(1).Shuffle(ids);
        CheckSgd(1, [ids]);
    }

    [TestMethod]
    public void Several_lookups_of_one_table() =>
        CheckSgd(2, [3, 3, 5, 5], [5, 1], [.. Enumerable.Range(0, 200).Select(i => (long)(i % 7))]);

    [TestMethod]
    public void Clipping_takes_the_rows_gradients_into_account()
    {
        TrainingModel table = Model(new Sgd(), true, clip: 2), dense = Model(new Sgd(), false, clip: 2);
        using TrainingSession tableSession = new(table), denseSession = new(dense);
        long[][] ids = [[4, 4, 9]];
        Feed(tableSession, ids, 1, i => i);
        Feed(denseSession, ids, 1, i => i);
        Assert.AreEqual(denseSession.Step(0.25f).GradientNorm, tableSession.Step(0.25f).GradientNorm, 1e-4f);
        foreach (var (expected, found) in Table(denseSession, dense).Zip(Table(tableSession, table)))
            Assert.AreEqual(expected, found, 1e-5f);
    }

    [TestMethod]
    public void Adam_moves_the_rows_read_as_if_they_were_all_and_leaves_the_others()
    {
        TrainingModel table = Model(new Adam(), true), dense = Model(new Adam(), false);
        using TrainingSession tableSession = new(table), denseSession = new(dense);
        var before = tableSession.SaveState();
        long[] read = [7, 2, 40];
        for (var step = 0; step < 10; step++)
        {
            // the same rows in every step: their states never rest
            long[][] ids = [[7, 2, 40, 2, 2, 7]];
            Feed(tableSession, ids, 2, i => i + step);
            Feed(denseSession, ids, 2, i => i + step);
            tableSession.Step(0.01f);
            denseSession.Step(0.01f);
        }
        float[] expected = Table(denseSession, dense), found = Table(tableSession, table);
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-6f * Math.Max(1, Math.Abs(expected[i])), $"element {i}");
        var after = tableSession.SaveState();
        foreach (var name in (string[])["table", "table/mean", "table/mean_square"])
            for (var row = 0; row < Rows; row++)
            {
                var isSame = before.Tensors[name].AsSpan(row * Width, Width).SequenceEqual(after.Tensors[name].AsSpan(row * Width, Width));
                Assert.AreEqual(!read.Contains(row), isSame, $"{name}, row {row}");
            }
    }

    [TestMethod]
    public void The_states_of_a_row_rest_while_it_is_not_read()
    {
        var model = Model(new Adam(), true);
        using var session = new TrainingSession(model);
        Feed(session, [[5]], 1, _ => 1);
        session.Step(0.01f);
        var before = session.SaveState();
        Feed(session, [[6]], 1, _ => 1);
        session.Step(0.01f);
        var after = session.SaveState();
        foreach (var name in (string[])["table", "table/mean", "table/mean_square"])
            CollectionAssert.AreEqual(before.Tensors[name][15..18], after.Tensors[name][15..18], name);
    }

    [TestMethod]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var random = new Random(3);
        var ids = Enumerable.Range(0, 20_000).Select(_ => (long)(Rows * Math.Pow(random.NextDouble(), 4))).ToArray();
        float[]? expected = null;
        for (var threads = 1; threads <= 4; threads++)
        {
            var model = Model(new Adam(), true);
            using var session = new TrainingSession(model, ExecutionTarget.Cpu(threads));
            for (var step = 0; step < 3; step++)
            {
                Feed(session, [ids], 10, i => MathF.Sin(i + step));
                session.Step(0.01f);
            }
            var found = Table(session, model);
            expected ??= found;
            CollectionAssert.AreEqual(expected, found, $"{threads} threads");
        }
    }

    [TestMethod]
    public void A_table_that_is_also_used_as_a_whole_gets_its_whole_gradient()
    {
        TrainingModel Tied(bool asTable) => TrainingModel.Build(network =>
        {
            var ids = network.Input("ids0", ElementType.Int64, ["batch", "time0"]);
            var weights = network.Input("weights0", ElementType.Float, ["batch", "time0", Width]);
            var all = network.Parameter("table", [Rows, Width], Start);
            var rows = asTable ? network.Lookup("table", Rows, Width, ids, Start) : Op.Gather(all, ids);
            return new(Op.ReduceSum(rows * weights, keepDims: false) + Op.ReduceSum(all, keepDims: false));
        }, new Sgd());
        TrainingModel tied = Tied(true), dense = Tied(false);
        using TrainingSession tiedSession = new(tied), denseSession = new(dense);
        foreach (var session in (TrainingSession[])[tiedSession, denseSession])
        {
            Feed(session, [[4, 4, 9]], 1, i => i);
            session.Step(0.5f);
        }
        CollectionAssert.AreEqual(Table(denseSession, dense), Table(tiedSession, tied));
    }

    [TestMethod]
    public void Row_numbers_must_be_an_input_and_within_the_table()
    {
        var exception = Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network =>
        {
            var ids = network.Input("ids", ElementType.Int64, ["n"]);
            return new(Op.ReduceSum(network.Lookup("table", Rows, Width, ids + ids, Start), keepDims: false));
        }, new Sgd()));
        StringAssert.Contains(exception.Message, "'table'");
        var model = Model(new Sgd(), true);
        using var session = new TrainingSession(model);
        var before = Table(session, model).ToArray();
        Feed(session, [[3, Rows]], 1, _ => 1);
        var outside = Assert.ThrowsExactly<ArgumentException>(() => session.Step(1));
        StringAssert.Contains(outside.Message, "ids0");
        StringAssert.Contains(outside.Message, "50");
        Feed(session, [[-1]], 1, _ => 1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => session.Step(1)).Message, "-1");
        CollectionAssert.AreEqual(before, Table(session, model));
    }
}
