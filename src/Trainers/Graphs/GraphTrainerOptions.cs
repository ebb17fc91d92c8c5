using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that all trainers of whole graphs share.</summary>
public abstract class GraphTrainerOptions : NetworkTrainerOptions
{
    /// <summary>Options with the usual values for graphs.</summary>
    protected GraphTrainerOptions()
    {
        Epochs = 100;
        BatchSize = 32;
    }

    /// <summary>The columns of a graph.</summary>
    public GraphColumns Columns { get; set; } = new();

    /// <summary>
    /// Further columns of the whole graph that the network reads: a vector, a category, or the mean over the steps of a series or of
    /// tokens (<see cref="InputColumn"/>). They are put beside the vector that <see cref="Pooling"/> makes of the nodes, or beside that of
    /// each node where nothing is pooled, before the layer that follows it. None by default.
    /// </summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>The column of labels.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>A column of weights, Single, one per graph; null, the default, for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The network from the nodes' features to <see cref="Hidden"/> numbers per node; GIN by default.</summary>
    public GraphNetwork Network { get; set; } = GraphNetwork.Gin();

    /// <summary>
    /// Whether features of nodes and edges and weights of edges are made independent of their units, as training finds them; the deployed
    /// model does it too. A column of features gets mean 0 and variance 1. Columns most of which is 0, and all columns of sparse features,
    /// are divided by the root mean square of the others; columns of one value besides 0 by its size, so that bags of words of 0 and 1
    /// stay what they are. Weights are divided by their mean size.
    /// </summary>
    public bool Standardize { get; set; } = true;

    /// <summary>
    /// How the nodes of a graph become one vector; by default their sum. Trainers that predict something for each node pool nothing, and
    /// <see cref="GraphNetwork.DiffPool"/> and <see cref="GraphNetwork.TopKPool"/> pool graphs themselves.
    /// </summary>
    public GraphPooling Pooling { get; set; }

    /// <summary>Features per node before the pooling, and of the layer after it. 64 by default.</summary>
    public int Hidden { get; set; } = 64;

    /// <summary>Dropout before the output layer, 0 by default.</summary>
    public float OutputDropout { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        NotNull(nameof(Columns), Columns);
        CheckInputs(Inputs, LabelColumnName, Columns.NodeFeaturesColumnName, Columns.EdgesColumnName, Columns.EdgeFeaturesColumnName,
            Columns.EdgeWeightsColumnName, Columns.EdgeRelationsColumnName);
        NotNull(nameof(Network), Network);
        Named(nameof(LabelColumnName), LabelColumnName);
        NamedOrNull(nameof(ExampleWeightColumnName), ExampleWeightColumnName);
        Check(nameof(ExampleWeightColumnName), ExampleWeightColumnName != LabelColumnName, $"'{ExampleWeightColumnName}', the column of "
            + nameof(LabelColumnName), "another column, or null");
        Defined(nameof(Pooling), Pooling);
        Check(nameof(Pooling), !Network.PoolsGraphs || Pooling == GraphPooling.Sum, Pooling,
            $"no other than the default, since {Network.Name} pools graphs itself");
        AtLeast(nameof(Hidden), Hidden, 1);
        Share(nameof(OutputDropout), OutputDropout);
    }

    /// <summary>For trainers of nodes, which pool nothing.</summary>
    private protected void RefusePooling() => Check(nameof(Pooling), Pooling == GraphPooling.Sum, Pooling,
        "no other than the default, since there is a prediction for each node");
}
