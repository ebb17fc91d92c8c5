using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that all trainers of whole graphs share.</summary>
public abstract class GraphTrainerOptions : TrainingOptions
{
    /// <summary>Options with the values usual for graphs.</summary>
    protected GraphTrainerOptions()
    {
        Epochs = 100;
        BatchSize = 32;
    }

    /// <summary>The columns of a graph.</summary>
    public GraphColumns Columns { get; set; } = new();

    /// <summary>The column of labels.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The network from the nodes' features to <see cref="Width"/> numbers a node.</summary>
    public GraphNetwork Network { get; set; } = GraphNetwork.Gin();

    /// <summary>How the nodes of a graph become one vector.</summary>
    public GraphPooling Pooling { get; set; }

    /// <summary>Features a node before the pooling, and of the layer after it.</summary>
    public int Width { get; set; } = 64;

    /// <summary>Dropout before the output layer.</summary>
    public float OutputDropout { get; set; }

    /// <summary>Rows to validate on after each epoch; null to take <see cref="TrainingOptions.ValidationFraction"/> of the training rows.</summary>
    public IDataView? ValidationData { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        NotNull(nameof(Columns), Columns);
        NotNull(nameof(Network), Network);
        Check(nameof(LabelColumnName), !string.IsNullOrEmpty(LabelColumnName), $"'{LabelColumnName}'", "the name of a column");
        Check(nameof(Pooling), Enum.IsDefined(Pooling), Pooling, string.Join(", ", Enum.GetNames<GraphPooling>()));
        AtLeast(nameof(Width), Width, 1);
        Check(nameof(OutputDropout), OutputDropout is >= 0 and < 1, OutputDropout, "at least 0 and below 1");
    }
}
