using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Edges between pairs of nodes, predicted from the nodes' embeddings: a graph autoencoder, or a variational one, which learns a normal
/// distribution for each node (Kipf and Welling 2016).
/// </summary>
/// <remarks>
/// The loss is the mean binary cross-entropy over the edges plus that over the pairs without an edge and, for a variational autoencoder,
/// the mean divergence of the nodes' distributions from the standard normal one, divided by the number of nodes.
/// </remarks>
internal sealed class LinkHead(LinkDecoder decoder, int width, bool isVariational, int relations) : Head
{
    internal const string Pairs = "pairs", PairTypes = "pair_type";

    // Beyond this the exponential is practically infinite.
    private const double LargestLogVariance = 20;

    internal override int Outputs => isVariational ? 2 * width : width;

    internal int EmbeddingSize => width;

    /// <summary>Number of relations that the decoder reads; 0 for none.</summary>
    internal int RelationCount => decoder.HasRelations() ? relations : 0;

    /// <summary>Number of relations of the training edges, whether the decoder reads them or not; 0 for none.</summary>
    internal int KnownRelations => relations;

    /// <summary>What makes scores logits of probabilities that hold, found after training; null for the network's own.</summary>
    internal ScoreCurve? Calibration { get; set; }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights)
    {
        var labels = network.Input(Labels, ElementType.Float, [Pairs]);
        var (mean, logVariance) = Distribution(outputs);
        var logits = Logits(network, logVariance is null ? mean : network.NormalSample(mean, logVariance));
        var loss = Trainers.Loss.BinaryCrossEntropy(logits, labels, weights: labels)
            + Trainers.Loss.BinaryCrossEntropy(logits, labels, weights: 1 - labels);
        var right = Op.Cast(Op.Equal(Op.Greater(logits, logits.Number(0)), Op.Greater(labels, labels.Number(0.5))), ElementType.Float);
        (string, Value) accuracy = ("accuracy", Op.ReduceMean(right, keepDims: false));
        if (logVariance is null)
            return new(loss, accuracy);
        var divergence = Trainers.Loss.NormalDivergence(mean, logVariance);
        var nodes = Op.Cast(Op.Squeeze(Op.SizeOf(outputs, 0), 0), ElementType.Float);
        return new(loss + divergence / nodes, accuracy, ("divergence", divergence));
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value outputs)
    {
        var (mean, _) = Distribution(outputs);
        var logits = Logits(network, mean);
        return [(ModelFormat.Score, logits), (ModelFormat.Probability, Op.Sigmoid(logits)),
            (GraphModel.Embedding, Op.Identity(mean))];
    }

    /// <summary>
    /// The decoder alone, over known embeddings: reads nodes' numbers <c>source</c> and <c>target</c> Int64 [pairs], from 1, and
    /// optionally the relation <c>pair_type</c> Int64 [pairs], from 1. Other numbers give missing predictions.
    /// </summary>
    /// <param name="parameters">The trained network's parameters.</param>
    /// <param name="embeddings">[nodes, width].</param>
    internal Graph Lookup(ParameterSet parameters, float[] embeddings)
    {
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "link_lookup");
        var table = network.Graph.Constant(TensorData.Create(embeddings, embeddings.Length / width, width), "embeddings");
        Value? known = null;
        Value Number(string name, long count)
        {
            var number = network.Input(name, ElementType.Int64, [Pairs]);
            var isKnown = Op.And(Op.Greater(number, number.Number(0)), Op.LessOrEqual(number, number.Number(count)));
            known = known is null ? isKnown : Op.And(known, isKnown);
            return Op.Where(isKnown, number - 1, number.Number(0));
        }
        Value Node(string name) => Op.Gather(table, Number(name, embeddings.Length / width));
        var (source, target) = (Node(LinkLookup.Source), Node(LinkLookup.Target));
        var types = RelationCount > 0 ? Number(PairTypes, RelationCount) : null;
        var logits = Decode(network, source, target, types);
        foreach (var (name, value) in BinaryOutputs.Of(logits, known))
            network.Graph.Output(name, value);
        return network.Graph;
    }

    private (Value Mean, Value? LogVariance) Distribution(Value outputs)
    {
        if (!isVariational)
            return (outputs, null);
        var parts = Op.Split(outputs, 1, width, width);                                             // [nodes, width] each
        return (parts[0], Op.Clip(parts[1], max: LargestLogVariance));
    }

    private Value Logits(NetworkBuilder network, Value embeddings)
    {
        var nodes = embeddings.Shape[0];
        var pairs = network.Mode == NetworkMode.Deployment
            ? GraphEdges.Of(network, network.Input("pair_index", ElementType.Int64, [2, Pairs]), nodes, name: Pairs)
            : GraphEdges.Block(network, Pairs, nodes, nodes);
        var types = RelationCount > 0 ? network.Input(PairTypes, ElementType.Int64, [Pairs]) : null;
        return Decode(network, pairs.Sources(embeddings), pairs.Targets(embeddings), types);
    }

    private Value Decode(NetworkBuilder network, Value source, Value target, Value? types)
    {
        var logits = network.Decode(decoder, source, target, types, RelationCount);
        return Calibration?.Apply(logits) ?? logits;
    }
}
