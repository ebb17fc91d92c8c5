using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Scores views that have a graph per row with a deployed model: many graphs at a time, packed into one, or single rows in a prediction
/// engine. Adds <c>Score</c> and, of a classifier, <c>PredictedLabel</c>; of yes and no also <c>Probability</c>. It is saved as
/// ML.NET's own transformers, which know no bad rows: what they make of them is not defined. Safe for use by several threads.
/// </summary>
public class GraphScoringTransformer : GraphModelTransformer
{
    private readonly GraphColumns _columns;
    private readonly BadRows _badRows;

    internal GraphScoringTransformer(GraphModel model, GraphColumns columns, BadRows badRows = BadRows.Error) : base(model)
    {
        _badRows = badRows;
        _columns = columns with
        {
            NodeFeatureCount = columns.NodeFeatureCount ?? model.Info.Input.FeatureCount,
            EdgeFeatureCount = columns.EdgeFeaturesColumnName is null ? null
                : columns.EdgeFeatureCount ?? model.Info.Graph!.EdgeFeatureCount,
        };
    }

    /// <summary>True: each row is a graph of its own.</summary>
    public sealed override bool IsRowToRowMapper => true;

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
        return new GraphScoreView(input, Model, Bind(input.Schema), _badRows);
    }

    /// <inheritdoc/>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var graphs = Bind(inputSchema);
        return new RowMapping(inputSchema, [.. graphs.Columns.Select(column => column.Name)], Model.Columns.Added, row =>
        {
            var table = GraphTable.Empty(graphs);
            var read = table.Reader(row, _badRows);
            var (scorer, prediction) = (new GraphModel.Scorer(Model), Model.NewPrediction());
            var scored = -1L;
            return column => Model.Columns.Getter(Model.Columns.Kinds[column.Index - inputSchema.Count], () =>
            {
                // All columns of a row are asked for one after another: the model runs for the first of them.
                if (scored < 0 || scored != row.Position)
                {
                    scored = -1;
                    table.Clear();
                    prediction.Row = read();
                    if (!prediction.IsMissing)
                        prediction.Scores = scorer.Score(table);
                    scored = row.Position;
                }
                return prediction;
            });
        });
    }

    private protected sealed override void Save(ModelSaveContext context) => SingleRowGraphModel.Save(context, Model.Bytes, Info, _columns);

    private GraphSchema Bind(DataViewSchema schema)
    {
        var bound = GraphSchema.Bind(schema, _columns, [.. Info.Sides.Select(side => ScoringInput.Bind(schema, side))]);
        Model.Check(bound);
        return bound;
    }
}
