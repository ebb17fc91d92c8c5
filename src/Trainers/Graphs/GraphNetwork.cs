using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The network of a graph trainer.</summary>
/// <remarks>
/// Every network reads the nodes' features [nodes, features] and the edges, and gives [nodes, channels]; a trainer of graphs pools them,
/// unless the network does that itself (DiffPool and top-k pooling, which are for whole graphs alone).
/// Sampled: whether it can be trained on sampled neighbors (<see cref="NodeTrainerOptions.FanOuts"/>).
/// <list type="table">
/// <listheader><term>Preset</term><description>What it is; shape between layers; properties of edges it reads;
/// paper</description></listheader>
/// <item><term><see cref="Gcn"/></term>
/// <description>Graph convolutions. [nodes, hidden]. Weights. Sampled. Kipf and Welling 2017.</description></item>
/// <item><term><see cref="Sage"/></term>
/// <description>GraphSAGE: mean, sum, maximum or an LSTM over the neighbors. [nodes, hidden]. Weights for means and sums. Sampled. Hamilton
/// et al. 2017.</description></item>
/// <item><term><see cref="Gat"/></term>
/// <description>Graph attention, GAT or GATv2. [nodes, heads · hidden]. Weights. Sampled. Veličković et al. 2018; Brody et al.
/// 2022.</description></item>
/// <item><term><see cref="Gin"/></term>
/// <description>Graph isomorphism network, GINE where edges have features. [nodes, hidden]. Weights, features. Sampled. Xu et al. 2019; Hu
/// et al. 2020.</description></item>
/// <item><term><see cref="Appnp"/></term>
/// <description>A perceptron whose predictions are propagated. [nodes, channels]. Weights. Gasteiger et al. 2019.</description></item>
/// <item><term><see cref="Sgc"/></term>
/// <description>A linear layer over propagated features. [nodes, channels]. Weights. Wu et al. 2019.</description></item>
/// <item><term><see cref="Rgcn"/></term>
/// <description>Relational graph convolutions. [nodes, hidden]. Relations, weights. Sampled. Schlichtkrull et al.
/// 2018.</description></item>
/// <item><term><see cref="Transformer"/></term>
/// <description>Transformer layers whose attention follows the edges. [nodes, hidden]. Weights, features. Sampled. Dwivedi and Bresson
/// 2021.</description></item>
/// <item><term><see cref="Gated"/></term>
/// <description>A gated graph network. [nodes, hidden]. Weights, relations. Li et al. 2016.</description></item>
/// <item><term><see cref="Pna"/></term>
/// <description>Principal neighborhood aggregation. [nodes, hidden]. Features. Sampled. Corso et al. 2020.</description></item>
/// <item><term><see cref="GatedGcn"/></term>
/// <description>Convolutions with a gate per edge and feature. [nodes, hidden]. Weights, features. Bresson and Laurent
/// 2017.</description></item>
/// <item><term><see cref="Gps"/>, <see cref="VirtualNode"/></term>
/// <description>GIN beside attention to all nodes of a graph; a layered network with a node that all others are linked with.
/// [nodes, hidden]. Weights, features. Rampášek et al. 2022; Gilmer et al. 2017.</description></item>
/// <item><term><see cref="DiffPool"/></term>
/// <description>Learned clusters as the nodes of smaller graphs. [graphs, clusters, hidden]. Weights, features. Ying et al.
/// 2018.</description></item>
/// <item><term><see cref="TopKPool"/></term>
/// <description>The best nodes of each level alone, scored by themselves or by their neighbors (SAGPool). [nodes, hidden]. Weights,
/// features. Gao and Ji 2019; Lee et al. 2019.</description></item>
/// <item><term><see cref="EncodeProcessDecode"/></term>
/// <description>States of nodes and edges that act on each other: learned simulators. [nodes, hidden]. Weights, features.
/// Sanchez-Gonzalez et al. 2020.</description></item>
/// <item><term><see cref="RelationalInference"/></term>
/// <description>Infers which edges there are from series of nodes. [edges, kinds]. Kipf et al. 2018.</description></item>
/// <item><term><see cref="OverSeries"/>, <see cref="Autoregressive"/></term>
/// <description>A graph network over what a sequence network makes of each node's series, or beside an autoregression.</description></item>
/// <item><term><see cref="LearnedGraph"/>, <see cref="Diffusion"/></term>
/// <description>Diffusion over learned connections, and along edges in both directions. [nodes, hidden]. Weights. Wu et al. 2019; Li et
/// al. 2018.</description></item>
/// <item><term><see cref="AdjacencyPerceptron"/></term>
/// <description>A perceptron over rows of the adjacency matrix: the baseline for a fixed set of nodes. [nodes,
/// hidden].</description></item>
/// <item><term><see cref="Custom"/>, <see cref="CustomLayers"/></term>
/// <description>Functions of your own; the latter can be sampled.</description></item>
/// </list>
/// </remarks>
public abstract partial record GraphNetwork
{
    /// <summary>The network's name in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the network divides by sums of edge weights, so that they must be above 0.</summary>
    internal virtual bool NeedsPositiveWeights => false;

