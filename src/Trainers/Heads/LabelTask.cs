using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What a trainer makes of its label column: the check of its type, the head that learns it and the columns that are predicted. The same
/// tasks serve sequences, graphs and nodes.
/// </summary>
internal abstract class LabelTask
{
    /// <summary>The task, as the model's metadata has it.</summary>
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
