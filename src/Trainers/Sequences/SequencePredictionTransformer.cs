using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A trained sequence network in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class SequencePredictionTransformer : SequenceScoringTransformer
{
    private SequencePredictionTransformer(ModelFile file, SequenceScoringOptions options, ModelInput input, TrainingHistory history)
        : base(file, options, input) => History = history;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    internal static SequencePredictionTransformer Create(
        ModelTask task, SequenceNetworkModel model, ParameterSet parameters, ModelLabels? labels, TrainingHistory history,
            NetworkTrainerOptions options, Action<string> log, ModelForecast? forecast = null)
    {
        var (graph, verification) = SequenceDeployment.Write(model, parameters);
        var info = new ModelInfo(
            ModelRows.Sequences, task,
            [model.Input.Info, .. model.Sides.Select(side => side.Input.Info)], labels,
            ModelVersions.Current, verification)
        {
            Outputs = model.Head.Outputs,
            VectorSize = model.OutputsVector ? model.VectorSize : 0,
            HasAttention = model.Attention.OfSteps,
            HasPoolingAttention = model.Attention.OfPooling,
            Forecast = forecast,
        };
        return new(new(DeployedFile.ToBytes(graph, info)), new() { Target = options.Target, BadRows = options.BadRows, Log = log },
            info.Input, history);
    }
}
