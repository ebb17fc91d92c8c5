using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained network of whole graphs in a pipeline. It scores many graphs at a time, packed into one, saves itself as stock ML.NET
/// transformers, and exports itself as an ONNX file.
/// </summary>
public sealed class GraphPredictionTransformer : ITransformer, IDisposable
{
    // Enough to keep the device busy, few enough to keep a batch in memory.
    private const int GraphsAtATime = 256;

    private readonly GraphModel _model;
    private readonly GraphColumns _columns;

    private GraphPredictionTransformer(GraphModel model, GraphColumns columns, TrainingHistory history) => (_model, _columns, History) = (model, columns, history);

    /// <summary>Task, features, classes, and how closely the deployed model agreed with the trained network.</summary>
    public GraphModelInfo Info => _model.Info;

    /// <summary>What training reported, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>Where the model scores.</summary>
    public ExecutionTarget Target => _model.Target;

    /// <summary>False: rows are scored in batches. Saved and loaded by <c>ml.Model.Load</c> it is a mapper of single rows.</summary>
    public bool IsRowToRowMapper => false;

    internal static GraphPredictionTransformer Create(GraphNetworkModel model, ParameterSet parameters, SequenceModelLabels? labels, TrainingHistory history, GraphTrainerOptions options)
    {
        var (deployed, difference) = GraphDeployment.Write(model, parameters);
        var info = model.Describe(options.Columns.NodeFeatures, labels, difference, GraphDeployment.CaseCount);
        var columns = options.Columns with { NodeFeatureCount = model.FeatureCount, EdgeFeatureCount = options.Columns.EdgeFeatures is null ? null : model.EdgeFeatureCount };
        return new(new(OnnxFile.ToBytes(deployed, info.ToMetadata()), options.Target), columns, history);
    }

    /// <summary>Writes the network as an ONNX file that takes <c>x</c>, <c>edge_index</c> and, for several graphs, <c>graph_index</c>: see <see cref="GraphModelInfo"/>.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_model.Bytes));

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _model.Check(GraphSchema.Bind(inputSchema, _columns));
        return RowScoreView.AddTo(inputSchema, Info);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = GraphSchema.Bind(input.Schema, _columns);
        _model.Check(schema);
        return new RowScoreView(input, Info, () => _model.ScoreGraphs(GraphTable.Read(input, schema, null, default), GraphsAtATime));
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: rows are scored in batches.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("Graphs are scored in batches: use Transform, or save the model and load it with ml.Model.Load to score single rows.");

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        GraphRowModel.Save(ctx, _model.Bytes, Info, _columns);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
