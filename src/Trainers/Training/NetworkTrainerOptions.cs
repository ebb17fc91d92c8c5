using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Options that all trainers in pipelines have.</summary>
public abstract class NetworkTrainerOptions : TrainingOptions
{
    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training rows; null to take
    /// <see cref="TrainingOptions.ValidationFraction"/> of the training rows. A second argument of <c>Fit</c> comes before it.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>Whether the model also gives the vector that the output layer reads, as the column <c>Vector</c>.</summary>
    public bool OutputVector { get; set; }
}
