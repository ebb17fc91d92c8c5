using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Scores of triples of entities that have learned vectors, or such that a graph network makes of them: its loss, and the forms in which it
/// is deployed.
/// </summary>
/// <param name="settings">How it is trained.</param>
/// <param name="entities">Number of entities.</param>
/// <param name="firstTail">The number of the first that can be a tail.</param>
/// <param name="relations">Number of relations; 0 for one kind.</param>
/// <param name="graph">The graph that an encoder reads; null without one.</param>
/// <param name="features">
/// Features of the entities, which an encoder reads beside their vectors, or of which vectors are added to theirs; null for none.
/// </param>
internal sealed partial class TripleNetwork(
    TripleSettings settings, int entities, int firstTail, int relations, NodeGraph? graph, FeatureMatrix? features)
{
    internal const string Head = "head", Tail = "tail", Relation = "relation", Inverse = "inverse_relation", Weight = "row_weight",
        Number = "number", TailNegatives = "tail_negatives", HeadNegatives = "head_negatives", IsFalse = "/are_false";

    internal const string Table = "entities", Biases = "entity_bias";

    // Below any score.
    private const double Never = -1e9;

    /// <summary>Numbers that scores lie between; null for any.</summary>
    internal (float Least, float Most)? Range { get; init; }

    /// <summary>The unit of the triples' numbers, where scores are such.</summary>
    internal NumberUnit Unit { get; init; } = NumberUnit.None;

    internal TripleSettings Settings => settings;

    internal int EntityCount => entities;

    internal int FirstTail => firstTail;

    /// <summary>Number of relations that a question names; 0 where it names none.</summary>
    internal int RelationCount => settings.Decoder.HasRelations() ? Math.Max(1, relations) : 0;

    private int RelationRows => settings.HasInverseRelations ? 2 * RelationCount : RelationCount;

    /// <summary>The loss, a mean over questions, and a metric: how the answer ranks among those it is compared with.</summary>
    internal NetworkOutputs Loss(NetworkBuilder network)
    {
        var vectors = new EntityVectors(this, network);
        Shape rows = ["groups", "rows"];
        Value head = network.Input(Head, ElementType.Int64, rows), tail = network.Input(Tail, ElementType.Int64, rows);
        var weight = network.Input(Weight, ElementType.Float, rows);
        var count = Op.ReduceSum(weight, keepDims: false);
        Value Total(Value x) => Op.ReduceSum(x * weight, keepDims: false);
        Value h = vectors.Rows(head), t = vectors.Rows(tail);                                       // [groups, rows, width]
        var recent = OfRecent(network, rows);
        h = recent is null ? h : h + recent;
        var r = RelationOf(network, Relation, rows);
        var relation = r is null ? [] : (Value[])[r];
        Value loss, metric;
        string name;
        if (settings.Loss is null)
        {
            // The loss in deviations, so that it doesn't depend on the numbers' unit; the metric in theirs.
            var error = ScoreOf(vectors, h, r, t, head, tail) - network.Input(Number, ElementType.Float, rows);
            loss = Total(error * error);
            (name, metric) = ("squared_error", Total(error * error) * (Unit.Deviation * Unit.Deviation));
        }
        else
        {
            (loss, metric) = OneEnd(network, vectors, (h, head), r, (t, tail), isTail: true, weight);
            if (settings.AsksForHeads)
            {
                var inverse = settings.HasInverseRelations ? RelationOf(network, Inverse, rows) : null;
                relation = inverse is null ? relation : [.. relation, inverse];
                var (other, ofOther) = OneEnd(network, vectors, (t, tail), inverse ?? r, (h, head), isTail: false, weight);
                (loss, metric) = ((loss + other) * 0.5, (metric + ofOther) * 0.5);
            }
            name = settings.ComparesAll ? "unfiltered_mrr" : "sampled_mrr";
        }
        if (settings.Penalty > 0)
        {
            Value Power(Value x) => Op.ReduceSum(settings.PenaltyPower == 2 ? x * x
                : settings.Decoder.Moduli(x) is var m ? m * m * m : x, [2], keepDims: false);
            var powers = vectors.Penalty(head, h, Power) + vectors.Penalty(tail, t, Power);
            if (relation.Length > 0 && settings.Decoder != LinkDecoder.RotatE)
                powers += relation.Select(Power).Aggregate((a, b) => a + b) / (double)relation.Length;
            if (settings.HasBiases)
                powers = powers + vectors.BiasPenalty(head) + vectors.BiasPenalty(tail);
            loss += Total(powers) * settings.Penalty;
        }
        return new(loss / Op.OrOne(count), ("loss/count", count), ($"{name}/sum", metric), ($"{name}/count", Op.Identity(count)));
    }

    // The weighted sums of the losses and of the reciprocal ranks.
    private (Value Loss, Value Rank) OneEnd(NetworkBuilder network, EntityVectors vectors, (Value Vector, Value Id) known, Value? relation,
        (Value Vector, Value Id) answer, bool isTail, Value weight)
    {
        var question = network.Dropout(settings.Decoder.Question(known.Vector, relation, isTail || settings.HasInverseRelations),
            settings.Dropout);
        Value Total(Value x) => Op.ReduceSum(x * weight, keepDims: false);
        if (settings.ComparesAll)
        {
            var first = isTail ? firstTail : 0;
            var scores = settings.Decoder.ScoreAll(Op.AsMatrix(question), vectors.Candidates(isTail));         // [questions, answers]
            if (settings.HasBiases)
                scores += vectors.CandidateBiases(isTail);
            var number = Op.Reshape(answer.Id, [answer.Id.Shape.Elements]);
            number = first == 0 ? number : number - first;
            var own = Op.GatherElements(scores, Op.Unsqueeze(number, 1), 1);
            var flat = Op.Reshape(weight, [weight.Shape.Elements]);
            var mean = Trainers.Loss.CrossEntropy(scores, number, weights: flat);
            var ranks = 1.0 / (Counted(Op.Greater(scores, own), 1) + 1.0);
            return (mean * Op.ReduceSum(flat, keepDims: false), Op.ReduceSum(ranks * flat, keepDims: false));
        }
        var negative = network.Input(isTail ? TailNegatives : HeadNegatives, ElementType.Int64, ["groups", settings.Negatives]);
        // 1 for a negative sample that is no known answer, else 0
        var isFalse = network.Input((isTail ? TailNegatives : HeadNegatives) + IsFalse, ElementType.Float,
            ["groups", "rows", settings.Negatives]);
        var s = settings.Decoder.Score(question, answer.Vector);                                     // [groups, rows]
        var others = settings.Decoder.ScoreAll(question, vectors.Rows(negative));                    // [groups, rows, negatives]
        if (settings.HasBiases)
            (s, others) = (s + vectors.Bias(answer.Id), others + Op.Unsqueeze(vectors.Bias(negative), 1));
        var one = Op.Unsqueeze(s, 2);
        var rank = 1.0 / (Op.ReduceSum(Op.Cast(Op.Greater(others, one), ElementType.Float) * isFalse, [2], keepDims: false) + 1.0);
        return (Total(Sampled(s, one, others, isFalse)), Total(rank));
    }

    // [groups, rows]
    private Value Sampled(Value s, Value one, Value others, Value isFalse)
    {
        Value Sum(Value x) => Op.ReduceSum(x, [2], keepDims: false);
        Value Mean(Value x) => Sum(x * isFalse) / Op.Max(Sum(isFalse), s.Number(1));
        switch (settings.Loss)
        {
            case RankingLoss.SampledSoftmax:
                var all = Op.Concat(2, one, others + (1.0 - isFalse) * Never);
                return -Op.Squeeze(Op.Slice(Op.LogSoftmax(all), 2, 0, 1), 2);
            case RankingLoss.Margin:
                return Mean(Op.Relu(others - one + (double)settings.Margin));
            case RankingLoss.PairwiseRanking:
                return Mean(Softplus(others - one));
            default:
                var shift = settings.Decoder.IsDistance() ? settings.Margin : 0.0;
                var losses = Softplus(others + shift);
                return Softplus(-(s + shift)) + (settings.AdversarialTemperature == 0 ? Mean(losses)
                    : Sum(losses * isFalse * Op.StopGradient(
                        Op.Softmax(others * (double)settings.AdversarialTemperature + (1.0 - isFalse) * Never))));
        }
    }

    // ONNX Runtime's own takes one element after another; these operations take many at once. The rounding error is that of 1.
    private static Value Softplus(Value x) => !x.Graph.UsesKernels ? Op.Softplus(x)
        : Op.WithGradient(Op.Relu(x) - Op.Log(Op.Sigmoid(Op.Abs(x))), c => [c.Gradient * Op.Sigmoid(x)], x);

    // Of numbers such as ratings, what isn't known counts as the mean; they are in their unit.
    private Value ScoreOf(EntityVectors vectors, Value h, Value? r, Value t, Value head, Value tail,
        (Value Head, Value Tail)? known = null)
    {
        var score = settings.Decoder.Score(settings.Decoder.Question(h, r, isTail: true), t);
        if (settings.Loss is null)
        {
            Value Known(Value x, Value? isKnown) => isKnown is null ? x : Op.Where(isKnown, x, x.Number(0));
            return Known(score, known is var (one, other) ? Op.And(one, other) : null) + Known(vectors.Bias(head), known?.Head)
                + Known(vectors.Bias(tail), known?.Tail);
        }
        score = settings.HasBiases ? score + vectors.Bias(tail) : score;
        return settings.Decoder.IsDistance() ? score + (double)settings.Margin : score;
    }

    private Value? RelationOf(NetworkBuilder network, string input, Shape rows) => RelationCount == 0 ? null
        : RelationRowsOf(network, network.Input(input, ElementType.Int64, rows));

    private Value RelationRowsOf(NetworkBuilder network, Value number) => network.Lookup("relations", RelationRows,
        settings.Decoder.RelationWidth(settings.Width), number,
        settings.InitialDeviation is { } deviation && settings.Decoder != LinkDecoder.RotatE ? Initializers.Normal(deviation)
            : settings.Decoder.RelationInitializer(settings.Width));

    private static Value Counted(Value condition, int axis) =>
        Op.ReduceSum(Op.Cast(condition, ElementType.Float), [axis], keepDims: false);
}
