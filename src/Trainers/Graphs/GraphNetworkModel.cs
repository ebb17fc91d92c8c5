using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph network from input to output, written for training or for deployment.</summary>
internal sealed record GraphNetworkModel(
    GraphNetwork Network, Head Head, int FeatureCount, bool IsSparse, bool NormalizeRows, int EdgeFeatureCount, int RelationCount,
        bool IsWeighted, GraphPoolingOptions? Pooling = null)
{
    internal const string Features = "x";

    /// <summary>Inputs of a sample: the features of all nodes of the graph, and the number there of each of its own.</summary>
    internal const string AllFeatures = "x/all", Rows = "x/rows";

    /// <summary>Whether nodes or graphs have weights in the loss.</summary>
    internal bool HasRowWeights { get; init; }

    /// <summary>Whether the model gives the vectors that the output layer reads.</summary>
    internal bool HasVector { get; init; }

    /// <summary>Whether the model gives its attention, which some networks have.</summary>
    internal bool OutputsAttention { get; init; }

    /// <summary>Whether a row is a graph and there is a prediction for each of its nodes: nothing is pooled then.</summary>
    internal bool IsOfNodesInGraphs { get; init; }

    /// <summary>Further columns of each whole graph, or of each node.</summary>
    internal IReadOnlyList<SequenceInput> Sides { get; init; } = [];

    /// <summary>What makes features of nodes independent of their units; null for nothing.</summary>
    internal FeatureScaling? Scaling { get; init; }

    /// <summary>The same of edges.</summary>
    internal FeatureScaling? EdgeScaling { get; init; }

    /// <summary>What weights of edges are divided by.</summary>
    internal float WeightUnit { get; init; } = 1;

    /// <summary>What an explanation does to the rows of nodes and to the edges before the network reads them; null for nothing.</summary>
    internal GraphMasks? Masks { get; init; }

    /// <summary>Whether features of nodes may be missing (NaN).</summary>
    internal bool AllowsMissing { get; init; }

    /// <summary>How edges named nodes.</summary>
    internal ModelNodeIds? NodeIds { get; init; }

    /// <summary>Whether each edge of a graph per row stood in both directions.</summary>
    internal bool? HasBothDirections { get; init; }

    /// <summary>The network of one graph's nodes.</summary>
    internal static GraphNetworkModel Of(GraphNetwork network, Head head, FeatureMatrix features, NodeGraph graph, bool normalizeRows,
        bool standardize, IReadOnlyList<InputColumn> inputs) => new(network, head, features.ColumnCount, features.IsSparse, normalizeRows,
            graph.EdgeFeatureCount, graph.EdgeRelations is null ? 0 : graph.RelationCount, graph.EdgeWeights is not null)
    {
        // Dividing rows by their sums makes them independent of units already.
        Scaling = standardize && !normalizeRows ? FeatureScaling.Of(features, network.SeriesFeatures) : null,
        EdgeScaling = standardize ? FeatureScaling.Of(graph.EdgeFeatures, graph.EdgeFeatureCount) : null,
        WeightUnit = standardize ? FeatureScaling.UnitOf(graph.EdgeWeights) : 1,
        Sides = SideInput.Of(inputs, features.Sides),
    };

    internal NetworkOutputs Train(NetworkBuilder network) => Loss(network, Outputs(network).Outputs);

    /// <summary>Loss and metrics of the network's outputs.</summary>
    internal NetworkOutputs Loss(NetworkBuilder network, Value logits) => Head.Loss(network, logits, HasRowWeights);

    /// <summary>The predictions as outputs of the graph.</summary>
    internal void Predict(NetworkBuilder network)
    {
        var (outputs, vector, attention, pooling) = Outputs(network);
        foreach (var (name, value) in Head.Predictions(network, outputs))
            network.Graph.Output(name, value);
        if (HasVector)
            network.Graph.Output(ModelFormat.Vector, Op.Identity(vector!));
        if (!OutputsAttention)
            return;
        if (attention is null && pooling is null)
            throw new ArgumentException($"{nameof(NetworkTrainerOptions.OutputAttention)} is set, but the {Network.Name} has no attention"
                + $"{(Pooling is null ? "" : $", and the pooling is {Pooling.Kind}")}; expected GAT, GATv2, a graph Transformer or a "
                + $"network of your own that gives it"
                + (Pooling is null ? "." : $", or {nameof(GraphPooling)}.{nameof(GraphPooling.Attention)}."));
        if (attention is not null)
            network.Graph.Output(ModelFormat.Attention, attention);
        if (pooling is not null)
            network.Graph.Output(ModelFormat.PoolingAttention, Op.Squeeze(pooling, 1));
    }

    /// <summary>Fails where attention is asked for and there is none.</summary>
    /// <exception cref="ArgumentException">It is so; the message names network and pooling.</exception>
    internal void CheckAttention()
    {
        if (OutputsAttention)
            Predict(new(new ParameterSet(), NetworkMode.Evaluation));
    }

    /// <summary>
    /// The network's outputs; what its last layer reads, where that is one by itself; and the attention of edges [edges] and of a pooling
    /// [nodes, 1], where it has them.
    /// </summary>
    internal (Value Outputs, Value? Vector, Value? Attention, Value? Pooling) Outputs(NetworkBuilder network)
    {
        Value? attention = null;
        var x = NodeFeatures(network, "nodes");
        x = Masks is null ? x : Masked(x, Masks.Rows);
        var edges = GraphEdges.Input(network, "nodes", IsWeighted);
        edges = IsWeighted && WeightUnit != 1 ? edges.WithWeights(Weights(edges.Weights!)) : edges;
        edges = Masks?.Edges(edges) ?? edges;
        var input = new GraphInput(network, x, edges)
        {
            EdgeFeatures = EdgeFeatures(network, "edge_attr", edges.Count),
            Relations = RelationCount > 0 ? network.Input("edge_type", ElementType.Int64, [edges.Count]) : null,
            RelationCount = RelationCount,
            OnAttention = !OutputsAttention ? null : value => attention = value,
            Graphs = Pooling is null ? null : GraphEdges.Membership(network, "nodes", "graphs"),
        };
        if (IsOfNodesInGraphs && Network.WritesOutputs)
            return (Nodes(input, Head.Outputs), null, OfEdges(attention, edges), null);
        if (Pooling is null)
        {
            var (outputs, hidden) = HasVector ? LayerByLayer(input) : (Nodes(input, Head.Outputs), null);
            return (outputs, hidden, OfEdges(attention, edges), null);
        }
        var embedded = Op.Relu(Nodes(input, Pooling.Hidden));                                        // [nodes or graphs, width]
        Value? pooling = null;
        var summary = IsOfNodesInGraphs || Network.PoolsGraphs ? embedded
            : network.GlobalPool(input.Graphs!, embedded, Pooling.Kind, out pooling);                               // [graphs, width]
        // The next layer mixes them, so that the effect of one may depend on the others.
        if (Sides.Count > 0)
        {
            var sides = Op.Concat(1, [.. Sides.Select(side => side.DeclareRows(network, "graphs"))]);               // [graphs, features]
            summary = Op.Concat(1, summary, IsOfNodesInGraphs ? input.Graphs!.Targets(sides) : sides);
        }
        var vector = Op.Relu(network.Linear(summary, Pooling.Hidden, name: "summary"));                             // [graphs, width]
        return (network.Linear(network.Dropout(vector, Pooling.Dropout), Head.Outputs, name: "output"), vector,
            OfEdges(attention, edges), pooling);
    }

    // What is missing isn't masked: nothing times NaN would be a number, nor would its gradient.
    private Value Masked(Value x, Func<Value, Value> mask)
    {
        if (!AllowsMissing)
            return mask(x);
        var isGiven = Op.Equal(x, x);
        return Op.Where(isGiven, mask(Op.Where(isGiven, x, x.Number(0))), x);
    }

    // The mean over the heads, without the loops that stand behind the edges.
    private static Value? OfEdges(Value? attention, GraphEdges edges)
    {
        if (attention is null)
            return null;
        var mean = Op.ReduceMean(attention, [1], keepDims: false);
        return attention.Shape[0] == edges.Count ? mean : Op.Head(mean, edges.Count, edges.Source);
    }

    private (Value Outputs, Value? Vector) LayerByLayer(GraphInput input)
    {
        var (h, vector) = (input.Features, input.Features);
        for (var layer = 0; layer < Network.LayerCount; layer++)
            (vector, h) = (h, Network.WriteLayer(input, h, layer, Head.Outputs));
        return (Checked(h, Head.Outputs), vector);                                                  // [nodes, outputs], [nodes, hidden]
    }

    /// <summary>
    /// The inputs of nodes, [rows, features]: their features, normalized if asked for, and their further inputs beside them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">The nodes.</param>
    /// <param name="isSample">
    /// Whether they are some of a graph's, whose rows kernels then read where they are: they aren't copied side by side for each batch.
    /// </param>
    internal Value NodeFeatures(NetworkBuilder network, Dim rows, bool isSample = false)
    {
        var x = IsSparse ? network.SparseInput(Features, rows, FeatureCount)
            : isSample && network.Graph.UsesKernels ? Op.Gather(network.Input(AllFeatures, ElementType.Float, ["all", FeatureCount]),
                network.Input(Rows, ElementType.Int32, [rows]))
            : network.Input(Features, ElementType.Float, [rows, FeatureCount]);
        x = Scaling is not null ? Scaling.Apply(network, x) : NormalizeRows ? network.NormalizedRows(x) : x;
        return Pooling is null && Sides.Count > 0 ? Op.Concat(1, [x, .. Sides.Select(side => side.DeclareRows(network, rows))]) : x;
    }

    /// <summary>The features of edges, [edges, features]; null without.</summary>
    internal Value? EdgeFeatures(NetworkBuilder network, string name, Dim count)
    {
        if (EdgeFeatureCount == 0)
            return null;
        var x = network.Input(name, ElementType.Float, [count, EdgeFeatureCount]);
        return EdgeScaling is null ? x : EdgeScaling.Apply(network, x);
    }

    /// <summary>Weights of edges, independent of their unit.</summary>
    internal Value Weights(Value weights) => WeightUnit == 1 ? weights : weights / WeightUnit;

    /// <summary>The network's outputs for each node, [nodes, outputs].</summary>
    internal Value Nodes(GraphInput input, int outputs) => Checked(Network.Write(input, outputs), outputs);

    private Value Checked(Value nodes, int outputs)
    {
        if (Network.PoolsGraphs && IsOfNodesInGraphs)
            throw new GraphException($"{Network.Name} makes one vector of each graph: expected a trainer of whole graphs; got one of "
                + "nodes.");
        var rows = Network.PoolsGraphs ? "graphs" : "nodes";
        return nodes.Shape.Equals([rows, outputs]) ? nodes
            : throw new GraphException($"The network '{Network.Name}' gave {nodes}; expected [{rows}, {outputs}].");
    }

    internal ModelInfo Describe(
        ModelRows rows, ModelTask task, string column, ModelLabels? labels, bool? isDirected, ModelVerification verification,
        Graph deployed)
    {
        var links = Head as LinkHead;
        return new(rows, task, [ModelInput.OfNodes(rows, column, FeatureCount) with
            {
                Scaling = Scaling?.Described ?? (NormalizeRows ? new(null, DividesRows: true) : null), AllowsMissing = AllowsMissing,
            }, .. Sides.Select(side => side.Info)],
            labels, ModelVersions.Current, verification)
        {
            Outputs = links is null ? Head.Outputs : 1,
            VectorSize = (int)(Find(ModelFormat.Vector)?.Shape[1].Size ?? 0),
            HasAttention = Find(ModelFormat.Attention) is not null,
            HasPoolingAttention = Find(ModelFormat.PoolingAttention) is not null,
            Graph = new(EdgeFeatureCount, RelationCount, IsWeighted, isDirected, Network.FixedNodes)
            {
                NodeIds = NodeIds, HasBothDirections = HasBothDirections, EdgeScaling = EdgeScaling?.Described,
                NeedsPositiveWeights = IsWeighted && Network.NeedsPositiveWeights,
                WeightScaling = IsWeighted && WeightUnit != 1 ? new([1 / WeightUnit]) : null,
            },
            Links = links is null ? null : new(links.EmbeddingSize, links.RelationCount),
        };

        Value? Find(string output) => deployed.Outputs.FirstOrDefault(found => found.Name == output).Value;
    }
}

/// <summary>How nodes become one vector per graph.</summary>
/// <param name="Kind">The pooling.</param>
/// <param name="Hidden">Features per node, and of the layer after the pooling.</param>
/// <param name="Dropout">Dropout before the output layer.</param>
internal sealed record GraphPoolingOptions(GraphPooling Kind, int Hidden, float Dropout);

/// <summary>What is done to what a graph network reads.</summary>
/// <param name="Rows">Takes the rows of nodes [nodes, features], scaled, with further inputs beside them.</param>
/// <param name="Edges">Takes the edges.</param>
internal sealed record GraphMasks(Func<Value, Value> Rows, Func<GraphEdges, GraphEdges> Edges);
