using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// Gathers the metrics of a classifier into two classes. A positive raw score predicts the positive class; the predicted
/// label column must be there but is not read. Rows without a label or with a score that is not finite are left out.
/// Unlike ML.NET, which samples above 100,000 rows, the area under the precision-recall curve is over all rows.
/// </summary>
internal sealed class BinaryEvaluator
{
    private readonly List<(float Score, bool Positive)> _examples = [];
    private readonly double[][] _counts = [new double[2], new double[2]];
    private double _logLoss;
    private double _withProbability;
    private double _positivesWithProbability;

    public static BinaryEvaluator Read(IDataView data, string labelName, string scoreName, string probabilityName,
        string predictedLabelName, out string[] classNames)
    {
        var label = EvaluationColumns.Find(data, "Label", labelName, "labelColumnName");
        var score = EvaluationColumns.Find(data, "Score", scoreName, "scoreColumnName");
        DataViewSchema.Column? probability = probabilityName is null
            ? null
            : EvaluationColumns.Find(data, "Probability", probabilityName, "probabilityColumnName");
        EvaluationColumns.Find(data, "PredictedLabel", predictedLabelName, "predictedLabelColumnName");
        CheckTypes(label, score, probability);

        var evaluator = new BinaryEvaluator();
        using var cursor = data.GetRowCursor(new[] { label, score }.Concat(probability is { } p ? [p] : []));
        var labelGetter = EvaluationColumns.LabelGetter(cursor, label);
        var scoreGetter = cursor.GetGetter<float>(score);
        var probabilityGetter = probability is { } column ? cursor.GetGetter<float>(column) : null;
        while (cursor.MoveNext())
        {
            float labelValue = 0, scoreValue = 0, probabilityValue = float.NaN;
            labelGetter(ref labelValue);
            scoreGetter(ref scoreValue);
            probabilityGetter?.Invoke(ref probabilityValue);
            if (float.IsFinite(scoreValue) && !float.IsNaN(labelValue))
                evaluator.Add(labelValue > 0, scoreValue, probabilityValue);
        }
        var names = EvaluationColumns.KeyCount(label.Type) > 0 ? EvaluationColumns.TextAnnotation(label, "KeyValues") : null;
        classNames = names is { Length: 2 } ? names : ["positive", "negative"];
        return evaluator;
    }

    private static void CheckTypes(DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column? probability)
    {
        if (score.Type != NumberDataViewType.Single)
            throw EvaluationColumns.Mismatch("score", score, "Single");
        if (label.Type != NumberDataViewType.Single && label.Type != NumberDataViewType.Double
            && label.Type is not BooleanDataViewType && EvaluationColumns.KeyCount(label.Type) != 2)
            throw EvaluationColumns.Mismatch("label", label, "Single, Double, Boolean, or a Key with cardinality 2");
        if (probability is { } column && column.Type != NumberDataViewType.Single)
            throw EvaluationColumns.Mismatch("probability", column, "Single");
    }

    private void Add(bool positive, float score, float probability)
    {
        _examples.Add((score, positive));
        _counts[positive ? 0 : 1][score > 0 ? 0 : 1]++;
        if (float.IsNaN(probability))
        {
            _logLoss = double.NaN;
            return;
        }
        _withProbability++;
        _positivesWithProbability += positive ? 1 : 0;
        _logLoss -= Math.Log2(positive ? probability : 1.0 - probability);
    }

    public BinaryClassificationMetrics Metrics(string[] names)
    {
        var common = Common(names);
        return new BinaryClassificationMetrics
        {
            AreaUnderRocCurve = common.Auc, AreaUnderPrecisionRecallCurve = common.Auprc, Accuracy = common.Accuracy,
            F1Score = common.F1, ConfusionMatrix = common.Matrix,
            PositivePrecision = common.Matrix.PerClassPrecision[0], PositiveRecall = common.Matrix.PerClassRecall[0],
            NegativePrecision = common.Matrix.PerClassPrecision[1], NegativeRecall = common.Matrix.PerClassRecall[1],
        };
    }

    public CalibratedBinaryClassificationMetrics CalibratedMetrics(string[] names)
    {
        var common = Common(names);
        double logLoss = double.IsNaN(_logLoss) ? double.NaN : _withProbability > 0 ? _logLoss / _withProbability : 0;
        double prior = Entropy(_positivesWithProbability / _withProbability);
        return new CalibratedBinaryClassificationMetrics
        {
            AreaUnderRocCurve = common.Auc, AreaUnderPrecisionRecallCurve = common.Auprc, Accuracy = common.Accuracy,
            F1Score = common.F1, ConfusionMatrix = common.Matrix,
            PositivePrecision = common.Matrix.PerClassPrecision[0], PositiveRecall = common.Matrix.PerClassRecall[0],
            NegativePrecision = common.Matrix.PerClassPrecision[1], NegativeRecall = common.Matrix.PerClassRecall[1],
            LogLoss = logLoss,
            LogLossReduction = _withProbability == 0 ? 0 : (prior - logLoss) / prior,
            Entropy = Entropy(_counts[0].Sum() / _examples.Count),
        };
    }

    private (double Auc, double Auprc, double Accuracy, double F1, ConfusionMatrix Matrix) Common(string[] names)
    {
        var matrix = new ConfusionMatrix(_counts, names, isBinary: true);
        double precision = matrix.PerClassPrecision[0], recall = matrix.PerClassRecall[0];
        double accuracy = (_counts[0][0] + _counts[1][1]) / _examples.Count;
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        var descending = _examples.OrderByDescending(example => example.Score).ToArray();
        return (AreaUnderRoc(descending), AreaUnderPrecisionRecall(descending), accuracy, f1, matrix);
    }

    // The part of the pairs of a positive and a negative example in which the positive one has the higher score.
    private static double AreaUnderRoc((float Score, bool Positive)[] descending)
    {
        double positives = 0, negatives = 0, ordered = 0;
        for (int start = 0, end; start < descending.Length; start = end)
        {
            double tiedPositives = 0, tiedNegatives = 0;
            for (end = start; end < descending.Length && descending[end].Score == descending[start].Score; end++)
            {
                tiedPositives += descending[end].Positive ? 1 : 0;
                tiedNegatives += descending[end].Positive ? 0 : 1;
            }
            ordered += tiedNegatives * (positives + 0.5 * tiedPositives);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        if (positives == 0)
            throw new ArgumentOutOfRangeException("PosSample", "AUC is not defined when there is no positive class in the data");
        if (negatives == 0)
            throw new ArgumentOutOfRangeException("NegSample", "AUC is not defined when there is no negative class in the data");
        return ordered / (positives * negatives);
    }

    // Trapezoids between successive positive examples; equal scores stay in the order of the rows.
    private static double AreaUnderPrecisionRecall((float Score, bool Positive)[] descending)
    {
        double positives = descending.Count(example => example.Positive);
        double area = 0, found = 0, previousPrecision = 1;
        for (int i = 0; i < descending.Length; i++)
        {
            found += descending[i].Positive ? 1 : 0;
            double precision = found / (i + 1);
            if (descending[i].Positive)
                area += (previousPrecision + precision) / 2 / positives;
            previousPrecision = precision;
        }
        return area;
    }

    private static double Entropy(double p) => p is > 0 and < 1 ? -p * Math.Log2(p) - (1 - p) * Math.Log2(1 - p) : p * 0;
}
