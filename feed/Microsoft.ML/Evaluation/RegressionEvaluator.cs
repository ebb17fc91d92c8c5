using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The metrics of a regressor. Rows whose label or score is NaN are left out.</summary>
internal static class RegressionEvaluator
{
    public static RegressionMetrics Evaluate(IDataView data, string labelName, string scoreName)
    {
        var label = EvaluationColumns.Find(data, "Label", labelName, "labelColumnName");
        var score = EvaluationColumns.Find(data, "Score", scoreName, "scoreColumnName");
        if (score.Type != NumberDataViewType.Single)
            throw EvaluationColumns.Mismatch("score", score, "Single");
        if (label.Type != NumberDataViewType.Single)
            throw EvaluationColumns.Mismatch("label", label, "Single");

        double count = 0, absolute = 0, squared = 0, loss = 0, labels = 0, labelSquares = 0;
        using var cursor = data.GetRowCursor([label, score]);
        var labelGetter = cursor.GetGetter<float>(label);
        var scoreGetter = cursor.GetGetter<float>(score);
        while (cursor.MoveNext())
        {
            float y = 0, f = 0;
            labelGetter(ref y);
            scoreGetter(ref f);
            if (float.IsNaN(y) || float.IsNaN(f))
                continue;
            double error = Math.Abs((double)y - f);
            float difference = f - y;
            count++;
            absolute += error;
            squared += error * error;
            loss += difference * difference; // in single precision, as the loss functions are
            labels += y;
            labelSquares += y * y;
        }
        if (count == 0)
            return new RegressionMetrics();
        double deviation = labelSquares - labels * labels / count;
        return new RegressionMetrics
        {
            MeanAbsoluteError = absolute / count,
            MeanSquaredError = squared / count,
            RootMeanSquaredError = Math.Sqrt(squared / count),
            LossFunction = loss / count,
            RSquared = deviation == 0 ? double.NaN : 1 - squared / deviation,
        };
    }
}
