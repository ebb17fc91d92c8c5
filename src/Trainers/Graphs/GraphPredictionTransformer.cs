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
    private readonly GraphScoringTransformer _scoring;

    private GraphPredictionTransformer(GraphScoringTransformer scoring, TrainingHistory history) => (_scoring, History) = (scoring, history);

    /// <summary>Task, features, classes, and how closely the deployed model agreed with the trained network.</summary>
    public GraphModelInfo Info => _scoring.Info;

    /// <summary>What training reported, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>Where the model scores.</summary>
    public ExecutionTarget Target => _scoring.Target;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal static GraphPredictionTransformer Create(
        GraphTask task, GraphNetworkModel model, ParameterSet parameters, SequenceModelLabels? labels, TrainingHistory history, GraphTrainerOptions options)
    {
        var (deployed, difference) = GraphDeployment.Write(model, parameters);
        var info = model.Describe(task, options.Columns.NodeFeaturesColumnName, labels, difference, GraphDeployment.CaseCount);
        return new(new(new(OnnxFile.ToBytes(deployed, info.ToMetadata()), options.Target), options.Columns), history);
    }

    /// <summary>Writes the network as an ONNX file that takes <c>x</c>, <c>edge_index</c> and, for several graphs, <c>graph_index</c>: see <see cref="GraphModelInfo"/>.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_scoring.Bytes));

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _scoring.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _scoring.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _scoring.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_scoring).Save(ctx);

    /// <inheritdoc/>
    public void Dispose() => _scoring.Dispose();
}
