namespace MLSeqGraph.Trainers;

/// <summary>
/// Ridge regression from many features to some outputs: by the rows' inner products where there are fewer rows than features, whose ridge
/// is chosen by errors that leave each row out, otherwise by normal equations (<see cref="RidgeRegression"/>), to which rows are streamed.
/// </summary>
/// <param name="features">Number of features.</param>
/// <param name="outputs">Number of outputs.</param>
/// <param name="rows">Number of rows, or an upper bound.</param>
internal sealed class RidgeReadout(int features, int outputs, long rows)
{
    // Rows in memory, to find how sharp probabilities are.
    private const int Kept = 2_000;

    private readonly List<float[]> _x = [];
    private readonly List<double[]> _y = [];
    private readonly List<double> _weights = [];
    private readonly RidgeRegression? _streamed = rows > features ? new(features, outputs) : null;

    /// <summary>Adds a row.</summary>
    internal void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, float weight)
    {
        if (weight <= 0)
            return;
        if (_streamed is null || _x.Count < Kept)
        {
            _x.Add(x.ToArray());
            _y.Add(Array.ConvertAll(y.ToArray(), value => (double)value));
            _weights.Add(weight);
        }
        _streamed?.Add(Array.ConvertAll(x.ToArray(), value => (double)value), Array.ConvertAll(y.ToArray(), value => (double)value),
            weight);
    }

    /// <summary>Solves for the output layer.</summary>
    /// <param name="ridge">The ridge; null to choose it.</param>
    /// <param name="hasProbabilities">Whether outputs become logits, scaled so that held-out rows have the largest likelihood.</param>
    /// <exception cref="InvalidDataException">No ridge makes the equations solvable.</exception>
    internal RidgeSolution Solve(double? ridge, bool hasProbabilities)
    {
        if (_x.Count == 0)
            throw new InvalidDataException("No training row counts in the loss: the weights of all of them, or of all of their classes, "
                + "are 0; expected at least one above 0.");
        var solution = _streamed is null ? new DualRidge(_x, _y, _weights).Solve(ridge) : Streamed(ridge);
        return hasProbabilities ? solution.Times(Sharpness(solution.HeldOut)) : solution;
    }

    private RidgeSolution Streamed(double? ridge)
    {
        var (weights, chosen, _) = _streamed!.Solve(ridge);
        var size = features + 1;
        var (weight, bias) = (new float[features * outputs], new float[outputs]);
        for (var output = 0; output < outputs; output++)
        {
            for (var i = 0; i < features; i++)
                weight[i * outputs + output] = (float)weights[output * size + i];
            bias[output] = (float)weights[output * size + features];
        }
        double[][] fitted = [.. _x.Select(x => Enumerable.Range(0, outputs).Select(output => weights[output * size + features]
            + Enumerable.Range(0, features).Sum(i => x[i] * weights[output * size + i])).ToArray())];
        return new(weight, bias, chosen, fitted);
    }

    // What makes the likelihood of the rows largest: it falls on both sides.
    private double Sharpness(IReadOnlyList<double[]> scores)
    {
        double Surprise(double sharpness)
        {
            var sum = 0.0;
            for (var row = 0; row < scores.Count; row++)
                sum += _weights[row] * (outputs == 1
                    ? VectorMath.LogSumExp([0, -sharpness * scores[row][0] * Math.Sign(_y[row][0])])
                    : VectorMath.LogSumExp(Array.ConvertAll(scores[row], score => sharpness * score))
                        - sharpness * scores[row][Array.IndexOf(_y[row], _y[row].Max())]);
            return sum;
        }
        return Enumerable.Range(-8, 41).Select(i => Math.Pow(2, i / 4.0)).MinBy(Surprise);                // 1/4 to 256
    }
}
