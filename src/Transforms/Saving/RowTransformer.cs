using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A transformer that computes new columns from each row by itself: it works on views and in prediction engines and is saved with
/// <c>ml.Model.Save</c>.
/// </summary>
/// <remarks>
/// ML.NET saves only its own transformers, so <c>ml.Model.Load</c> gives a chain of those with mappings of this assembly in place
/// of this type. The program that loads the model needs a reference to MLSeqGraph.Transforms; it need not register anything.
/// </remarks>
public abstract class RowTransformer : ITransformer
{
    private protected RowTransformer()
    {
    }

    /// <summary>True: each row is computed from one row.</summary>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The view with the new columns. Where a value can't be read, reading throws an error that names column and row.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Map(input, Bind(input.Schema));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)ToSavedChain().ToTransformer()).Save(ctx);

    private protected abstract RowMapping CreateMapping(DataViewSchema inputSchema);

    private protected virtual IDataView Map(IDataView input, RowMapping mapping) => mapping.Map(input);

    private protected abstract SavedChain ToSavedChain();

    private RowMapping Bind(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return CreateMapping(inputSchema);
    }
}
