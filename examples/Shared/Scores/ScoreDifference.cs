using Microsoft.ML;
using Microsoft.ML.Data;

namespace Examples;

/// <summary>Scores of the same rows in two ways, such as by a model and by its file, compared.</summary>
internal static class ScoreDifference
{
    /// <summary>The largest difference of a number in the columns <c>Score</c>, relative to numbers above 1.</summary>
    /// <exception cref="InvalidDataException">One has more numbers than the other.</exception>
    internal static double Of(IDataView one, IDataView other)
    {
        float[] numbers = [.. Numbers(one)], others = [.. Numbers(other)];
        if (numbers.Length != others.Length)
            throw new InvalidDataException($"Found {numbers.Length} and {others.Length} numbers in the column Score of two views of the "
                + "same rows; expected as many in both.");
        return numbers.Zip(others, Of).DefaultIfEmpty(0).Max();
    }

    private static double Of(float one, float other) => one.Equals(other) ? 0
        : float.IsNaN(one) || float.IsNaN(other) ? double.PositiveInfinity
        : Math.Abs((double)one - other) / Math.Max(1.0, Math.Abs(one));

    private static IEnumerable<float> Numbers(IDataView view) => view.Schema["Score"].Type is VectorDataViewType
        ? view.GetColumn<float[]>("Score").SelectMany(row => row) : view.GetColumn<float>("Score");
}