    /// <summary>Which weights of edges it needs; null where any will do.</summary>
    internal EdgeWeight.Need? WeightNeed => EdgeWeight.Need.Of(Name, NeedsPositiveWeights);

    /// <summary>The number of nodes that the network is made for; null for any.</summary>
    internal virtual int? FixedNodes => null;

    /// <summary>Whether <see cref="FixedNodes"/> are those of each graph, so that several can be packed one behind another.</summary>
    internal virtual bool HasNodesOfEachGraph => false;

    /// <summary>
    /// The number of layers of a network in which each layer reads only the previous one's output over its own edges, so that neighbors can
    /// be sampled; null for other networks.
    /// </summary>
    internal virtual int? LayerCount => null;

    /// <summary>Whether what it gives for nodes are the outputs themselves, with no layers behind them.</summary>
    internal virtual bool WritesOutputs => false;

    /// <summary>Whether it gives one row per graph, [graphs, channels], rather than one per node.</summary>
    internal virtual bool PoolsGraphs => false;

    /// <summary>Writes the network, from the nodes' features to <paramref name="channels"/> numbers per node.</summary>
    /// <param name="x">The input.</param>
    /// <param name="channels">Number of channels per node in the result.</param>
    /// <returns>[nodes, channels], without activation.</returns>
    public abstract Value Write(GraphInput x, int channels);

    /// <summary>Graph convolutions (Kipf and Welling 2017).</summary>
    /// <param name="hidden">Features between layers.</param>
    /// <param name="layers">Number of convolutions.</param>
    /// <param name="dropout">Dropout of every convolution's input.</param>
    /// <param name="normalization">How neighbors are weighted.</param>
    public static GraphNetwork Gcn(int hidden = 16, int layers = 2, float dropout = 0.5f,
        GraphNormalization normalization = GraphNormalization.Symmetric) =>
        Stack("GCN", hidden, layers, dropout, Op.Relu, (x, edges, _, h, channels, _) => x.Network.Gcn(edges, h, channels, normalization),
            positiveWeights: normalization != GraphNormalization.None);

    /// <summary>GraphSAGE (Hamilton et al. 2017).</summary>
    /// <param name="hidden">Features between layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of every layer's input.</param>
    /// <param name="aggregator">How neighbors become one vector.</param>
    /// <param name="normalize">Whether the vectors between layers are scaled to length 1.</param>
    public static GraphNetwork Sage(int hidden = 64, int layers = 2, float dropout = 0.5f, SageAggregator aggregator = SageAggregator.Mean,
        bool normalize = false) =>
        Stack("GraphSAGE", hidden, layers, dropout, Op.Relu, (x, edges, _, h, channels, _) =>
            x.Network.Sage(edges, h, channels, aggregator, normalize),
            positiveWeights: aggregator is SageAggregator.Mean or SageAggregator.MeanWithSelf);

