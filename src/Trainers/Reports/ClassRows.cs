using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Labels and predictions of classes, row by row or step by step, as a report draws them. Kept in memory.</summary>
internal sealed class ClassRows
{
    private ClassRows(IReadOnlyList<string> names, int knownCount) => (Names, KnownCount) = (names, knownCount);

    /// <summary>The classes: those that can be predicted first.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>How many can be predicted.</summary>
    internal int KnownCount { get; }

    internal List<Row> Rows { get; } = [];

    /// <summary>Labels that are missing, and aren't counted.</summary>
    internal long MissingLabels { get; private set; }

    /// <summary>Whether all scores are probabilities.</summary>
    internal bool HasProbabilities { get; private set; } = true;

    /// <summary>Whether a class is true or false.</summary>
    internal bool IsBinary { get; private init; }

    /// <param name="Place">Its row, and step.</param>
    /// <param name="Label">The class; −1 for one without a name.</param>
    /// <param name="Predicted">The class predicted; −1 without a prediction.</param>
    /// <param name="Scores">A score for each class that can be predicted; empty without scores.</param>
    /// <param name="Shown">What the row is.</param>
    internal sealed record Row(string Place, int Label, int Predicted, float[] Scores, string[] Shown)
    {
        internal float Confidence => Scores.Length == 0 || Predicted < 0 ? float.NaN : Scores[Predicted];
    }

    /// <summary>Reads classes of keys, with a vector of scores.</summary>
    internal static ClassRows OfKeys(IDataView data, string labelName, string predictedName, string? scoreName, ShownColumns shown)
    {
        var (label, predicted) = (data.Schema.Require(labelName), data.Schema.Require(predictedName));
        var classes = KeyClasses.Of(label, predicted, predicted.Type is VectorDataViewType);
        DataViewSchema.Column? score = scoreName is null ? null : SingleReader.Require(data.Schema, scoreName, scalar: false, vector: true);
        var read = new ClassRows(classes.Names, classes.KnownCount);
        DataViewSchema.Column[] columns = [label, predicted, .. score is { } one ? [one] : (DataViewSchema.Column[])[], .. shown.Columns];
        using var cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index));
        var labels = StepKeyReader.Create(cursor, label, classes.OfLabel);
        var predictions = StepKeyReader.Create(cursor, predicted, classes.OfPrediction);
        var scores = score is { } of ? new SingleReader(cursor, of) : null;
        var texts = shown.Open(cursor);
        var isPerStep = predicted.Type is VectorDataViewType;
        while (cursor.MoveNext())
        {
            var truth = labels.Read();
            var found = predictions.Read();
            EvaluatedView.CheckLength(cursor, label, truth.Length, found.Length, $"column '{predictedName}' has {found.Length} steps");
            var all = scores is null ? default : scores.Read();
            var width = classes.OfPrediction.Length;
            if (score is { } column)
                EvaluatedView.CheckLength(cursor, column, all.Length, (long)truth.Length * width,
                    $"there are {truth.Length} labels and {width} classes to predict");
            var place = RowName.Of(cursor);
            var row = texts();
            for (var step = 0; step < truth.Length; step++)
            {
                // Keys of one name are one class, whose probabilities add up.
                var sums = new float[score is null ? 0 : classes.KnownCount];
                for (var i = 0; i < width && score is not null; i++)
                    sums[classes.OfPrediction[i]] += all[step * width + i];
                read.Add(new(isPerStep ? $"{place}, step {step}" : place, truth[step], found[step], sums, row));
            }
        }
        return read;
    }

    /// <summary>Reads true or false, with a probability or score of true.</summary>
    internal static ClassRows OfTruth(IDataView data, string labelName, string predictedName, string? scoreName, ShownColumns shown)
    {
        var (label, predicted) = (data.Schema.Require(labelName), data.Schema.Require(predictedName));
        var isKey = label.Type is KeyDataViewType { Count: 2 };
        if (label.Type is not BooleanDataViewType && !isKey)
            throw new ArgumentException($"Column '{labelName}' is {label.Type}: expected a Boolean or a key of two values, since column "
                + $"'{predictedName}' is true or false.");
        DataViewSchema.Column? score = scoreName is null ? null : SingleReader.Require(data.Schema, scoreName, scalar: true, vector: false);
        var read = new ClassRows(isKey && KeyValueCheck.Values(label) is { Count: 2 } names ? names : ["False", "True"],
            2) { IsBinary = true };
        DataViewSchema.Column[] columns = [label, predicted, .. score is { } one ? [one] : (DataViewSchema.Column[])[], .. shown.Columns];
        using var cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index));
        var keys = isKey ? StepKeyReader.Create(cursor, label, [0, 1]) : null;
        var booleans = isKey ? null : cursor.GetGetter<bool>(label);
        var predictions = cursor.GetGetter<bool>(predicted);
        var scores = score is { } of ? new SingleReader(cursor, of) : null;
        var texts = shown.Open(cursor);
        bool truth = false, found = false;
        while (cursor.MoveNext())
        {
            booleans?.Invoke(ref truth);
            predictions(ref found);
            float[] both = [];
            if (scores is not null)
            {
                var value = scores.Read()[0];
                both = [1 - value, value];
            }
            var isMissing = both.Length > 0 && float.IsNaN(both[1]);
            read.Add(new(RowName.Of(cursor), keys is null ? (truth ? 1 : 0) : keys.Read()[0], isMissing ? -1 : found ? 1 : 0, both,
                texts()));
        }
        return read;
    }

    /// <summary>The area under the receiver's curve of one class against the others, ties counted half; NaN without rows of both
    /// kinds.</summary>
    internal double AreaOf(int known) => Curve(known).Area;

    /// <summary>The curve of one class against the others: shares of false and of true positives as the threshold falls (Fawcett
    /// 2006).</summary>
    internal (List<(double X, double Y)> Points, double Area) Curve(int known)
    {
        var ranked = Rows.Where(row => row.Scores.Length > 0 && row.Predicted >= 0 && !float.IsNaN(row.Scores[known]))
            .Select(row => (row.Scores[known], IsOne: row.Label == known)).OrderByDescending(one => one.Item1).ToArray();
        long positives = ranked.Count(one => one.IsOne), negatives = ranked.Length - positives;
        var points = new List<(double, double)> { (0, 0) };
        if (positives == 0 || negatives == 0)
            return ([], double.NaN);
        double area = 0, before = 0;
        long right = 0, wrong = 0, wrongBefore = 0;
        for (var i = 0; i < ranked.Length; i++)
        {
            (ranked[i].IsOne ? ref right : ref wrong)++;
            if (i + 1 < ranked.Length && ranked[i + 1].Item1 == ranked[i].Item1)
                continue;
            area += (wrong - wrongBefore) * (right + before) / 2;
            (before, wrongBefore) = (right, wrong);
            points.Add(((double)wrong / negatives, (double)right / positives));
        }
        return (points, area / positives / negatives);
    }

    private void Add(Row row)
    {
        if (row.Label < 0)
        {
            MissingLabels++;
            return;
        }
        HasProbabilities &= row.Scores.Length > 0 && (row.Predicted < 0 || (row.Scores.All(score => score is >= -1e-3f and <= 1.001f)
            && Math.Abs(row.Scores.Sum() - 1) < 0.01));
        Rows.Add(row);
    }
}
