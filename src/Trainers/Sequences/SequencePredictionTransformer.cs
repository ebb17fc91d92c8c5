using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A trained sequence network in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class SequencePredictionTransformer : SequenceScoringTransformer, ITrained
{
    private IReadOnlyDictionary<string, TensorData>? _adapter;
    private byte[]? _steps;

    private SequencePredictionTransformer(ModelFile file, SequenceScoringOptions options, ModelInput input, TrainingHistory history)
        : base(file, options, input) => History = history;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>
    /// Writes what training made of a network with low-rank adapters (<see cref="FineTuning.Lora"/>), without the weights that it began
    /// with: the adapters and the output layer, as safetensors. <see cref="LoraOptions.Start"/> continues from them.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network has no adapters, or was loaded from a file, which holds their sum with the
    /// weights.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void ExportAdapter(string path) => SafeTensors.Save(path, _adapter
        ?? throw new InvalidOperationException("The network has no adapters: train one with FineTuning.Lora."));

    /// <summary>
    /// Writes the model of the next steps of a network that acts (<see cref="DecisionTrainer"/>) or writes
    /// (<see cref="SeriesGenerationTrainer"/>), with its states, as an ONNX file for <see cref="DecisionPolicy"/> or
    /// <see cref="SeriesGenerator"/>. It was compared with the trained network when it was made.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network does neither, or was loaded from a file of whole rows.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void ExportStepsToOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = StepBytes();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>What the trained network does, step by step. The caller disposes of it.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="ExportStepsToOnnx"/>.</exception>
    public DecisionPolicy ToPolicy() => DecisionPolicy.Load(StepBytes(), Target);

    /// <summary>Draws series from the trained network (<see cref="SeriesGenerationTrainer"/>). The caller disposes of it.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="ExportStepsToOnnx"/>.</exception>
    public SeriesGenerator ToGenerator() => SeriesGenerator.Load(StepBytes(), Target);

    private byte[] StepBytes() => _steps ?? throw new InvalidOperationException(
        $"The model has no steps to run one by one: train one with {nameof(SequencesCatalog)}.{nameof(SequencesCatalog.Decisions)} or "
        + $"{nameof(SequencesCatalog.SeriesGeneration)}; one that was loaded has whole rows alone, and what ExportStepsToOnnx wrote is "
        + "loaded by DecisionPolicy.Load or SeriesGenerator.Load.");

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
            Outputs = model.Head.Scores,
            VectorSize = model.OutputsVector ? model.VectorSize : 0,
            Subsampling = model.Network.Subsampling is > 1 and var steps ? steps : null,
            HasAttention = model.Attention.OfSteps,
            HasPoolingAttention = model.Attention.OfPooling,
            Forecast = forecast,
        };
        return new(new(DeployedFile.ToBytes(graph, info)), new() { Target = options.Target, BadRows = options.BadRows, Log = log },
            info.Input, history)
        {
            _steps = Steps(model, parameters, info),
            _adapter = parameters.All.Any(parameter => parameter.Name.Contains(LoraOptions.Suffix, StringComparison.Ordinal))
                ? parameters.All.Where(parameter => parameter.IsTrained).ToDictionary(parameter => parameter.Name, parameter =>
                parameter.Value)
                : null,
        };
    }

    private static byte[]? Steps(SequenceNetworkModel model, ParameterSet parameters, ModelInfo info)
    {
        if (model.Network.Stepwise is not { } stepwise)
            return null;
        var (graph, verification) = SequenceDeployment.WriteSteps(model, parameters);
        return DeployedFile.ToBytes(graph, info with { Part = ModelPart.Steps, Verification = verification },
            stepwise.Describe(info));
    }
}
