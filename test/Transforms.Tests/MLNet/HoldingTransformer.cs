using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>A transformer as a user writes one: around another, which alone can be saved.</summary>
internal sealed class HoldingTransformer(ITransformer held) : ITransformer, IDisposable
{
    public bool Disposed { get; private set; }

    public string[] Activated { get; private set; } = [];

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => held.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => held.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(this, held.GetRowToRowMapper(inputSchema));

    public void Save(ModelSaveContext ctx) => held.Save(ctx);

    public void Dispose() => Disposed = true;

    private sealed class Mapper(HoldingTransformer owner, IRowToRowMapper held) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => held.InputSchema;

        public DataViewSchema OutputSchema => held.OutputSchema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            held.GetDependencies(dependingColumns);

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            owner.Activated = activeColumns.Select(column => column.Name).ToArray();
            return held.GetRow(input, activeColumns);
        }
    }
}
