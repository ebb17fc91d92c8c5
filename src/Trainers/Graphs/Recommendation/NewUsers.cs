namespace MLSeqGraph.Trainers;

/// <summary>
/// Vectors of users that weren't trained, fitted to their items by least squares (Hu et al. 2008): without ratings items that the user has
/// count as 1 and, with a small weight, all items as 0; with ratings only those count.
/// </summary>
internal sealed class NewUsers
{
    // The weight of items that the user doesn't have, beside 1 for those that the user has; the ridge as a share of the mean square.
    private const double Others = 0.02, Ridge = 0.5;

    private readonly int _width, _count, _first;
    private readonly float[] _vectors;
    private readonly float[] _biases;
    private readonly NumberUnit _unit;
    private readonly bool _isRating;
    private readonly double[] _gram;
    private readonly double _square;

    internal NewUsers(TripleModel model)
    {
        (_width, _count, _first) = (model.Width, model.Triples.Tails.Count, model.Triples.FirstTail);
        (_vectors, _isRating, _unit) = (model.Embeddings, model.IsRegression, model.Unit);
        _biases = model.Biases[_first..];
        _gram = new double[_width * _width];
        for (var item = 0; item < _count; item++)
            Add(_gram, Vector(item), 1);
        _square = Enumerable.Range(0, _width).Sum(i => _gram[i * _width + i]) / _count;
    }

    /// <summary>The scores of all items.</summary>
    /// <param name="known">The user's items, with ratings or without.</param>
    internal float[] Scores(IReadOnlyList<(int Item, float? Rating)> known)
    {
        var left = new double[_width * _width];
        var right = new double[_width];
        if (!_isRating)
            for (var i = 0; i < left.Length; i++)
                left[i] = Others * _gram[i];
        // Ratings in deviations from their mean; one that isn't given is a high one.
        double Above((int Item, float? Rating) item) => (item.Rating is { } rating ? _unit.To(rating) : 1) - _biases[item.Item];
        var best = _isRating && known.Count > 0 ? known.Average(Above) : 0;
        var bias = best * known.Count / (known.Count + 5.0);
        foreach (var item in known)
        {
            Add(left, Vector(item.Item), 1);
            var wanted = _isRating ? Above(item) - bias : 1;
            for (var i = 0; i < _width; i++)
                right[i] += wanted * Vector(item.Item)[i];
        }
        for (var i = 0; i < _width; i++)
            left[i * _width + i] += _square > 0 ? Ridge * _square : 1;
        Solve(left, right);
        var scores = new float[_count];
        for (var item = 0; item < _count; item++)
        {
            var sum = known.Count == 0 || _isRating ? _biases[item] : 0.0;
            for (var i = 0; i < _width; i++)
                sum += right[i] * Vector(item)[i];
            scores[item] = _isRating ? _unit.From(sum + bias) : (float)sum;
        }
        return scores;
    }

    private ReadOnlySpan<float> Vector(int item) => _vectors.AsSpan((_first + item) * _width, _width);

    private void Add(double[] to, ReadOnlySpan<float> vector, double weight)
    {
        for (var i = 0; i < _width; i++)
            for (var j = 0; j < _width; j++)
                to[i * _width + j] += weight * vector[i] * vector[j];
    }

    // Cholesky's factorization of a positive definite matrix, in place; the right side becomes the solution.
    private void Solve(double[] matrix, double[] right)
    {
        for (var j = 0; j < _width; j++)
            for (var i = j; i < _width; i++)
            {
                var sum = matrix[i * _width + j];
                for (var k = 0; k < j; k++)
                    sum -= matrix[i * _width + k] * matrix[j * _width + k];
                matrix[i * _width + j] = i == j ? Math.Sqrt(sum) : sum / matrix[j * _width + j];
            }
        for (var i = 0; i < _width; i++)
        {
            for (var k = 0; k < i; k++)
                right[i] -= matrix[i * _width + k] * right[k];
            right[i] /= matrix[i * _width + i];
        }
        for (var i = _width - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < _width; k++)
                right[i] -= matrix[k * _width + i] * right[k];
            right[i] /= matrix[i * _width + i];
        }
    }
}
