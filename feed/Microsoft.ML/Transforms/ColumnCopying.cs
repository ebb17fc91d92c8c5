using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Copies columns; there is nothing to fit.</summary>
public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(ColumnCopyingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.Columns.Select(pair => pair.Find(inputSchema).Renamed(pair.Output)).ToArray());
    }
}

/// <summary>Copies columns with their annotations.</summary>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal ColumnCopyingTransformer(IHostEnvironment env, ColumnPair[] columns) : base(env, nameof(ColumnCopyingTransformer)) =>
        Columns = columns;

    internal ColumnPair[] Columns { get; }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            return new AddedColumn(new DataViewSchema.DetachedColumn(pair.Output, input.Type, input.Annotations), [input.Index],
                row => row.GetGetter(input));
        }));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnCopyingTransformer));
        ColumnPair.Write(ctx.Writer, Columns);
    }

    internal static ColumnCopyingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new(env, ColumnPair.Read(ctx.Reader));
}
