using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options that all trainers of nodes share. A step sees the whole graph, or with <see cref="FanOuts"/>
/// <see cref="TrainingOptions.BatchSize"/> labelled nodes and a sample of their neighborhood. With
/// <see cref="NetworkTrainerOptions.OutputVector"/> a node's vector is the input of the last layer of a network with two or more layers:
/// GCN, GraphSAGE, GAT, GIN, R-GCN, graph Transformers and <see cref="GraphNetwork.CustomLayers"/> have it; APPNP, SGC, gated graph
/// networks, the adjacency perceptron and <see cref="GraphNetwork.Custom"/> don't.
/// </summary>
public abstract class NodeTrainerOptions : NetworkTrainerOptions
{
    /// <summary>Options with the usual values for graphs.</summary>
    protected NodeTrainerOptions()
    {
        Epochs = 200;
        LearningRate = 0.01f;
        Optimizer = new Adam { WeightDecay = 5e-4f };
    }

    /// <summary>The edges between the rows of the view; must be set.</summary>
    public GraphEdgeColumns? Edges { get; set; }

    /// <summary>The column of features: a vector of Single of known size, dense or sparse.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// Further columns of each node that the network reads: a vector, a category, or the mean over the steps of a series or of
    /// tokens (<see cref="InputColumn"/>). They are put beside its features, which are then read densely. None by default.
    /// </summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>The column of labels; a node whose label is missing is not trained on.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>A column of weights, Single, one per node: how much it counts in the loss; null, the default, for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The column of nodes' ids, which edges name; null where they name row numbers.</summary>
    public string? NodeIdColumnName { get; set; }

    /// <summary>
    /// A column of text: <c>train</c>, <c>validation</c> (or <c>val</c>), <c>test</c> or <c>none</c>. Null, the default, trains on every
    /// node with a label, except the share <see cref="TrainingOptions.ValidationFraction"/> of them.
    /// </summary>
    public string? SplitColumnName { get; set; }

    /// <summary>The network; a GCN by default.</summary>
    public GraphNetwork Network { get; set; } = GraphNetwork.Gcn();

    /// <summary>
    /// Whether features of nodes and edges and weights of edges are made independent of their units, as training finds them; the deployed
    /// model does it too. A column of features gets mean 0 and variance 1. Columns most of which is 0, and all columns of sparse features,
    /// are divided by the root mean square of the others; columns of one value besides 0 by its size, so that bags of words of 0 and 1
    /// stay what they are. Weights are divided by their mean size. With
    /// <see cref="NormalizeFeatureRows"/> the features of nodes are divided by their rows' sums in place of it.
    /// </summary>
    public bool Standardize { get; set; } = true;

    /// <summary>
    /// Whether each node's features are divided by the sum of their absolute values, as is usual for bags of words. False by default.
    /// </summary>
    public bool NormalizeFeatureRows { get; set; }

    /// <summary>
    /// For graphs too large for steps over the whole graph: how many of the edges that end at a node are sampled, one number per layer of
    /// the network, the first layer's first (so the last one is for the labelled nodes' own edges); -1 for all. They are drawn uniformly,
    /// without replacement, anew in every step (Hamilton et al. 2017). Null, the default, for steps over the whole graph. Validation and
    /// predictions use all edges, layer by layer.
    /// </summary>
    /// <remarks>Sums over neighbors, including GCN's, are estimated from the sample without bias; degrees are those of the whole
    /// graph.</remarks>
    public IReadOnlyList<int>? FanOuts { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        NotNull(nameof(Edges), Edges);
        NotNull(nameof(Network), Network);
        CheckInputs(Inputs, LabelColumnName, FeatureColumnName);
        Check(nameof(LabelColumnName), LabelColumnName != NodeIdColumnName,
            $"'{LabelColumnName}', the column of {nameof(NodeIdColumnName)}", "the column of labels: an id is no node's label");
        Check(nameof(LabelColumnName), LabelColumnName != SplitColumnName, $"'{LabelColumnName}', the column of {nameof(SplitColumnName)}",
            "the column of labels");
        if (FanOuts is not null)
        {
            var found = $"[{string.Join(", ", FanOuts)}]";
            Check(nameof(FanOuts), Network.LayerCount is not null, found,
                $"null: the {Network.Name} has no layers that neighbors could be sampled for one by one");
            Check(nameof(FanOuts), FanOuts.Count == Network.LayerCount, found,
                $"{Network.LayerCount} of them, one for each layer of the {Network.Name}");
            Check(nameof(FanOuts), FanOuts.All(fanOut => fanOut is > 0 or NeighborSampler.All), found,
                $"numbers of at least 1, or {NeighborSampler.All} for all neighbors");
        }
        if (FanOuts is not null)
            NoAttention($"with {nameof(FanOuts)} a model is scored layer by layer, and the edges' attention isn't kept");
        Check(nameof(OutputVector), !OutputVector || Network.LayerCount > 1, OutputVector,
            $"false: the {Network.Name} has no layer whose output the last one alone reads, as networks of two or more layers do");
        Named(nameof(FeatureColumnName), FeatureColumnName);
        Named(nameof(LabelColumnName), LabelColumnName);
        NamedOrNull(nameof(ExampleWeightColumnName), ExampleWeightColumnName);
        Check(nameof(ExampleWeightColumnName), ExampleWeightColumnName != LabelColumnName, $"'{ExampleWeightColumnName}', the column of "
            + nameof(LabelColumnName), "another column, or null");
        NamedOrNull(nameof(NodeIdColumnName), NodeIdColumnName);
        NamedOrNull(nameof(SplitColumnName), SplitColumnName);
        NoBadRows($"nodes can't be left out of their graph: leave them and their edges out of the views, or set "
            + $"{nameof(GraphEdgeColumns)}.{nameof(GraphEdgeColumns.BadRows)} for edges alone");
        Check(nameof(ValidationData), ValidationData is null, "a view", $"null: hold nodes out with {nameof(SplitColumnName)}");
    }
}
