using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Scores views that have a graph per row with a deployed model: many graphs at a time, packed into one, or single rows in a prediction
/// engine. Adds <c>Score</c> and, for a classifier, <c>PredictedLabel</c>; for a binary one also <c>Probability</c>. Safe for use by
/// several threads. It is saved as ML.NET's own transformers, which don't check for bad rows: what they give for one is undefined;
/// <c>ml.Model.LoadSequenceGraph</c> gives this type again, which does with them as the saved one did.
/// </summary>
public class GraphScoringTransformer : GraphModelTransformer
{
    // Enough to keep the device busy, few enough to keep a batch in memory.
    private const int GraphsAtATime = 256;

    private readonly GraphColumns _columns;
    private readonly BadRows _badRows;
    private readonly Action<string>? _log;

    internal GraphScoringTransformer(GraphModel model, GraphColumns columns, BadRows badRows, Action<string>? log) : base(model)
    {
        (_badRows, _log) = (badRows, log);
        _columns = columns with
        {
            NodeFeatureCount = columns.NodeFeatureCount ?? model.Info.Input.FeatureCount,
            EdgeFeatureCount = columns.EdgeFeaturesColumnName is null ? null
                : columns.EdgeFeatureCount ?? model.Info.Graph!.EdgeFeatureCount,
        };
    }

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Bind(inputSchema);
        return Model.Columns.AddTo(inputSchema);
    }

    /// <inheritdoc/>
    public sealed override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Map(input.Schema).Map(input);
    }

    /// <inheritdoc/>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Map(inputSchema).Rows();
    }

    private WindowMapping Map(DataViewSchema schema)
    {
        var graphs = Bind(schema);
        return new(schema, [.. graphs.Columns.Select(column => column.Name)], Model.Columns.Added,
            (row, _) => () => new GraphWindow(Model, graphs, row, _badRows),
            (column, current) => Model.Columns.Getter(column.Index - schema.Count, () => ((GraphWindow)current()).Prediction),
            new(GraphsAtATime, GraphsAtATime, Log: _log));
    }

    internal sealed override string MainColumn => _columns.NodeFeaturesColumnName;

    internal sealed override IEnumerable<string> EdgeColumns => ((string?[])[_columns.EdgesColumnName, _columns.EdgeFeaturesColumnName,
        _columns.EdgeWeightsColumnName, _columns.EdgeRelationsColumnName]).OfType<string>();

    internal sealed override PreparedRows Prepare(IDataView rows) =>
        new PreparedGraphs(Info, rows, Bind(rows.Schema), Transform(rows));

    private protected sealed override void Save(ModelSaveContext context) => SingleRowGraphModel.Save(context, ToOnnx(), Info, _columns,
        _badRows);

    private protected sealed override ModelTransformer With(Precision precision) =>
        new GraphScoringTransformer(new(In(precision), Target), _columns, _badRows, _log);

    /// <summary>One graph of a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view has no such row.</exception>
    /// <exception cref="InvalidDataException">The row is no graph.</exception>
    internal GraphTable ReadRow(IDataView graphs, long row)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        var kept = new bool[row + 1];
        kept[row] = true;
        var view = new RowSubsetView(graphs, kept);
        using (var cursor = view.GetRowCursor([]))
            if (!cursor.MoveNext())
                throw new ArgumentOutOfRangeException(nameof(row), row, "Expected the number of a row of the view, from 0.");
        return GraphTable.Read(view, Bind(view.Schema), null, null, default);
    }

    private GraphSchema Bind(DataViewSchema schema)
    {
        var bound = GraphSchema.Bind(schema, _columns, [.. Info.Sides.Select(side => ScoringInput.Bind(schema, side))],
            Model.WeightNeed, Info.Graph?.FixedNodes);
        Model.Check(bound);
        return bound;
    }
}
