using System.Security.Cryptography;
using Google.Protobuf;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A training step as one ONNX graph: forward pass, loss, backward pass, clipping and the optimizer's update. Parameters are
/// views into one flat vector for each learning rate, which the update processes in few operations.
/// </summary>
public sealed partial class TrainingModel
{
    internal const string Flat = "training/parameters", LearningRate = "training/learning_rate", StepNumber = "training/step",
        StatisticShare = "training/statistic_share",
        LossName = "loss", NormName = "gradient_norm", NewSuffix = "/new", GradientSuffix = "/gradient", RowsSuffix = "/gradient_rows";

    private TrainingModel(NetworkBuilder training, NetworkBuilder evaluation, Optimizer optimizer, float clipNorm, bool separateUpdate)
    {
        ClipNorm = clipNorm;
        Update = separateUpdate ? new Graph("update") { UsesKernels = training.Graph.UsesKernels } : null;
        Step = training.Graph;
        Evaluation = evaluation.Graph;
        Parameters = training.Parameters;
        Optimizer = optimizer;
    }

    /// <summary>The graph of one step.</summary>
    public Graph Step { get; }

    /// <summary>
    /// The update, where it is a graph of its own so that gradients can be summed over processes before it; null where it is part of
    /// <see cref="Step"/>.
    /// </summary>
    public Graph? Update { get; }

    /// <summary>The graph with dropout off and without update: loss and metrics.</summary>
    public Graph Evaluation { get; }

    /// <summary>The parameters, with their initial values until a session writes newer ones back.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The rule of the update.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The global norm that gradients are scaled down to; 0 for never.</summary>
    public float ClipNorm { get; }

    /// <summary>Names of the scalars that a step reports besides loss and gradient norm, in the network's order.</summary>
    public IReadOnlyList<string> ScalarMetrics { get; private set; } = [];

    /// <summary>Whether gradients of batches count by their rows, whatever the loss is a mean over.</summary>
    internal bool CountsRows { get; private set; }

    /// <summary>Parameters in the flat vectors, one for each factor of the learning rate, with their offsets.</summary>
    internal IReadOnlyList<(Parameter Parameter, string Flat, long Offset)> Dense { get; private set; } = [];

    /// <summary>Parameters updated by rows.</summary>
    internal IReadOnlyList<Parameter> Tables { get; private set; } = [];

    /// <summary>Tensors that the network replaces at every step by its own rule.</summary>
    internal IReadOnlyList<Parameter> Statistics { get; private set; } = [];

    /// <summary>Inputs of both graphs that always have the same elements.</summary>
    internal IReadOnlyDictionary<string, TensorData> Frozen { get; private set; } = new Dictionary<string, TensorData>();

    internal HostInput[] HostInputs { get; private set; } = [];

    /// <summary>A step's inputs that change from batch to batch.</summary>
    internal IReadOnlyList<Value> BatchInputs { get; private set; } = [];

    /// <summary>The evaluation's inputs that change from batch to batch.</summary>
    internal IReadOnlyList<Value> EvaluationInputs { get; private set; } = [];

    /// <summary>Names of the inputs that the session computes.</summary>
    internal IReadOnlySet<string> ComputedInputs { get; private set; } = new HashSet<string>();

    /// <summary>Whether a step or the evaluation has an input of the batch of that name.</summary>
    public bool Reads(string input) => Contains(BatchInputs, input) || Contains(EvaluationInputs, input);

    private static bool Contains(IReadOnlyList<Value> inputs, string name) => inputs.Any(known => known.Name == name);

