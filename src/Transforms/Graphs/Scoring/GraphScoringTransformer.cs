using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Scores views that have a graph a row with a deployed model: many graphs at a time, packed into one, or single rows in a prediction engine. Adds <c>Score</c> and, of a
/// classifier, <c>PredictedLabel</c>. It is saved as ML.NET's own transformers. Safe for use by several threads.
/// </summary>
public sealed class GraphScoringTransformer : ITransformer, IDisposable
{
    private readonly GraphModel _model;
    private readonly GraphColumns _columns;

    internal GraphScoringTransformer(GraphModel model, GraphColumns columns) => (_model, _columns) = (model, columns with
    {
        NodeFeatureCount = columns.NodeFeatureCount ?? model.Info.FeatureCount,
        EdgeFeatureCount = columns.EdgeFeaturesColumnName is null ? null : columns.EdgeFeatureCount ?? model.Info.EdgeFeatureCount,
    });

    /// <summary>What the model's metadata says.</summary>
    public GraphModelInfo Info => _model.Info;

    /// <summary>Where the model runs.</summary>
    public ExecutionTarget Target => _model.Target;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>The bytes of the ONNX file.</summary>
    internal byte[] Bytes => _model.Bytes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Bind(inputSchema);
        return RowMapping.AddTo(inputSchema, GraphScoreColumns.Of(Info));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new GraphScoreView(input, _model, Bind(input.Schema));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var graphs = Bind(inputSchema);
        return new RowMapping(inputSchema, [.. graphs.Columns.Select(column => column.Name)], GraphScoreColumns.Of(Info), row =>
        {
            var table = GraphTable.Empty(graphs);
            var read = table.Reader(row);
            var scorer = new GraphModel.Scorer(_model);
            var (scored, scores) = (-1L, Array.Empty<float>());
            return column => GraphScoreColumns.Getter(column, () =>
            {
                // All columns of a row are asked for one after another: the model runs for the first of them.
                if (scored < 0 || scored != row.Position)
                {
                    scored = -1;
                    table.Clear();
                    read();
                    (scores, scored) = (scorer.Score(table), row.Position);
                }
                return scores;
            });
        });
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        GraphRowModel.Save(ctx, _model.Bytes, Info, _columns);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private GraphSchema Bind(DataViewSchema schema)
    {
        var bound = GraphSchema.Bind(schema, _columns);
        _model.Check(bound);
        return bound;
    }
}
