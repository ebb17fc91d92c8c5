namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>Updates of rows in one pass are those of the optimizers' own rules.</summary>
[TestClass]
public class RowUpdateTests
{
    private const int Rows = 40;

    public static IEnumerable<object[]> Optimizers => [[new Sgd()], [new Adagrad()], [new Adam { Beta1 = 0.8f, Epsilon = 1e-3f }]];

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Equals_the_written_rule_on_any_number_of_threads(Optimizer optimizer)
    {
        foreach (var width in (int[])[1, 5, 16, 37, 200])
            foreach (var factor in (float?[])[null, 0.25f])
            {
                var expected = Run(optimizer, width, factor, 1, kernels: false);
                var first = Run(optimizer, width, factor, 1);
                for (var i = 0; i < expected.Length; i++)
                    Assert.AreEqual(expected[i], first[i], 2e-6f * Math.Max(1, Math.Abs(expected[i])), $"width {width}, element {i}");
                for (var threads = 2; threads <= 8; threads++)
                    CollectionAssert.AreEqual(first, Run(optimizer, width, factor, threads), $"{threads} threads");
            }
    }

    [TestMethod]
    public void No_rows_leave_the_table_and_nan_stays_in_its_row()
    {
        var table = Tensors(3)["table"].As<float>();
        CollectionAssert.AreEqual(table, Run(new Sgd(), 3, null, 1, rows: [])[..(Rows * 3)]);
        var y = Run(new Adagrad(), 3, null, 2, rows: [7], gradient: [1, float.NaN, 1]);
        Assert.AreEqual(2, y.Count(float.IsNaN)); // of the table and of the sum of squares
        Assert.IsTrue(float.IsNaN(y[7 * 3 + 1]));
    }

    [TestMethod]
    [DataRow(-1L)]
    [DataRow((long)Rows)]
    public void A_row_that_is_not_there_is_an_error(long row) =>
        StringAssert.Contains(Assert.Throws<Exception>(() => Run(new Adagrad(), 3, null, 1, rows: [row], gradient: [1, 1, 1])).Message,
            $"RowUpdate: row {row}; expected 0 to {Rows - 1}");

    [TestMethod]
    public void Rules_that_are_more_than_the_kernel_are_written_out()
    {
        var graph = new Graph("rules") { UsesKernels = true };
        Value rate = graph.Input("rate", ElementType.Float, []), step = graph.Input("step", ElementType.Float, []);
        foreach (var optimizer in (Optimizer[])[new Sgd { Momentum = 0.9f }, new Adagrad { WeightDecay = 0.1f }, new AdamW(),
            new RmsProp()])
            Assert.IsNull(optimizer.RowRule(rate, step));
    }

    private static TensorInputs Tensors(int width)
    {
        TensorData Of(int seed, int rows) => FiniteDifferences.Random(ElementType.Float, seed, rows, width);
        TensorData Positive(int seed) => TensorData.Create(Array.ConvertAll(Of(seed, Rows).As<float>(), Math.Abs), Rows, width);
        return new()
        {
            ["table"] = Of(1, Rows), ["gradient"] = Of(2, 12), ["state0"] = Positive(3), ["state1"] = Positive(4),
            ["rows"] = TensorData.Vector(3L, 39, 0, 1, 2, 20, 30, 10, 11, 12, 5, 38), ["rate"] = TensorData.Create([0.3f], []),
            ["step"] = TensorData.Create([4f], []), ["factor"] = TensorData.Create([1f], []),
        };
    }

    private static float[] Run(Optimizer optimizer, int width, float? factor, int threads, bool kernels = true, long[]? rows = null,
        float[]? gradient = null)
    {
        var feed = Tensors(width);
        feed["factor"] = TensorData.Create([factor ?? 1], []);
        if (rows is not null)
            (feed["rows"], feed["gradient"]) = (TensorData.Vector(rows), TensorData.Create(gradient ?? [], rows.Length, width));
        var graph = new Graph("update") { UsesKernels = kernels };
        Value Scalar(string name) => graph.Input(name, ElementType.Float, []);
        Value table = graph.Input("table", ElementType.Float, [Rows, width]),
            g = graph.Input("gradient", ElementType.Float, ["rows", width]), numbers = graph.Input("rows", ElementType.Int64, ["rows"]);
        Value[] states = [.. optimizer.States.Select((_, i) => graph.Input($"state{i}", ElementType.Float, [Rows, width]))];
        Value rate = Scalar("rate"), step = Scalar("step"), scale = Scalar("factor");
        IReadOnlyList<Value> updated;
        if (kernels)
        {
            updated = RowUpdate.Of(table, g, numbers, states, optimizer.RowRule(rate, step)!, factor is null ? null : scale);
        }
        else
        {
            var (parameter, next) = optimizer.Update(new(Op.Gather(table, numbers), g * scale,
                [.. states.Select(state => Op.Gather(state, numbers))], rate, step, null));
            updated = [Op.ReplaceRows(table, numbers, parameter), .. states.Zip(next, (state, of) => Op.ReplaceRows(state, numbers, of))];
        }
        for (var i = 0; i < updated.Count; i++)
            graph.Output($"y{i}", updated[i]);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        var result = session.Run(feed.Where(entry => graph.Inputs.Any(input => input.Name == entry.Key)).ToDictionary());
        return [.. updated.SelectMany((_, i) => result[$"y{i}"].As<float>())];
    }
}
