using System.Runtime.InteropServices;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Counts what <see cref="TaggingMetrics"/> says; memory grows with the square of the classes and the longest sequence.</summary>
internal sealed class TaggingEvaluator
{
    // ML.NET's own evaluator has the same least probability.
    private const double LeastProbability = 1e-15f;

    private readonly KeyClasses _classes;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _prediction;
    private readonly DataViewSchema.Column? _score;
    private readonly long[][] _confusion;
    private readonly long[] _withoutPrediction;
    private readonly SpanCounter? _spans;
    private readonly List<int> _labels = [];
    private readonly List<int> _predictions = [];
    private double _loss;
    private long _sequences, _missing, _unknown;

    internal TaggingEvaluator(DataViewSchema schema, string labelName, string predictionName, DataViewSchema.Column? score)
    {
        (_label, _prediction, _score) = (schema.Require(labelName), schema.Require(predictionName), score);
        _classes = KeyClasses.Of(_label, _prediction);
        _confusion = [.. _classes.Names.Select(_ => new long[_classes.Names.Count])];
        _withoutPrediction = new long[_classes.Names.Count];
        _spans = SpanCounter.TryCreate(_classes.Names);
    }

    internal TaggingMetrics Evaluate(IDataView data, CancellationToken cancellationToken)
    {
        DataViewSchema.Column[] columns = _score is { } score ? [_label, _prediction, score] : [_label, _prediction];
        EvaluatedView.ForEachRow(data, columns, Open, cancellationToken);
        long steps = _confusion.Sum(line => line.Sum()) + _withoutPrediction.Sum();
        if (steps == 0)
            throw new InvalidDataException($"Column '{_label.Name}' has no label in any row: there is nothing to evaluate.");
        return new TaggingMetrics(_classes.Names, _confusion, _withoutPrediction)
        {
            LogLoss = _score is null ? double.NaN : _loss / steps,
            Spans = _spans?.ToMetrics(),
            SequenceCount = _sequences,
            MissingLabelCount = _missing,
            UnknownLabelCount = _unknown,
        };
    }

    private Action Open(DataViewRow row)
    {
        var labels = StepKeyReader.Create(row, _label, _classes.OfLabel);
        var predictions = StepKeyReader.Create(row, _prediction, _classes.OfPrediction);
        var scores = _score is { } column ? new SingleReader(row, column) : null;
        return () => Add(row, labels.Read(), predictions.Read(), scores is null ? default : scores.Read());
    }

    private void Add(DataViewRow row, ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, ReadOnlySpan<float> scores)
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
                continue;
            }

            (prediction < 0 ? ref _withoutPrediction[label] : ref _confusion[label][prediction])++;
            if (label >= _classes.KnownCount)
                _unknown++;
            if (_score is not null)
                _loss -= Math.Log(Probability(row, scores.Slice(step * width, width), step, label));
            _labels.Add(label);
            _predictions.Add(prediction);
        }

        // Without the steps that have no label, as where only the first piece of each word has one.
        _spans?.Add(CollectionsMarshal.AsSpan(_labels),
            CollectionsMarshal.AsSpan(_predictions));
    }

    private double Probability(DataViewRow row, ReadOnlySpan<float> scores, int step, int label)
    {
        // Several keys can stand for one name; their probabilities add up.
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
