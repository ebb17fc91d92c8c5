using System.Numerics.Tensors;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Sums up log-probabilities of tokens.</summary>
internal sealed class LanguageModelEvaluator
{
    // The logarithm of a rounded probability can be slightly above 0.
    private const float Slack = 1e-3f;

    private readonly DataViewSchema.Column _score;
    private readonly DataViewSchema.Column? _token;
    private readonly int _vocabulary;
    private double _nats;
    private long _tokens, _hits, _missing, _sequences;

    internal LanguageModelEvaluator(DataViewSchema schema, string scoreName, string? tokenName)
    {
        _score = SingleReader.Require(schema, scoreName, scalar: false, vector: true);
        if (tokenName is null)
            return;
        var token = schema.Require(tokenName);
        (_token, _vocabulary) = (token, KeyClasses.Count(token));
    }

    internal LanguageModelMetrics Evaluate(IDataView data, CancellationToken cancellationToken)
    {
        DataViewSchema.Column[] columns = _token is { } token ? [_score, token] : [_score];
        EvaluatedView.ForEachRow(data, columns, Open, cancellationToken);
        return _tokens > 0
            ? new LanguageModelMetrics(_nats, _token is null ? double.NaN : (double)_hits / _tokens, _tokens, _missing, _sequences)
            : throw new InvalidDataException($"Column '{(_token ?? _score).Name}' has no token in any row: there is nothing to evaluate.");
    }

    private Action Open(DataViewRow row)
    {
        var scores = new SingleReader(row, _score);
        if (_token is not { } column)
            return () => AddLogProbabilities(row, scores.Read());
        var tokens = StepKeyReader.Create(row, column, [.. Enumerable.Range(0, _vocabulary)]);
        return () => AddProbabilities(row, tokens.Read(), scores.Read());
    }

    private void AddLogProbabilities(DataViewRow row, ReadOnlySpan<float> scores)
    {
        _sequences++;
        for (int step = 0; step < scores.Length; step++)
        {
            if (!(scores[step] <= Slack))
            {
                throw EvaluatedView.Fault(row, _score, $"step {step} is {scores[step]}; expected log-probabilities of tokens, at most 0; "
                    + "for probabilities of the whole vocabulary name the column of tokens");
            }

            _nats -= scores[step];
            _tokens++;
        }
    }

    private void AddProbabilities(DataViewRow row, ReadOnlySpan<int> tokens, ReadOnlySpan<float> scores)
    {
        EvaluatedView.CheckLength(row, _score, scores.Length, (long)tokens.Length * _vocabulary,
            $"column '{_token!.Value.Name}' has {tokens.Length} tokens of a vocabulary of {_vocabulary}");
        _sequences++;
        for (int step = 0; step < tokens.Length; step++)
        {
            if (tokens[step] < 0)
            {
                _missing++;
                continue;
            }

            float probability = scores[step * _vocabulary + tokens[step]];
            if (!(probability is >= 0 and <= 1 + Slack))
                throw EvaluatedView.Fault(row, _score, $"step {step} gives its token {probability}, expected a probability, 0 to 1");
            _nats -= Math.Log(probability);
            _tokens++;
            if (TensorPrimitives.IndexOfMax(scores.Slice(step * _vocabulary, _vocabulary)) == tokens[step])
                _hits++;
        }
    }
}
