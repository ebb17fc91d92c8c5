using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Compares parts of texts by their places.</summary>
internal static class AnswerEvaluator
{
    internal static AnswerMetrics Evaluate(IDataView data, string labelName, string predictedName, CancellationToken cancellationToken)
    {
        SequenceLabel.Span(data.Schema, labelName);
        SequenceLabel.Span(data.Schema, predictedName);
        var (label, predicted) = (data.Schema[labelName], data.Schema[predictedName]);
        var (rows, exact, f1) = (0L, 0L, 0.0);
        EvaluatedView.ForEachRow(data, [label, predicted], row =>
        {
            var (labels, predictions) = (Reader(row, label, ""), Reader(row, predicted, EvaluatedView.NoPrediction));
            return () =>
            {
                var (right, found) = (labels(), predictions());
                var common = Math.Max(0, Math.Min(right.Last, found.Last) - Math.Max(right.First, found.First) + 1);
                rows++;
                exact += right == found ? 1 : 0;
                f1 += 2.0 * common / (right.Last - right.First + found.Last - found.First + 2);
            };
        }, cancellationToken);
        return new(rows, exact, f1 / rows);
    }

    private static Func<(long First, long Last)> Reader(DataViewRow row, DataViewSchema.Column column, string advice) =>
        column.Type is VectorDataViewType { ItemType.RawType: var item } && item == typeof(int) ? Reader<int>(row, column, advice)
            : Reader<long>(row, column, advice);

    private static Func<(long First, long Last)> Reader<T>(DataViewRow row, DataViewSchema.Column column, string advice)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            EvaluatedView.CheckLength(row, column, value.Length, 2, "an answer has a first and a last token");
            long first = long.CreateChecked(value.GetItemOrDefault(0)), last = long.CreateChecked(value.GetItemOrDefault(1));
            return first >= 0 && last >= first ? (first, last)
                : throw EvaluatedView.Fault(row, column, $"the answer is from token {first} to {last}; expected a last one that isn't "
                    + $"before the first, both at least 0{advice}");
        };
    }
}
