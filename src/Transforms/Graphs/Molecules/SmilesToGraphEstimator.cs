using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="SmilesToGraphTransformer"/>; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>Text</description></item>
/// <item><term>Output columns</term><description><c>NodeFeatures</c>, Single [atoms, <see cref="MoleculeFeatures.AtomCount"/>];
/// <c>Edges</c>, Int32 [2, edges]; <c>EdgeFeatures</c>, Single [edges, <see cref="MoleculeFeatures.BondCount"/>]</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class SmilesToGraphEstimator : IEstimator<SmilesToGraphTransformer>
{
    private readonly string _column;

    internal SmilesToGraphEstimator(string column) => _column = column;

    /// <summary>Checks the column; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public SmilesToGraphTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new SmilesToGraphTransformer(_column);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_column);
        return column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? inputSchema.With(SmilesToGraphTransformer.Added)
            : throw new ArgumentException($"Column '{_column}' is {column.Describe()}; expected SMILES as text.");
    }
}
