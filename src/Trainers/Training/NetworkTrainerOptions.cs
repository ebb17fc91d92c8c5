using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options of all trainers in pipelines.</summary>
public abstract class NetworkTrainerOptions : TrainingOptions
{
    /// <summary>
    /// Rows to validate on after each epoch, with the same columns as the training rows; null to take
    /// <see cref="TrainingOptions.ValidationFraction"/> of the training rows. A second argument of <c>Fit</c> takes precedence.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>
    /// What happens to rows that can't be read, in training and when the trained model scores. By default an error, for triples Skip.
    /// </summary>
    public BadRows BadRows { get; set; }

    /// <summary>
    /// Whether the trained model also gives the vector that its output layer reads, as the column <c>Vector</c>: for search, clustering or
    /// another model on top. False by default.
    /// </summary>
    public bool OutputVector { get; set; }

    /// <summary>
    /// Whether the trained model gives its attention too, of networks that have some, as columns of Single and as outputs of the exported
    /// file.
    /// <list type="table">
    /// <listheader><term>Column</term><description>Row; what it holds</description></listheader>
    /// <item><term><c>Attention</c></term><description>A sequence: [steps × steps], how much each step looks at each, those of the first
    /// step first; of a Transformer, or a network of one's own that gives it.</description></item>
    /// <item><term><c>Attention</c></term><description>A graph: [edges], how much each edge counts among those that end at its node, in
    /// the order of the column of edges; of GAT, GATv2 and the graph Transformer.</description></item>
    /// <item><term><c>Attention</c></term><description>A node: [edges that end there], in the order of the view of edges, each of which is
    /// there for both of its ends unless edges are directed. What they lack of 1 is the node's own.</description></item>
    /// <item><term><c>Attention</c></term><description>A translation: [written × source], how much each token of <c>PredictedLabel</c>
    /// looked at each of the source, those of the first one first.</description></item>
    /// <item><term><c>PoolingAttention</c></term><description>A sequence: [steps]; a graph: [nodes]. How much each weighs in the summary,
    /// where it is pooled by attention.</description></item>
    /// </list>
    /// It is that of the last layer, the mean over its heads. A row without prediction has empty vectors.
    /// </summary>
    public bool OutputAttention { get; set; }

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
    /// <param name="others">The other columns that the network reads; null for columns that aren't set.</param>
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

    /// <summary>Checks that no attention is asked for, where there is none to give.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    private protected void NoAttention(string why) => Check(nameof(OutputAttention), !OutputAttention, OutputAttention, $"false: {why}");

    /// <summary>Checks that bad rows are errors, where a row can't be left out.</summary>
    /// <exception cref="ArgumentException">They are to be skipped.</exception>
    private protected void NoBadRows(string why) =>
        Check(nameof(BadRows), BadRows == BadRows.Error, BadRows, $"{BadRows.Error}: {why}");
}
