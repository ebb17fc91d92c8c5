using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// How a transform is written here
// -------------------------------
// Transformer: derive from RowToRowTransformerBase (or OneToOneTransformerBase, which differs in name only) and give
//   * MakeMapping(schema): the columns it adds to that schema. Nearly always
//         new ColumnMapping(schema, [new AddedColumn(new DetachedColumn(name, type, annotations), [inputIndex], row => getter)])
//     where getter is a ValueGetter<T> of the added column's raw type; Generic.Call reaches a generic method for a type known at
//     run time and row.GetGetter(column) gives an input's getter untyped. Check the input columns' types here
//     (Contracts.ExceptSchemaMismatch). Columns that share work derive a RowMapping of their own and override MakeGetters.
//   * SaveModel(ctx): ctx.SetLoader(typeof(Self)), then ctx.Writer / ctx.SaveBinaryStream / ctx.SaveModel(part, folder).
//   * `internal static Self Load(IHostEnvironment env, ModelLoadContext ctx)` on the type given to SetLoader: the reverse.
//     SchemaCodec and ValueCodec write and read types, annotations and values.
//   The data view, cursors, GetRowToRowMapper and GetOutputSchema follow from the mapping.
// Estimator without anything to learn: derive from TrivialEstimator<Transformer>; otherwise implement IEstimator<Transformer>.
//   GetOutputSchema(shape): shape.TryFindColumn, new SchemaShape.Column(...) or SchemaShape.Column.Of(...), shape.With(added).
// Reading data while fitting: view.GetRowCursor(columns) or ColumnCursorExtensions.GetColumn.
// Catalog methods: TransformsCatalog and its parts carry the environment as `Environment`.

/// <summary>A transformer that adds columns to each row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase(IHostEnvironment env, string name)
    {
        Contracts.CheckValue(env, nameof(env));
        Host = env.Register(name);
    }

    private protected IHost Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return MakeMapping(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapping(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return MakeMapping(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        SaveModel(ctx);
    }

    private protected abstract RowMapping MakeMapping(DataViewSchema inputSchema);

    private protected abstract void SaveModel(ModelSaveContext ctx);
}

/// <summary>A transformer each of whose added columns is made of one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHostEnvironment env, string name) : base(env, name) { }
}
