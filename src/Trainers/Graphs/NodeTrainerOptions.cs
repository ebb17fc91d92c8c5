using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options that all trainers of nodes share. With <see cref="NetworkTrainerOptions.OutputVector"/> a node's vector is what the last layer
/// of a network of two or more layers reads: GCN, GraphSAGE, GAT, GIN, R-GCN, graph Transformers and those of one's own layers have it;
/// APPNP, SGC, gated graph networks, the adjacency perceptron and functions of one's own don't. A step sees the whole graph, unless
/// <see cref="FanOuts"/> are given: then it sees
/// <see cref="TrainingOptions.BatchSize"/> labelled nodes and what is sampled of their neighborhood.
/// </summary>
public abstract class NodeTrainerOptions : NetworkTrainerOptions
{
    /// <summary>Options with the values usual for graphs.</summary>
    protected NodeTrainerOptions()
    {
        Epochs = 200;
        LearningRate = 0.01f;
        Optimizer = new Adam { WeightDecay = 5e-4f };
    }

    /// <summary>The edges between the rows of the view.</summary>
    public GraphEdgeColumns? Edges { get; set; }

    /// <summary>The column of features: a vector of Single of known size, dense or sparse.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// Further columns that the network reads: vectors (<see cref="InputColumn.Vector"/>) and categories
    /// (<see cref="InputColumn.Category"/>) of each node. They stand beside its features, which are read densely then.
    /// </summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>The column of labels; a node whose label is missing is not trained on.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>A column of weights, Single, one a node: how much it counts in the loss; null for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The column of nodes' ids, which edges name; null where they name row numbers.</summary>
    public string? NodeIdColumnName { get; set; }

    /// <summary>
    /// A column of text: <c>train</c>, <c>validation</c> (or <c>val</c>), <c>test</c> or <c>none</c>. Without it every node with a label
    /// is trained on, but for <see cref="TrainingOptions.ValidationFraction"/> of them.
    /// </summary>
    public string? SplitColumnName { get; set; }

    /// <summary>The network.</summary>
    public GraphNetwork Network { get; set; } = GraphNetwork.Gcn();

    /// <summary>
    /// Whether features of nodes and edges and weights of edges are made independent of their units, as training finds them; the deployed
    /// model does it too. A column of features gets mean 0 and variance 1. Columns most of which is 0, and all columns of sparse features,
    /// are divided by the root mean square of the others; columns of one value besides 0 by its size, so that bags of words of 0 and 1
    /// stay what they are. Weights are divided by their mean size. With
    /// <see cref="NormalizeFeatureRows"/> the features of nodes are divided by their rows' sums in place of it.
    /// </summary>
    public bool Standardize { get; set; } = true;

    /// <summary>Whether each node's features are divided by the sum of their absolute values: usual for bags of words.</summary>
    public bool NormalizeFeatureRows { get; set; }

    /// <summary>
    /// For graphs too large for steps over all of it: how many of the edges that end at a node are sampled, one number per layer of the
    /// network, the first layer's first (so the last is that of the labelled nodes' own edges); -1 for all. Uniformly, without replacement,
    /// anew in every step (Hamilton et al. 2017). Null for steps over the whole graph. Validation and predictions take all edges, layer by
    /// layer.
    /// </summary>
    /// <remarks>Sums over neighbors, GCN's among them, are estimated from the sample without bias, degrees are those of the whole
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
