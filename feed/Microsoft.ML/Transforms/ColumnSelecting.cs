using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Selects or drops columns; there is nothing to fit.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(ColumnSelectingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Transformer.CheckPresent(inputSchema.Select(column => column.Name), nameof(inputSchema));
        return new SchemaShape(inputSchema.Where(column => Transformer.Keeps(column.Name)));
    }
}

/// <summary>Keeps the selected columns, in the order they were selected, or all but the dropped ones, in their order.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    private readonly string[] _names;
    private readonly bool _keep;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool keep, bool keepHidden)
    {
        Contracts.Check(names is { Length: > 0 }, "Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        _names = names;
        _keep = keep;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapper(inputSchema, nameof(inputSchema)).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapper(input.Schema, nameof(input)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, nameof(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnSelectingTransformer));
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(_names.Length);
        foreach (string name in _names)
            ctx.Writer.Write(name);
    }

    internal static ColumnSelectingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        bool keep = ctx.Reader.ReadBoolean(), keepHidden = ctx.Reader.ReadBoolean();
        var names = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.Reader.ReadString();
        return new ColumnSelectingTransformer(names, keep, keepHidden);
    }

    internal bool Keeps(string name) => _names.Contains(name) == _keep;

    internal void CheckPresent(IEnumerable<string> present, string parameter)
    {
        var missing = _names.Except(present).ToArray();
        if (missing.Length > 0)
            throw Contracts.ExceptSchemaMismatch(parameter, "input", string.Join(",", missing));
    }

    private SelectedColumns MakeMapper(DataViewSchema schema, string parameter)
    {
        Contracts.CheckValue(schema, parameter);
        CheckPresent(schema.Select(column => column.Name), parameter);
        return new SelectedColumns(schema, _keep
            ? _names.SelectMany(name => schema.Where(column => column.Name == name && (_keepHidden || !column.IsHidden)))
            : schema.Where(column => Keeps(column.Name)));
    }

    /// <summary>Some columns of a row.</summary>
    private sealed class SelectedColumns(DataViewSchema inputSchema, IEnumerable<DataViewSchema.Column> selected) : IRowToRowMapper
    {
        private readonly DataViewSchema.Column[] _selected = selected.ToArray();
        private DataViewSchema _outputSchema;

        public DataViewSchema InputSchema => inputSchema;

        public DataViewSchema OutputSchema => _outputSchema ??= MakeSchema();

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            dependingColumns.Select(column => _selected[column.Index]).ToArray();

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
            new Row(this, input, OutputSchema.Flags(activeColumns));

        private DataViewSchema MakeSchema()
        {
            var builder = new DataViewSchema.Builder();
            builder.AddColumns(_selected);
            return builder.ToSchema();
        }

        private sealed class Row(SelectedColumns mapper, DataViewRow input, bool[] active) : DataViewRow
        {
            public override DataViewSchema Schema => mapper.OutputSchema;

            public override long Position => input.Position;

            public override long Batch => input.Batch;

            public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

            public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => active[column.Index]
                ? input.GetGetter<TValue>(mapper._selected[column.Index])
                : throw RowGetters.NotActive(column);

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                    input.Dispose();
            }
        }
    }
}
