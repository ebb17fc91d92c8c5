using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Scores a view of nodes with a deployed model, all of them together over the edges between them. Adds <c>Score</c> and, of a classifier, <c>PredictedLabel</c>.</summary>
public sealed class NodeScoringTransformer : ITransformer, IDisposable
{
    private readonly GraphModel _model;
    private readonly GraphEdgeColumns _edges;
    private readonly string _featureColumn;
    private readonly string? _idColumn;

    internal NodeScoringTransformer(GraphModel model, GraphEdgeColumns edges, string featureColumn, string? idColumn) =>
        (_model, _edges, _featureColumn, _idColumn) = (model, edges, featureColumn, idColumn);

    /// <summary>What the model's metadata says.</summary>
    public GraphModelInfo Info => _model.Info;

    /// <summary>Where the model runs.</summary>
    public ExecutionTarget Target => _model.Target;

    /// <summary>False: a node's prediction depends on other rows.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        NodeTable.FeatureColumn(inputSchema, _featureColumn);
        if (_idColumn is not null)
            inputSchema.Require(_idColumn);
        return RowMapping.AddTo(inputSchema, GraphScoreColumns.Of(Info));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(input.Schema);
        return new NodeScoreView(input, Info, () =>
        {
            var nodes = NodeTable.Read(input, new(_featureColumn, _idColumn), default);
            return _model.ScoreNodes(nodes.Features, NodeGraph.Read(_edges, nodes.Ids));
        });
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a node's prediction depends on other rows.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("A node can't be scored by itself: its prediction depends on the nodes around it. Use Transform on a view of all nodes.");

    /// <exception cref="NotSupportedException">Always: ML.NET's own transformers have no place for the edges.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("A model of nodes scores them by the edges around them, which ML.NET's model files have no place for: keep the ONNX file.");

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