    /// <summary>A hash of the step's graph: the same for the same network, optimizer and constants.</summary>
    internal string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(OnnxWriter.Write(Step).ToByteArray());
        foreach (var (_, tensor) in Frozen.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
            hash.AppendData(tensor.Bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Products of the Gauss-Newton matrix with vectors, for optimizers that need them.</summary>
    internal Graph? Curvature { get; private set; }

    internal long FlatLength => Dense.Sum(entry => entry.Parameter.Value.Count);

    internal IEnumerable<(string Name, long Length)> Flats =>
        Dense.GroupBy(entry => entry.Flat).Select(group => (group.Key, group.Sum(entry => entry.Parameter.Value.Count)));

    /// <summary>Writes a training step.</summary>
    /// <param name="network">
    /// The network: declares its inputs and returns its loss. It is called once for training and once for evaluation.
    /// </param>
    /// <param name="optimizer">The rule of the update.</param>
    /// <param name="clipNorm">Gradients are scaled down to this global norm; 0 for never.</param>
    /// <param name="seed">Seed of the parameters' initial values.</param>
    /// <param name="parameters">Known parameters, for example from an earlier run; null for initial ones.</param>
    /// <param name="target">
    /// Where it will run; null for the CPU, for which faster operations of our own are used.
    /// </param>
    /// <param name="recompute">
    /// Whether little of the forward pass is kept for the backward pass, which computes it again, block by block.
    /// </param>
    /// <param name="separateUpdate">Whether the update is a graph of its own, between which and the gradients something can come.</param>
    /// <exception cref="GraphException">The network can't be differentiated, or its loss doesn't depend on a parameter.</exception>
    public static TrainingModel Build(
        Func<NetworkBuilder, NetworkOutputs> network, Optimizer optimizer, float clipNorm = 0, int seed = 0,
            ParameterSet? parameters = null, ExecutionTarget? target = null, bool recompute = false,
            bool separateUpdate = false)
    {
        if (separateUpdate && optimizer is InnerLoopOptimizer)
            throw new GraphException($"{optimizer.GetType().Name} runs a batch several times in a step, with an update in between: its "
                + $"gradients can't be summed over processes. Expected an optimizer such as {nameof(Adam)}.");
        parameters ??= new ParameterSet();
        var training = new NetworkBuilder(parameters, NetworkMode.Training, seed, "training_step", target);
        var outputs = training.WithTerms(network(training));
        if (!IsScalar(outputs.Loss))
            throw new GraphException($"The loss must be a scalar of type Float; got {outputs.Loss.Type} {outputs.Loss}.");
        var batchInputs = training.Graph.Inputs.Where(input =>
            input.Name != StatisticShare && !training.ParameterValues.ContainsKey(input.Name)
            && !training.FrozenInputs.ContainsKey(input.Name)).ToArray();
        var evaluation = new NetworkBuilder(parameters, NetworkMode.Evaluation, seed, "evaluation", target);
        var evaluated = evaluation.WithTerms(network(evaluation));
        var model = new TrainingModel(training, evaluation, optimizer, clipNorm, separateUpdate);
        // An inner loop compares losses along its steps: its gradients must be those of the loss.
        var objective = optimizer is InnerLoopOptimizer ? null : outputs.Objective;
        model.CountsRows = objective is not null;
        model.WriteUpdate(training, objective ?? outputs.Loss, recompute ? batchInputs : null);
        var scalars = outputs.Metrics.Where(metric => IsScalar(metric.Value)).ToArray();
        WriteOutputs(training.Graph, new(outputs.Loss, scalars));
        model.ScalarMetrics = [.. scalars.Select(metric => metric.Name)];
        WriteOutputs(evaluation.Graph, evaluated);
        DeadCode.Remove(model.Step);
        DeadCode.Remove(model.Evaluation);
        model.Step.RemoveUnreadInputs();
        model.Evaluation.RemoveUnreadInputs();
        if (model.Update is not null)
            DeadCode.Remove(model.Update);
        var kept = model.Step.Inputs.ToHashSet();
        model.HostInputs = [.. model.HostInputs.Where(input => input.Inputs.All(kept.Contains))];
        model.BatchInputs = [.. batchInputs.Concat(training.PlanInputs).Concat(model.HostInputs.SelectMany(input => input.Inputs))
            .Distinct().Where(kept.Contains)];
        model.Frozen = training.FrozenInputs;
        model.EvaluationInputs = [.. evaluation.Graph.Inputs.Where(input => !evaluation.ParameterValues.ContainsKey(input.Name)
            && !model.Frozen.ContainsKey(input.Name))];
        (optimizer as InnerLoopOptimizer)?.Check(model);
        model.Curvature = optimizer is InnerLoopOptimizer { NeedsCurvature: true } ? GaussNewton.Write(network, model, seed) : null;
        model.ComputedInputs = model.HostInputs.SelectMany(input => input.Inputs).Select(input => input.Name).ToHashSet();
        return model;
    }

    /// <summary>Whether a value is a number that a step can report.</summary>
    internal static bool IsScalar(Value value) => value.Shape.Rank == 0 && value.Type == ElementType.Float;

    private static void WriteOutputs(Graph graph, NetworkOutputs outputs)
    {
        graph.Output(LossName, outputs.Loss);
        foreach (var (name, value) in outputs.Metrics)
            graph.Output(name, value);
    }
}
