using System.Runtime.InteropServices;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Makes the counts for <see cref="ClassificationMetrics"/> and <see cref="TaggingMetrics"/>. Memory grows with the square of the number
/// of classes and with the longest sequence. A row with one class counts as a sequence of one step.
/// </summary>
internal sealed class ClassEvaluator
{
    // ML.NET's own evaluator has the same minimum.
    private const double LeastProbability = 1e-15f;

    private readonly KeyClasses _classes;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _prediction;
    private readonly DataViewSchema.Column? _score;
    private readonly DataViewSchema.Column? _source;
    private readonly int _keyClasses;
    private readonly long[][] _confusion;
    private readonly long[] _withoutPrediction;
    private readonly SpanCounter? _spans;
    private readonly List<int> _labels = [];
    private readonly List<int> _predictions = [];
    private double _loss;
    private long _sequences, _missing, _unknown;

    /// <param name="schema">The columns.</param>
    /// <param name="labelName">The column of labels.</param>
    /// <param name="predictionName">The column of predictions.</param>
    /// <param name="score">The column of scores; null for none.</param>
    /// <param name="isPerStep">Whether there is a class for each step of a sequence.</param>
    /// <param name="missingIsWrong">
    /// Whether a missing label stands for a class that the model doesn't know and so counts as wrong; otherwise it isn't counted.
    /// </param>
    internal ClassEvaluator(DataViewSchema schema, string labelName, string predictionName, DataViewSchema.Column? score, bool isPerStep,
        bool missingIsWrong)
    {
        (_label, _prediction, _score) = (schema.Require(labelName), schema.Require(predictionName), score);
        _source = missingIsWrong ? LabelSource.Find(schema, _label) : null;
        string[] withoutKey = !missingIsWrong ? [] : _source is null ? [KeyClasses.MissingOrUnknown]
            : [KeyClasses.Unknown, KeyClasses.Missing];
        _classes = KeyClasses.Of(_label, _prediction, isPerStep, withoutKey);
        _keyClasses = _classes.Names.Count - withoutKey.Length;
        _confusion = [.. _classes.Names.Select(_ => new long[_classes.Names.Count])];
        _withoutPrediction = new long[_classes.Names.Count];
        _spans = isPerStep ? SpanCounter.TryCreate([.. _classes.Names.Select((name, i) => i >= _keyClasses ? "O" : name)]) : null;
    }

    internal ClassificationMetrics Evaluate(IDataView data, CancellationToken cancellationToken) =>
        new(Count(data, cancellationToken));

    internal TaggingMetrics EvaluateSteps(IDataView data, CancellationToken cancellationToken) =>
        new(Count(data, cancellationToken), _spans?.ToMetrics(), _sequences, _missing);

    private ClassCounts Count(IDataView data, CancellationToken cancellationToken)
    {
        DataViewSchema.Column[] columns = [_label, _prediction, .. new[] { _score, _source }.OfType<DataViewSchema.Column>()];
        EvaluatedView.ForEachRow(data, columns, Open, cancellationToken);
        long steps = _confusion.Sum(line => line.Sum()) + _withoutPrediction.Sum();
        if (steps == 0)
            throw new InvalidDataException($"Column '{_label.Name}' has no label in any row: there is nothing to evaluate.");
        // The classes of labels without a key exist only if there are such labels.
        int[] classes = [.. Enumerable.Range(0, _classes.Names.Count).Where(i => i < _keyClasses || _confusion[i].Sum() > 0
            || _withoutPrediction[i] > 0)];
        T[] Of<T>(IReadOnlyList<T> all) => [.. classes.Select(i => all[i])];
        return new(Of(_classes.Names), [.. Of(_confusion).Select(line => Of(line))], Of(_withoutPrediction), _unknown,
            _score is null ? double.NaN : _loss / steps);
    }

    private Action Open(DataViewRow row)
    {
        var labels = StepKeyReader.Create(row, _label, _classes.OfLabel);
        var predictions = StepKeyReader.Create(row, _prediction, _classes.OfPrediction);
        var scores = _score is { } column ? new SingleReader(row, column) : null;
        var source = _source is { } of ? new LabelSource(row, of) : null;
        return () => Add(row, labels.Read(), source, predictions.Read(), scores is null ? default : scores.Read());
    }

    private void Add(DataViewRow row, ReadOnlySpan<int> labels, LabelSource? source, ReadOnlySpan<int> predictions,
        ReadOnlySpan<float> scores)
    {
        EvaluatedView.CheckLength(row, _label, labels.Length, predictions.Length,
            $"column '{_prediction.Name}' has {predictions.Length} steps");
        int width = _classes.OfPrediction.Length;
        if (_score is { } column)
        {
            EvaluatedView.CheckLength(row, column, scores.Length, (long)labels.Length * width,
                $"there are {labels.Length} steps and {width} classes to predict");
        }

        _sequences++;
        _labels.Clear();
        _predictions.Clear();
        for (int step = 0; step < labels.Length; step++)
        {
            var (label, prediction) = (labels[step], predictions[step]);
            if (label < 0)
            {
                _missing++;
                if (_keyClasses == _classes.Names.Count)
                    continue;
                label = source is null || !source.IsEmpty(step) ? _keyClasses : _keyClasses + 1;
            }

            (prediction < 0 ? ref _withoutPrediction[label] : ref _confusion[label][prediction])++;
            if (label >= _classes.KnownCount)
                _unknown++;
            if (_score is not null)
                _loss -= Math.Log(prediction < 0 && float.IsNaN(scores[step * width]) ? LeastProbability
                    : Probability(row, scores.Slice(step * width, width), step, label));
            _labels.Add(label);
            _predictions.Add(prediction);
        }

        // Steps without a label are left out: often only the first piece of each word has one.
        _spans?.Add(CollectionsMarshal.AsSpan(_labels),
            CollectionsMarshal.AsSpan(_predictions));
    }

    private double Probability(DataViewRow row, ReadOnlySpan<float> scores, int step, int label)
    {
        // Several keys can have the same name; their probabilities add up.
        double probability = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            // A sum of rounded probabilities can be a little above 1.
            if (!(scores[i] is >= 0 and <= 1.001f))
            {
                throw EvaluatedView.Fault(row, _score!.Value, $"step {step}, class {i} has the score {scores[i]}; expected probabilities, "
                    + "0 to 1, for the log loss; without scores (scoreColumnName: null) there is none");
            }

            if (_classes.OfPrediction[i] == label)
                probability += scores[i];
        }

        return Math.Clamp(probability, LeastProbability, 1);
    }
}
