using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// Gathers the metrics of a classifier into several classes, row by row. Rows without a label, with a label that is not
/// a non-negative integer, or with a score that is not finite are left out. A label beyond the scores counts as wrong,
/// at every rank, with the largest log-loss.
/// </summary>
internal sealed class MulticlassEvaluator
{
    private const float SmallestProbability = 1e-15f;

    private readonly int _classes;
    private readonly double[][] _counts;
    private readonly double[] _classCount;
    private readonly double[] _classLogLoss;
    private readonly double[] _rankCount; // by rank of the actual class's score; the last one is for unknown labels
    private double _count;
    private double _logLoss;

    private MulticlassEvaluator(int classes)
    {
        _classes = classes;
        _counts = Enumerable.Range(0, classes).Select(_ => new double[classes]).ToArray();
        _classCount = new double[classes];
        _classLogLoss = new double[classes];
        _rankCount = new double[classes + 1];
    }

    public static MulticlassClassificationMetrics Evaluate(IDataView data, string labelName, string scoreName,
        string predictedLabelName, int topK)
    {
        var label = EvaluationColumns.Find(data, "Label", labelName, "labelColumnName");
        var score = EvaluationColumns.Find(data, "Score", scoreName, "scoreColumnName");
        EvaluationColumns.Find(data, "PredictedLabel", predictedLabelName, "predictedLabelColumnName");
        if (topK < 0)
            throw new ArgumentOutOfRangeException("topKPredictionCount", "Must be non-negative");
        if (score.Type is not VectorDataViewType { Size: >= 2 } scoreType || scoreType.ItemType != NumberDataViewType.Single)
            throw EvaluationColumns.Mismatch("score", score, "vector of two or more items of type Single");
        if (label.Type != NumberDataViewType.Single && EvaluationColumns.KeyCount(label.Type) == 0)
            throw EvaluationColumns.Mismatch("label", label, "Single or Key");
        if (topK > scoreType.Size + 1)
            throw new ArgumentOutOfRangeException("topKPredictionCount", $"{topK} is more than the {scoreType.Size} classes");

        var evaluator = new MulticlassEvaluator(scoreType.Size);
        using (var cursor = data.GetRowCursor([label, score]))
            evaluator.Read(cursor, label, score);
        var names = EvaluationColumns.TextAnnotation(score, "SlotNames")
            ?? Enumerable.Range(0, scoreType.Size).Select(i => i.ToString()).ToArray();
        return evaluator.Metrics(topK, names);
    }

    private void Read(DataViewRowCursor cursor, DataViewSchema.Column label, DataViewSchema.Column score)
    {
        var labelGetter = EvaluationColumns.LabelGetter(cursor, label);
        var scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        var scores = new float[_classes];
        while (cursor.MoveNext())
        {
            float value = 0;
            labelGetter(ref value);
            if (float.IsNaN(value) || value < 0 || value != (int)value)
                continue;
            scoreGetter(ref buffer);
            if (buffer.Length != _classes)
                throw new InvalidOperationException($"Column '{score.Name}': expected {_classes} scores in a row, but got {buffer.Length}");
            buffer.CopyTo(scores);
            if (scores.All(float.IsFinite))
                Add((int)value, scores);
        }
    }

    private void Add(int label, float[] scores)
    {
        bool known = label < _classes;
        double logLoss = -Math.Log(known ? Math.Min(1, Math.Max(SmallestProbability, scores[label])) : SmallestProbability);
        float actualScore = known ? scores[label] : 0;
        int rank = 0, best = 0;
        for (int i = 0; i < _classes; i++)
        {
            // Of equal scores the first one ranks higher.
            if (scores[i] > actualScore || (scores[i] == actualScore && i < label))
                rank++;
            if (scores[i] > scores[best])
                best = i;
        }
        _count++;
        _logLoss += logLoss;
        _rankCount[rank]++;
        if (!known)
            return;
        _classCount[label]++;
        _classLogLoss[label] += logLoss;
        _counts[label][rank == 0 ? label : best]++;
    }

    private MulticlassClassificationMetrics Metrics(int topK, string[] names)
    {
        double logLoss = _count > 0 ? _logLoss / _count : 0;
        double entropy = -_classCount.Where(n => n != 0).Sum(n => n * Math.Log(n / _count)) / _count;
        double[] recalls = Enumerable.Range(0, _classes).Where(i => _classCount[i] > 0)
            .Select(i => _counts[i][i] / _classCount[i]).ToArray();
        double right = 0;
        var topKAccuracies = _rankCount.Take(topK).Select(n => right += n / _count).ToImmutableArray();
        return new MulticlassClassificationMetrics
        {
            LogLoss = logLoss,
            LogLossReduction = (entropy - logLoss) / entropy,
            MacroAccuracy = recalls.Length > 0 ? recalls.Sum() / recalls.Length : 0,
            MicroAccuracy = _count > 0 ? _rankCount[0] / _count : 0,
            TopKPredictionCount = topK,
            TopKAccuracyForAllK = topK > 0 ? topKAccuracies : null,
            PerClassLogLoss = _classLogLoss.Select((loss, i) => _classCount[i] > 0 ? loss / _classCount[i] : 0).ToImmutableArray(),
            ConfusionMatrix = new ConfusionMatrix(_counts, names, isBinary: false),
        };
    }
}
