using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Ranks the pairs of each query. Takes 5 bytes of memory per pair, and the queries' ids.</summary>
internal sealed class LinkRankingEvaluator
{
    private readonly DataViewSchema.Column? _query;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _score;
    private readonly int[] _ks;
    private readonly List<Query> _queries = [];
    private double _ranks, _reciprocalRanks;
    private readonly long[] _hits;
    private readonly double[] _gains;

    internal LinkRankingEvaluator(DataViewSchema schema, string? queryName, string labelName, string scoreName, IReadOnlyList<int>? ks)
    {
        _query = queryName is null ? null : schema.Require(queryName);
        _label = schema.Require(labelName);
        if (_label.Type is not BooleanDataViewType && !(_label.Type is NumberDataViewType && _label.Type.RawType == typeof(float)))
            throw new ArgumentException($"Column '{labelName}' is {_label.Type}: expected a Boolean, or a Single of 0 and 1.");
        _score = SingleReader.Require(schema, scoreName, scalar: true, vector: false);
        _ks = [.. ks ?? [1, 3, 10]];
        if (_ks.FirstOrDefault(k => k < 1, 1) is var wrong and < 1)
            throw new ArgumentOutOfRangeException(nameof(ks), $"k is {wrong}, expected at least 1.");
        (_hits, _gains) = (new long[_ks.Length], new double[_ks.Length]);
    }

    internal LinkRankingMetrics Evaluate(IDataView data, CancellationToken cancellationToken)
    {
        DataViewSchema.Column[] columns = _query is { } query ? [query, _label, _score] : [_label, _score];
        EvaluatedView.ForEachRow(data, columns, Open, cancellationToken);
        long links = 0, queries = 0, pairs = 0;
        var ties = new List<LinkRanking.Tie>();
        foreach (var one in _queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LinkRanking.Sort(CollectionsMarshal.AsSpan(one.Scores), CollectionsMarshal.AsSpan(one.AreLinks), ties);
            pairs += one.Scores.Count;
            if (Rank(ties) is not (> 0 and var ofQuery))
                continue;
            links += ofQuery;
            queries++;
        }

        if (links == 0)
            throw new InvalidDataException($"Column '{_label.Name}' says of no row that it is a link: there is nothing to rank.");
        return new LinkRankingMetrics
        {
            MeanReciprocalRank = _reciprocalRanks / links,
            MeanRank = _ranks / links,
            AtK = Array.AsReadOnly([.. _ks.Select((k, i) => new LinkRankingAtK(k, (double)_hits[i] / links, _gains[i] / queries))]),
            AreaUnderRocCurve = _query is null ? LinkRanking.AreaUnderRocCurve(ties) : double.NaN,
            AveragePrecision = _query is null ? LinkRanking.AveragePrecision(ties) : double.NaN,
            QueryCount = queries,
            QueryWithoutLinkCount = _queries.Count - queries,
            LinkCount = links,
            PairCount = pairs,
        };
    }

    // Returns the query's number of links.
    private int Rank(List<LinkRanking.Tie> ties)
    {
        int links = 0, others = 0;
        foreach (var tie in ties)
        {
            double rank = 1 + others + tie.Others / 2.0;
            _ranks += tie.Links * rank;
            _reciprocalRanks += tie.Links / rank;
            for (int i = 0; i < _ks.Length; i++)
                _hits[i] += rank <= _ks[i] ? tie.Links : 0;
            links += tie.Links;
            others += tie.Others;
        }

        for (int i = 0; i < _ks.Length && links > 0; i++)
            _gains[i] += LinkRanking.Ndcg(ties, _ks[i]);
        return links;
    }

    private Action Open(DataViewRow row)
    {
        var (isLink, scores) = (LabelReader(row), new SingleReader(row, _score));
        var query = QueryReader(row);
        return () =>
        {
            float score = scores.Read()[0];
            if (float.IsNaN(score))
                throw EvaluatedView.Fault(row, _score, "the score is NaN, expected a number" + EvaluatedView.NoPrediction);
            var pairs = query();
            pairs.Scores.Add(score);
            pairs.AreLinks.Add(isLink());
        };
    }

    private Func<Query> QueryReader(DataViewRow row)
    {
        if (_query is not { } column)
        {
            _queries.Add(new Query([], []));
            return () => _queries[0];
        }

        var known = new Dictionary<NodeId, Query>();
        var read = NodeId.Reader(row, column);
        return () =>
        {
            ref var query = ref CollectionsMarshal.GetValueRefOrAddDefault(known, read(), out _);
            if (query is null)
                _queries.Add(query = new Query([], []));
            return query;
        };
    }

    private Func<bool> LabelReader(DataViewRow row)
    {
        if (_label.Type is BooleanDataViewType)
        {
            var flags = row.GetGetter<bool>(_label);
            bool flag = false;
            return () =>
            {
                flags(ref flag);
                return flag;
            };
        }

        var numbers = new SingleReader(row, _label);
        return () => numbers.Read()[0] switch
        {
            0 => false,
            1 => true,
            var other => throw EvaluatedView.Fault(row, _label, $"the label is {other}, expected 0 or 1"),
        };
    }

    private sealed record Query(List<float> Scores, List<bool> AreLinks);
}
