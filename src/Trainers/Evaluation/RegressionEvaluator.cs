using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Sums up the errors of each output; memory grows only with the number of outputs.</summary>
internal sealed class RegressionEvaluator
{
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _score;
    private Output[]? _outputs;
    private long _rows, _missing;

    private readonly int? _perNode;

    internal RegressionEvaluator(DataViewSchema schema, string labelName, string scoreName, int? perNode = null)
    {
        _perNode = perNode;
        _label = SingleReader.Require(schema, labelName, scalar: true, vector: true);
        _score = SingleReader.Require(schema, scoreName, scalar: true, vector: true);
    }

    internal VectorRegressionMetrics Evaluate(IDataView data, CancellationToken cancellationToken)
    {
        EvaluatedView.ForEachRow(data, [_label, _score], Open, cancellationToken);
        if (_outputs!.All(output => output.Count == 0))
            throw new InvalidDataException($"Column '{_label.Name}' has no label in any row: there is nothing to evaluate.");
        var names = SingleReader.SlotNames(_score) ?? SingleReader.SlotNames(_label);
        return new VectorRegressionMetrics(Array.AsReadOnly([.. _outputs!.Select((output, i) =>
            output.ToMetrics(names is null || names[i].Length == 0 ? MetricsText.Format(i) : names[i]))]), _rows, _missing);
    }

    private Action Open(DataViewRow row)
    {
        var (labels, scores) = (new SingleReader(row, _label), new SingleReader(row, _score));
        return () => Add(row, labels.Read(), scores.Read());
    }

    private void Add(DataViewRow row, ReadOnlySpan<float> labels, ReadOnlySpan<float> scores)
    {
        EvaluatedView.CheckLength(row, _label, labels.Length, scores.Length, $"column '{_score.Name}' has {scores.Length}");
        _outputs ??= [.. Enumerable.Range(0, _perNode ?? labels.Length).Select(_ => new Output())];
        if (_perNode is null)
            EvaluatedView.CheckLength(row, _label, labels.Length, _outputs.Length, $"the first row has {_outputs.Length}");
        else if (labels.Length % _perNode != 0)
            throw EvaluatedView.Fault(row, _label, $"{labels.Length} numbers, expected a multiple of {_perNode}, the targets of a node");
        _rows++;
        for (int i = 0; i < labels.Length; i++)
        {
            if (float.IsNaN(labels[i]))
            {
                _missing++;
                continue;
            }

            if (!float.IsFinite(labels[i]))
                throw EvaluatedView.Fault(row, _label, $"value {i} is {labels[i]}, expected a finite number, or NaN for a missing label");
            if (!float.IsFinite(scores[i]))
                throw EvaluatedView.Fault(row, _score, $"value {i} is {scores[i]}, expected a finite number"
                    + (float.IsNaN(scores[i]) ? EvaluatedView.NoPrediction : ""));
            _outputs[i % _outputs.Length].Add(labels[i], scores[i]);
        }
    }

    private sealed class Output
    {
        private double _absolute, _squared, _mean, _variation;

        internal long Count { get; private set; }

        internal void Add(double label, double score)
        {
            double error = label - score;
            _absolute += Math.Abs(error);
            _squared += error * error;
            // Welford's sums: exactly 0 for labels that are all the same, and precise for labels far from 0.
            Count++;
            double distance = label - _mean;
            _mean += Count == 1 ? label : distance / Count;
            _variation += Count == 1 ? 0 : distance * (label - _mean);
        }

        internal OutputRegressionMetrics ToMetrics(string name) => new(
            name, Count, _absolute / Count, _squared / Count, _variation > 0 ? 1 - _squared / _variation : double.NaN);
    }
}
