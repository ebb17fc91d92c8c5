using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What a trainer does with its label column: checks its type, makes the head that learns it and says which columns are predicted. The
/// same tasks serve sequences, graphs and nodes.
/// </summary>
internal abstract class LabelTask
{
    /// <summary>The task's name in the model's metadata.</summary>
    internal abstract ModelTask Task { get; }

    /// <summary>The label column of the training data.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type, or class weights don't fit it.</exception>
    internal abstract SequenceLabel Find(DataViewSchema schema);

    /// <summary>The head that learns the label.</summary>
    /// <exception cref="InvalidOperationException">All labels are of one class.</exception>
    internal abstract Head MakeHead(SequenceLabel label, LabelStatistics statistics);

    /// <summary>The columns that the trained model adds.</summary>
    /// <exception cref="ArgumentException">The label is missing or of another type.</exception>
    internal abstract DataViewSchema OutputColumns(SchemaShape inputSchema);
}
