using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Assignments with dustbins: values by a plain loop, gradients, sums, padding, order, deployment.</summary>
[TestClass]
public class SinkhornTests
{
    private const int Batch = 2, Rows = 4, Columns = 3;
    private const float Dustbin = 0.4f;

    private static readonly long[] RowCounts = [4, 2], ColumnCounts = [2, 3];

    private static double[] Scores(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];
    }

    // The same in plain numbers, not logarithms: [rows + 1, columns + 1].
    private static double[,] Loop(Func<int, int, double> score, int rows, int columns, int iterations)
    {
        var p = new double[rows + 1, columns + 1];
        for (var i = 0; i <= rows; i++)
            for (var j = 0; j <= columns; j++)
                p[i, j] = Math.Exp(i < rows && j < columns ? score(i, j) : Dustbin);
        while (iterations-- > 0)
        {
            for (var i = 0; i <= rows; i++)
            {
                var sum = Enumerable.Range(0, columns + 1).Sum(j => p[i, j]);
                for (var j = 0; j <= columns; j++)
                    p[i, j] *= (i < rows ? 1 : columns) / sum;
            }
            for (var j = 0; j <= columns; j++)
            {
                var sum = Enumerable.Range(0, rows + 1).Sum(i => p[i, j]);
                for (var i = 0; i <= rows; i++)
                    p[i, j] *= (j < columns ? 1 : rows) / sum;
            }
        }
        return p;
    }

    private static float[] Run(float[] scores, int rows, int columns, bool isRagged, int iterations = 20,
        NetworkMode mode = NetworkMode.Evaluation)
    {
        var graph = new Graph("test");
        var weights = new Dictionary<string, Value> { ["sinkhorn/dustbin"] = graph.Constant(TensorData.Vector(Dustbin)) };
        var network = new NetworkBuilder(graph, mode, weights);
        var x = network.Input("x", ElementType.Float, [isRagged ? Batch : "batch", "rows", "columns"]);
        graph.Output("y", network.Sinkhorn(x, isRagged ? graph.Vector(RowCounts) : null, isRagged ? graph.Vector(ColumnCounts) : null,
            iterations));
        using var session = new OnnxSession(graph);
        return session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(scores, scores.Length / rows / columns, rows, columns),
        })["y"].As<float>().ToArray();
    }

    [TestMethod]
    [DataRow(1, true)]
    [DataRow(20, true)]
    [DataRow(3, false)]
    public void Values_are_those_of_a_plain_loop_whatever_the_padding(int iterations, bool isRagged)
    {
        var scores = Array.ConvertAll(Scores(Batch * Rows * Columns), value => (float)value);
        foreach (var mode in Enum.GetValues<NetworkMode>())
        {
            var y = Run(scores, Rows, Columns, isRagged, iterations, mode);
            for (var b = 0; b < Batch; b++)
            {
                var (rows, columns) = isRagged ? ((int)RowCounts[b], (int)ColumnCounts[b]) : (Rows, Columns);
                var expected = Loop((i, j) => scores[(b * Rows + i) * Columns + j], rows, columns, iterations);
                for (var i = 0; i <= Rows; i++)
                    for (var j = 0; j <= Columns; j++)
                    {
                        var log = y[(b * (Rows + 1) + i) * (Columns + 1) + j];
                        var isThere = (i < rows || i == Rows) && (j < columns || j == Columns);
                        Assert.AreEqual(isThere ? expected[i == Rows ? rows : i, j == Columns ? columns : j] : 0, Math.Exp(log), 2e-5);
                    }
            }
        }
    }

    [TestMethod]
    public void Each_row_and_column_is_assigned_once()
    {
        var y = Run(Array.ConvertAll(Scores(Rows * Columns), value => (float)(5 * value)), Rows, Columns, isRagged: false, iterations: 100);
        for (var i = 0; i < Rows; i++)
            Assert.AreEqual(1, Enumerable.Range(0, Columns + 1).Sum(j => Math.Exp(y[i * (Columns + 1) + j])), 1e-3);
        for (var j = 0; j < Columns; j++)
            Assert.AreEqual(1, Enumerable.Range(0, Rows + 1).Sum(i => Math.Exp(y[i * (Columns + 1) + j])), 1e-5);
    }

    [TestMethod]
    public void Scores_below_the_dustbins_match_nothing_and_great_ones_don_t_overflow()
    {
        var none = Run([.. Enumerable.Repeat(-50f, Rows * Columns)], Rows, Columns, isRagged: false);
        for (var i = 0; i < Rows; i++)
            Assert.AreEqual(1, Math.Exp(none[i * (Columns + 1) + Columns]), 0.05, "all in the dustbin");
        var sure = Run([1e4f, -1e4f, -1e4f, 1e4f], 2, 2, isRagged: false);
        Assert.IsTrue(sure.All(float.IsFinite));
        Assert.AreEqual(1, Math.Exp(sure[0]), 0.05);
        Assert.AreEqual(0, Math.Exp(sure[1]), 1e-3);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gradient(bool isRagged) => FiniteDifferences.Check(values =>
    {
        var graph = values[0].Graph;
        var network = new NetworkBuilder(graph, NetworkMode.Training, new Dictionary<string, Value> { ["sinkhorn/dustbin"] = values[1] });
        // Rows that don't count have logarithms without a use, too large to be checked.
        return Op.Exp(network.Sinkhorn(values[0], isRagged ? graph.Vector(RowCounts) : null, isRagged ? graph.Vector(ColumnCounts) : null,
            iterations: 5));
    }, [FiniteDifferences.Random(ElementType.Float, 1, Batch, Rows, Columns), TensorData.Vector(Dustbin)]);

    [TestMethod]
    public void Bad_sizes()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["batch", 4]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.Sinkhorn(x)).Message,
            "expected scores [batch, rows, columns]");
        var y = network.Input("y", ElementType.Float, ["batch", 4, 4]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.Sinkhorn(y, iterations: 0)).Message,
            "at least 1 iteration");
    }
}