    /// <summary>Graph attention (Veličković et al. 2018): heads are concatenated between layers and averaged at the end.</summary>
    /// <param name="hidden">Features per head between layers.</param>
    /// <param name="heads">Heads between layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of every layer's input and of the attention weights.</param>
    /// <param name="outputHeads">Heads of the last layer.</param>
    /// <param name="dynamic">Whether attention is that of GATv2 (Brody et al. 2022).</param>
    public static GraphNetwork Gat(int hidden = 8, int heads = 8, int layers = 2, float dropout = 0.6f, int outputHeads = 1,
        bool dynamic = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputHeads, 1);
        return Stack(dynamic ? "GATv2" : "GAT", hidden, layers, dropout, x => Op.Elu(x), (x, edges, _, h, channels, isLast) =>
        {
            GatOptions options = new() { Heads = isLast ? outputHeads : heads, Concat = !isLast, AttentionDropout = dropout };
            var (nodes, attention) = dynamic ? x.Network.GatV2(edges, h, channels, options) : x.Network.Gat(edges, h, channels, options);
            x.OutputAttention(attention);
            return nodes;
        }, positiveWeights: true);
    }

    /// <summary>Graph isomorphism network (Xu et al. 2019); where edges have features, GINE (Hu et al. 2020).</summary>
    /// <param name="hidden">Features between layers and in their perceptrons.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of every layer's input.</param>
    /// <param name="batchNorm">Whether activations are normalized over the batch.</param>
    public static GraphNetwork Gin(int hidden = 64, int layers = 3, float dropout = 0, bool batchNorm = true) =>
        Stack("GIN", hidden, layers, dropout, Op.Relu, (x, edges, edgeFeatures, h, channels, isLast) =>
        {
            var y = edgeFeatures is { } features
                ? x.Network.Gine(edges, h, features, channels, hidden, batchNorm)
                : x.Network.Gin(edges, h, channels, hidden, batchNorm);
            return batchNorm && !isLast ? x.Network.BatchNorm(y) : y;
        });

    /// <summary>Predictions of a perceptron, propagated by personalized PageRank (Gasteiger et al. 2019).</summary>
    /// <param name="hidden">Features of the perceptron's hidden layer.</param>
    /// <param name="steps">Steps of propagation.</param>
    /// <param name="alpha">α, the share of a node's own prediction in each step.</param>
    /// <param name="dropout">Dropout of the layers' inputs and of the propagated predictions.</param>
    public static GraphNetwork Appnp(int hidden = 64, int steps = 10, float alpha = 0.1f, float dropout = 0.5f) =>
        new WrittenNetwork("APPNP", (x, channels) =>
    {
        var h = Op.Relu(x.Network.Linear(x.Network.Dropout(x.Features, dropout), hidden, name: "hidden"));
        return x.Network.Appnp(x.Edges, x.Network.Linear(x.Network.Dropout(h, dropout), channels, name: "output"), steps, alpha, dropout);
    }, PositiveWeights: true);

    /// <summary>A linear layer over features propagated a number of steps (Wu et al. 2019).</summary>
    /// <param name="steps">Steps of propagation.</param>
    public static GraphNetwork Sgc(int steps = 2) =>
        new WrittenNetwork("SGC", (x, channels) => x.Network.Sgc(x.Edges, x.Features, channels, steps), PositiveWeights: true);

    /// <summary>Relational graph convolutions (Schlichtkrull et al. 2018), for edges with relations.</summary>
    /// <param name="hidden">Features between layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="bases">
    /// Number of basis matrices, of which each relation's matrix is a weighted sum; null for a separate matrix per relation.
    /// </param>
    /// <param name="dropout">Dropout of every layer's input except the first.</param>
    public static GraphNetwork Rgcn(int hidden = 16, int layers = 2, int? bases = 30, float dropout = 0) =>
        Layered("R-GCN", layers, (x, h, layer, channels) =>
    {
        var relations = x.RelationsOf(layer) ?? throw new GraphException(
            "R-GCN needs edges with relations: set "
            + $"{nameof(Transforms.GraphEdgeColumns)}.{nameof(Transforms.GraphEdgeColumns.RelationColumnName)}.");
        var isLast = layer == layers - 1;
        var y = x.Network.Rgcn(
            x.Hop(layer), layer == 0 ? h : x.Network.Dropout(h, dropout), relations, x.RelationCount, isLast ? channels : hidden,
            bases is { } count ? Math.Min(count, x.RelationCount) : null);
        return isLast ? y : Op.Relu(y);
    }, positiveWeights: true);

    /// <summary>Transformer layers whose attention follows the edges (Dwivedi and Bresson 2021); features of edges bias it.</summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="heads">Attention heads; <paramref name="hidden"/> must be a multiple.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of the input, of the attention weights and before residual sums.</param>
    public static GraphNetwork Transformer(int hidden = 64, int heads = 4, int layers = 2, float dropout = 0.1f)
    {
        GraphTransformerOptions options = new() { Heads = heads, NormFirst = true, Dropout = dropout, AttentionDropout = dropout };
        return Layered("graph Transformer", layers, (x, h, layer, channels) =>
        {
            if (layer == 0)
                h = x.Network.Linear(x.Network.Dropout(h, dropout), hidden, name: "input");
            var features = x.EdgeFeaturesOf(layer);
            // Features belong to the edges that were given: loops of one's own would have none.
            (h, var attention) = x.Network.GraphTransformer(features is null ? x.Hop(layer).WithSelfLoops() : x.Hop(layer), h, features,
                options);
            x.OutputAttention(attention);
            return layer == layers - 1 ? x.Network.Linear(h, channels, name: "output") : h;
        }, positiveWeights: true);
    }

    /// <summary>
    /// A gated graph network: a GRU whose input is the sum of the neighbors' messages (Li et al. 2016); each relation has its own
    /// messages.
    /// </summary>
    /// <param name="hidden">Features of a node's state, at least as many as the input has.</param>
    /// <param name="steps">Steps of the GRU.</param>
    /// <param name="dropout">Dropout of the input and of the last states.</param>
    public static GraphNetwork Gated(int hidden = 64, int steps = 4, float dropout = 0) =>
        new WrittenNetwork("gated graph network", (x, channels) =>
    {
        var start = Op.Tanh(x.Network.Linear(x.Network.Dropout(x.Features, dropout), hidden, name: "input"));
        var states = x.Network.GatedGraph(x.Edges, start, hidden, steps, x.RelationCount > 1 ? x.Relations : null,
            Math.Max(1, x.RelationCount));
        return x.Network.Linear(x.Network.Dropout(states, dropout), channels, name: "output");
    });

    /// <summary>
    /// A perceptron that reads each node's own row of the adjacency matrix beside its features: the naive baseline. It has a row of weights
    /// per node, so it works only for the nodes it was trained with, in the same order.
    /// </summary>
    /// <param name="nodes">The number of nodes, in training and afterwards.</param>
    /// <param name="hidden">Features of the hidden layer.</param>
    /// <param name="dropout">Dropout of the hidden layer.</param>
    public static GraphNetwork AdjacencyPerceptron(int nodes, int hidden = 64, float dropout = 0.5f) =>
        new WrittenNetwork("adjacency perceptron", (x, channels) =>
    {
        // a row of A times W is the sum of the neighbors' rows of W
        var rows = x.Network.Parameter("adjacency_weight", [nodes, hidden], Initializers.GlorotUniform);
        var ofNeighbors = x.Edges.SumOfSources(Op.Renamed(rows, [x.Edges.SourceCount, hidden]));
        var h = Op.Relu(ofNeighbors + x.Network.Linear(x.Features, hidden, name: "hidden"));
        return x.Network.Linear(x.Network.Dropout(h, dropout), channels, name: "output");
    }, Nodes: nodes);
}
