using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Compares what two forms of a model predict, one with weights of fewer digits.</summary>
internal static class PrecisionCheck
{
    /// <summary>Scores rows with both.</summary>
    /// <param name="precision">The precision of the second.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="exact">The model in single precision.</param>
    /// <param name="rounded">The model in the other precision.</param>
    /// <param name="metric">A metric of scored rows, or null.</param>
    /// <param name="tolerance">Largest difference allowed; null for <see cref="PrecisionReport.ToleranceOf"/>.</param>
    /// <returns>The report; sizes are for the caller to fill in.</returns>
    /// <exception cref="TensorMismatchException">Scores differ by more than the tolerance.</exception>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    internal static PrecisionReport Compare(Precision precision, IDataView rows, ITransformer exact, ITransformer rounded,
        Func<IDataView, double>? metric, double? tolerance)
    {
        var allowed = tolerance ?? PrecisionReport.ToleranceOf(precision);
        if (!(allowed >= 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance has to be 0 or more.");
        IDataView first = exact.Transform(rows), second = rounded.Transform(rows);
        using var a = Open(first);
        using var b = Open(second);
        Func<float[]> firstScore = Scores(a), secondScore = Scores(b);
        Func<bool>? same = a.Schema.GetColumnOrNull(ModelFormat.PredictedLabel) is null ? null : Same(a, b);
        long count = 0, agree = 0;
        var largest = 0d;
        while (a.MoveNext() && b.MoveNext())
        {
            count++;
            var isSame = same?.Invoke() ?? true;
            agree += isSame ? 1 : 0;
            float[] expected = firstScore(), found = secondScore();
            if (!isSame && expected.Length != found.Length)
                continue; // sequences of other tokens have no scores in common
            var difference = TensorComparison.Between(
                ModelFormat.Score, TensorData.Vector(expected), TensorData.Vector(found));
            difference.ThrowIfAbove(allowed);
            largest = Math.Max(largest, difference.Difference);
        }
        return count == 0
            ? throw new ArgumentException("There are no rows to compare the model in both precisions on.", nameof(rows))
            : new(precision, 0, 0, count, largest, same is null ? null : (double)agree / count, metric?.Invoke(second),
                metric?.Invoke(first));
    }

    // Nodes that are embedded have no score.
    private static string Scored(DataViewSchema schema) =>
        schema.GetColumnOrNull(ModelFormat.Score) is null ? GraphModel.Embedding : ModelFormat.Score;

    internal static DataViewRowCursor Open(IDataView view) => view.GetRowCursor(
        view.Schema.Where(column => column.Name == Scored(view.Schema) || column.Name == ModelFormat.PredictedLabel));

    internal static Func<float[]> Scores(DataViewRow row)
    {
        var column = row.Schema[Scored(row.Schema)];
        if (column.Type is not VectorDataViewType)
        {
            var single = row.GetGetter<float>(column);
            var value = 0f;
            return () =>
            {
                single(ref value);
                return [value];
            };
        }
        var vector = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            vector(ref values);
            return [.. values.DenseValues()];
        };
    }

    private static Func<bool> Same(DataViewRow a, DataViewRow b) => a.Schema[ModelFormat.PredictedLabel].Type switch
    {
        VectorDataViewType => Same<VBuffer<uint>>(a, b, (x, y) => x.DenseValues().SequenceEqual(y.DenseValues())),
        BooleanDataViewType => Same<bool>(a, b, (x, y) => x == y),
        _ => Same<uint>(a, b, (x, y) => x == y),
    };

    private static Func<bool> Same<T>(DataViewRow a, DataViewRow b, Func<T, T, bool> equal)
    {
        var first = a.GetGetter<T>(a.Schema[ModelFormat.PredictedLabel]);
        var second = b.GetGetter<T>(b.Schema[ModelFormat.PredictedLabel]);
        T x = default!, y = default!;
        return () =>
        {
            first(ref x);
            second(ref y);
            return equal(x, y);
        };
    }
}
