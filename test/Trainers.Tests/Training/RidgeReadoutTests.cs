namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Output layers in closed form, beside the same equations solved directly.</summary>
[TestClass]
public class RidgeReadoutTests
{
    private const int Rows = 7, Features = 12;

    private static (float[][] X, double[][] Y, double[] Weights) Data(int seed)
    {
        var random = new Random(seed);
        float[] Row() => [.. Enumerable.Range(0, Features).Select(i => (i + 1) * random.NextSingle())];
        return ([.. Enumerable.Range(0, Rows).Select(_ => Row())],
            [.. Enumerable.Range(0, Rows).Select(i => (double[])[i % 2 * 2 - 1, random.NextDouble()])],
            [.. Enumerable.Range(0, Rows).Select(_ => 0.5 + random.NextDouble())]);
    }

    // Normal equations in the standardized features, the constant not shrunk.
    private static double[] Direct(float[][] x, double[] y, double[] weights, double ridge, double[] mean, double[] scale)
    {
        var size = Features + 1;
        double[] matrix = new double[size * size], right = new double[size];
        for (var row = 0; row < x.Length; row++)
        {
            double[] z = [.. x[row].Select((value, i) => (value - mean[i]) / scale[i]), 1];
            for (var i = 0; i < size; i++)
            {
                right[i] += weights[row] * z[i] * y[row];
                for (var j = 0; j < size; j++)
                    matrix[i * size + j] += weights[row] * z[i] * z[j];
            }
        }
        for (var i = 0; i < Features; i++)
            matrix[i * size + i] += ridge;
        return DenseMatrix.SolveRows(DenseMatrix.Cholesky(matrix, size)!, right, size);
    }

    [TestMethod]
    public void Equals_the_normal_equations_and_each_row_left_out()
    {
        var (x, y, weights) = Data(1);
        const double ridge = 0.7;
        var solution = new DualRidge(x, y, weights).Solve(ridge);
        double[] mean = [.. Enumerable.Range(0, Features).Select(i => x.Zip(weights, (row, w) => w * row[i]).Sum() / weights.Sum())];
        double[] scale = [.. Enumerable.Range(0, Features).Select(i =>
            Math.Sqrt(x.Zip(weights, (row, w) => w * (row[i] - mean[i]) * (row[i] - mean[i])).Sum() / weights.Sum()))];
        for (var output = 0; output < 2; output++)
        {
            var expected = Direct(x, [.. y.Select(row => row[output])], weights, ridge, mean, scale);
            for (var i = 0; i < Features; i++)
                Assert.AreEqual(expected[i] / scale[i], solution.Weight[i * 2 + output], 1e-5);
            Assert.AreEqual(expected[Features] - Enumerable.Range(0, Features).Sum(i => expected[i] / scale[i] * mean[i]),
                solution.Bias[output], 1e-5);
            for (var left = 0; left < Rows; left++)
            {
                int[] kept = [.. Enumerable.Range(0, Rows).Where(row => row != left)];
                var without = Direct([.. kept.Select(row => x[row])], [.. kept.Select(row => y[row][output])],
                    [.. kept.Select(row => weights[row])], ridge, mean, scale);
                var held = without[Features] + Enumerable.Range(0, Features).Sum(i => without[i] * (x[left][i] - mean[i]) / scale[i]);
                Assert.AreEqual(held, solution.HeldOut[left][output], 2e-3, $"row {left}");
            }
        }
    }

    [TestMethod]
    public void Chooses_a_large_ridge_for_noise_and_a_small_one_for_a_rule()
    {
        var random = new Random(2);
        float[][] x = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 60).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        double[] ones = [.. Enumerable.Repeat(1.0, 40)];
        var noise = new DualRidge(x, [.. x.Select(_ => (double[])[random.NextDouble()])], ones).Solve(null).Ridge;
        var rule = new DualRidge(x, [.. x.Select(row => (double[])[row.Take(3).Sum()])], ones).Solve(null).Ridge;
        Assert.IsGreaterThan(rule, noise);
    }

    [TestMethod]
    public void Weights_of_zero_leave_rows_out_and_features_that_are_constant_change_nothing()
    {
        var (x, y, _) = Data(3);
        foreach (var row in x)
            row[4] = 3;
        RidgeReadout all = new(Features, 2, Rows), some = new(Features, 2, Rows);
        for (var row = 0; row < Rows; row++)
        {
            all.Add(x[row], Array.ConvertAll(y[row], value => (float)value), row == 2 ? 0 : 1);
            if (row != 2)
                some.Add(x[row], Array.ConvertAll(y[row], value => (float)value), 1);
        }
        var (first, second) = (all.Solve(1, false), some.Solve(1, false));
        CollectionAssert.AreEqual(first.Weight, second.Weight);
        Assert.AreEqual(0, first.Weight[8]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => new RidgeReadout(2, 1, 5).Solve(null, true)).Message,
            "No training row counts");
    }
}
