using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that all trainers in pipelines have.</summary>
public abstract class NetworkTrainerOptions : TrainingOptions
{
    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training rows; null to take
    /// <see cref="TrainingOptions.ValidationFraction"/> of the training rows. A second argument of <c>Fit</c> comes before it.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>What becomes of rows that can't be read, and of their like when the trained model scores.</summary>
    public BadRows BadRows { get; set; }

    /// <summary>
    /// Whether the trained model gives the vector that its output layer reads too, as the column <c>Vector</c>: for search, clustering or
    /// another model on top.
    /// </summary>
    public bool OutputVector { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Defined(nameof(BadRows), BadRows);
        KindOptions.Validate(this);
    }

    /// <summary>Checks further inputs, and that no column is both read and learned.</summary>
    /// <param name="inputs">The option <c>Inputs</c>.</param>
    /// <param name="label">The column of labels.</param>
    /// <param name="others">The other columns that the network reads; null for those there are not.</param>
    /// <exception cref="ArgumentException">Inputs are null, or one is, or the label is an input.</exception>
    private protected void CheckInputs(IReadOnlyList<InputColumn> inputs, string label, params ReadOnlySpan<string?> others) =>
        CheckInputs("LabelColumnName", inputs, label, others);

    // As above, where an option of another name names the label.
    private protected void CheckInputs(string labelOption, IReadOnlyList<InputColumn> inputs, string label,
        params ReadOnlySpan<string?> others)
    {
        Check("Inputs", inputs is not null && !inputs.Contains(null!), "null, or has a null in it", "a list of inputs");
        Check(labelOption, !others.Contains(label) && !inputs!.Any(input => input.ColumnName == label), $"'{label}', which the "
            + "network reads as an input", "a column that it doesn't read: it would learn to copy it");
    }

    /// <summary>Checks that bad rows are errors, where a row can't be left out.</summary>
    /// <exception cref="ArgumentException">They are to be skipped.</exception>
    private protected void NoBadRows(string why) =>
        Check(nameof(BadRows), BadRows == BadRows.Error, BadRows, $"{BadRows.Error}: {why}");
}
