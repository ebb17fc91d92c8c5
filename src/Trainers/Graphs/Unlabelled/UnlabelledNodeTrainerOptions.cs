using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that trainers of nodes without labels share. A step sees the whole graph.</summary>
public abstract class UnlabelledNodeTrainerOptions : NetworkTrainerOptions
{
    /// <summary>Options with the usual values for one graph.</summary>
    protected UnlabelledNodeTrainerOptions()
    {
        Epochs = 200;
        LearningRate = 0.01f;
    }

    /// <summary>The edges between the rows of the view; must be set.</summary>
    public GraphEdgeColumns? Edges { get; set; }

    /// <summary>The column of features: a vector of Single of known size, dense or sparse.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>Further columns of each node that the network reads, put beside its features; none by default.</summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>The column of nodes' ids, which edges name; null where they name row numbers.</summary>
    public string? NodeIdColumnName { get; set; }

    /// <summary>The network; by default a GCN of two layers with 64 features between them.</summary>
    public GraphNetwork Network { get; set; } = GraphNetwork.Gcn(64, dropout: 0);

    /// <summary>Whether features and weights are made independent of their units, as
    /// <see cref="NodeTrainerOptions.Standardize"/> says.</summary>
    public bool Standardize { get; set; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        NotNull(nameof(Edges), Edges);
        NotNull(nameof(Network), Network);
        CheckInputs(Inputs, "", FeatureColumnName);
        Named(nameof(FeatureColumnName), FeatureColumnName);
        NamedOrNull(nameof(NodeIdColumnName), NodeIdColumnName);
        Check(nameof(ValidationFraction), ValidationFraction == 0, ValidationFraction, "0: without labels nothing is held out");
        Check(nameof(ValidationData), ValidationData is null, "a view", "null: without labels nothing is held out");
        NoBadRows($"nodes can't be left out of their graph; set {nameof(GraphEdgeColumns)}.{nameof(GraphEdgeColumns.BadRows)} for "
            + "edges alone");
    }
}
