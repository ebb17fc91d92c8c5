using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained sequence network in a pipeline. It scores in batches with ONNX Runtime, saves itself as stock ML.NET transformers,
/// exports itself as an ONNX file and knows its training history. Safe for use by several threads.
/// </summary>
public sealed class SequencePredictionTransformer : ITransformer, IDisposable
{
    private readonly SequenceScoringTransformer _scoring;

    private SequencePredictionTransformer(SequenceScoringTransformer scoring, ModelInfo info, TrainingHistory history)
    {
        _scoring = scoring;
        Info = info;
        History = history;
    }

    /// <summary>Task, input column, classes, and how closely the deployed model agreed with the trained network.</summary>
    public ModelInfo Info { get; }

    /// <summary>What training reported, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>Where the model scores: the target asked for, or what <see cref="ExecutionTarget.Auto"/> came to.</summary>
    public ExecutionTarget Target => _scoring.Target;

    /// <summary>
    /// Why <see cref="ExecutionTarget.Auto"/> fell back to the processor; null where it didn't or something else was asked
    /// for.
    /// </summary>
    public string? FallbackReason => _scoring.FallbackReason;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal static SequencePredictionTransformer Create(
        ModelTask task, SequenceNetworkModel model, ParameterSet parameters, ModelLabels? labels, TrainingHistory history,
            SequenceTrainerOptions options)
    {
        var (graph, verification) = SequenceDeployment.Write(model, parameters);
        var info = new ModelInfo(
            ModelRows.Sequences, task,
            [ModelInput.Of(model.Input.Column), .. model.Sides.Select(side => ModelInput.OfSide(side.Input.Column))], labels,
            ModelVersions.Current, verification)
        {
            Outputs = model.Head.Outputs,
            VectorSize = model.OutputsVector ? model.VectorSize : 0,
        };
        var scoring = new SequenceScoringTransformer(OnnxFile.ToBytes(graph, info.ToMetadata()),
            new() { Target = options.Target, BadRows = options.BadRows }, model.Input.Column);
        return new(scoring, info, history);
    }

    /// <summary>
    /// Writes the model as an ONNX file: inputs and outputs as <see cref="ModelFormat"/> says, <c>lengths</c> optional,
    /// metadata for ML.NET's columns. It was compared with the trained network when it was made.
    /// </summary>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_scoring.ToOnnx()));

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _scoring.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _scoring.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_scoring).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_scoring).Save(ctx);

    /// <inheritdoc/>
    public void Dispose() => _scoring.Dispose();
}
