using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// The forms in which scores of triples are deployed.
internal sealed partial class TripleNetwork
{
    internal const string Known = "known", Scores = "scores", FinalBiases = "final_bias";

    /// <summary>Whether a final vector is more than a row of the table.</summary>
    internal bool HasMadeVectors => settings.Encoder is not null || settings.RecentTails > 0 || AddsFeatures;

    /// <summary>
    /// Writes the final vectors of all entities as the output <c>Embedding</c> [entities, width] and, where features add to them, their
    /// numbers as the output <see cref="FinalBiases"/> [entities, 1].
    /// </summary>
    internal void Embed(NetworkBuilder network)
    {
        var all = settings.Encoder is null ? Parameter(network) : Encoded(network);
        if (AddsFeatures)
        {
            var (vectors, biases) = OfFeatures(network);
            all += vectors;
            if (biases is not null)
                network.Graph.Output(FinalBiases, BiasParameter(network) + biases);
        }
        if (OfLast(network) is { } recent)
            all = Op.Concat(0, Op.Slice(all, 0, 0, firstTail) + recent, Op.Slice(all, 0, firstTail, entities));
        network.Graph.Output(GraphModel.Embedding, Op.Identity(all));
    }

    /// <summary>
    /// Writes scores of triples: reads entities' numbers <c>source</c> and <c>target</c> Int64 [pairs], from 1, and, where there are
    /// relations, <c>pair_type</c> Int64 [pairs], from 1. In a deployed model other numbers give missing predictions.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="given">The entities' final vectors; null to make them of parameters.</param>
    internal void Score(NetworkBuilder network, float[]? given)
    {
        var vectors = new EntityVectors(this, network, given);
        Value? known = null;
        (Value Number, Value IsKnown) Id(string name, long count, int first = 0)
        {
            var number = network.Input(name, ElementType.Int64, [LinkHead.Pairs]);
            var isKnown = Op.And(Op.Greater(number, number.Number(0)), Op.LessOrEqual(number, number.Number(count)));
            known = known is null ? isKnown : Op.And(known, isKnown);
            return (Op.Where(isKnown, number + (first - 1.0), number.Number(0)), isKnown);
        }
        var (head, isHead) = Id(LinkLookup.Source, HeadCount);
        var (tail, isTail) = Id(LinkLookup.Target, entities - firstTail, firstTail);
        var relation = RelationCount == 0 ? null : RelationRowsOf(network, relations == 0 ? head * 0.0
            : Id(LinkHead.PairTypes, relations).Number);
        var h = vectors.Rows(head);
        if (given is null && OfLast(network, head) is { } recent)
            h += recent;
        var score = ScoreOf(vectors, h, relation, vectors.Rows(tail), head, tail, (isHead, isTail));
        if (settings.Loss is null)
            score = InUnit(score);
        if (Range is var (least, most))
            score = Op.Clip(score, least, most);
        var missing = network.Mode == NetworkMode.Deployment ? known : null;
        foreach (var (name, value) in settings.Loss is null
            ? [(ModelFormat.Score, score)]
            : BinaryOutputs.Of(score, missing))
            network.Graph.Output(name, value);
    }

    /// <summary>
    /// Writes the scores of all answers to questions: <c>known</c> Int64 [rows], an entity's number from 0, and <c>relation</c> give
    /// <c>scores</c> [rows, answers].
    /// </summary>
    internal Value Answers(NetworkBuilder network, float[] given, bool isTail, Value known, Value? relation)
    {
        var vectors = new EntityVectors(this, network, given);
        if (relation is not null && settings.HasInverseRelations && !isTail)
            relation += RelationCount;
        var question = settings.Decoder.Question(vectors.Rows(known), relation is null ? null : RelationRowsOf(network, relation),
            isTail || settings.HasInverseRelations);
        var scores = settings.Decoder.ScoreAll(question, vectors.Candidates(isTail));
        scores = settings.HasBiases ? scores + vectors.CandidateBiases(isTail) : scores;
        if (settings.Loss is null)
            scores = InUnit(scores + Op.Unsqueeze(vectors.Bias(known), 1));
        return settings.Decoder.IsDistance() ? scores + (double)settings.Margin : scores;
    }

    private Value InUnit(Value score) => score * Unit.Deviation + Unit.Mean;

    internal int HeadCount => firstTail == 0 ? entities : firstTail;

    /// <summary>The same as a model.</summary>
    internal Graph Answers(ParameterSet parameters, float[] given, bool isTail)
    {
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "answers");
        var known = network.Input(Known, ElementType.Int64, ["rows"]);
        var relation = RelationCount == 0 ? null : network.Input(Relation, ElementType.Int64, ["rows"]);
        network.Graph.Output(Scores, Answers(network, given, isTail, known, relation));
        DeadCode.Remove(network.Graph);
        return network.Graph;
    }

    /// <summary>
    /// A model that gives the best answers: <c>source</c> or <c>target</c> and perhaps <c>pair_type</c> Int64 [rows], numbers from 1, give
    /// <c>Answer</c> Int64 [rows, count], numbers from 1, and <c>Score</c> [rows, count], from the highest down. An unknown number has
    /// answers 0 with scores NaN. It takes memory for all vectors once per row where scores are sums of absolute values.
    /// </summary>
    internal Graph Best(ParameterSet parameters, float[] given, bool isTail, int count)
    {
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "best_answers");
        Value? isKnown = null;
        Value Id(string name, int most, int first)
        {
            var number = network.Input(name, ElementType.Int64, ["rows"]);
            var inside = Op.And(Op.Greater(number, number.Number(0)), Op.LessOrEqual(number, number.Number(most)));
            isKnown = isKnown is null ? inside : Op.And(isKnown, inside);
            return Op.Where(inside, number + (first - 1.0), number.Number(0));
        }
        var known = isTail ? Id(LinkLookup.Source, HeadCount, 0) : Id(LinkLookup.Target, entities - firstTail, firstTail);
        var relation = RelationCount == 0 ? null : relations == 0 ? known * 0.0 : Id(LinkHead.PairTypes, relations, 0);
        var (scores, places) = Op.Largest(Answers(network, given, isTail, known, relation), count);
        var isRow = Op.Unsqueeze(isKnown!, 1);
        network.Graph.Output("Answer", Op.Where(isRow, places + 1.0, places.Number(0)));
        network.Graph.Output(ModelFormat.Score, Op.Where(isRow, scores, scores.Number(float.NaN)));
        DeadCode.Remove(network.Graph);
        return network.Graph;
    }
}
