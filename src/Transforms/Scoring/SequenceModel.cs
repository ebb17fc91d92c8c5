using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A loaded deployed model. Several threads may run it at once; after it is disposed of, runs under way finish and no more begin.
/// </summary>
internal sealed class SequenceModel : IDisposable
{
    private readonly OnnxSession _session;

    /// <exception cref="InvalidDataException">The model's inputs or outputs are not those its metadata promises.</exception>
    /// <exception cref="OnnxFileException">ONNX Runtime can't load it.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public SequenceModel(ModelFile file, ExecutionTarget target, Action<string>? log)
    {
        File = file;
        _session = Load(file, target, log);
        Target = _session.Target;
        FallbackReason = _session.FallbackReason;
        if (Target.Kind == TargetKind.Cpu)
        {
            Threads = Target.Threads > 0 ? Target.Threads : Environment.ProcessorCount;
            if (Threads > 1)
            {
                _session.Dispose();
                _session = Load(file, ExecutionTarget.Cpu(1), log);
            }
        }

        try
        {
            CheckInputs();
            Width = CheckOutputs();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public ModelFile File { get; }

    public ModelInfo Info => File.Info;

    public ExecutionTarget Target { get; }

    public string? FallbackReason { get; }

    /// <summary>How many batches may run at a time, each on one thread; 1 where the device runs one batch after another.</summary>
    public int Threads { get; } = 1;

    /// <summary>Whether the model has an input of lengths; otherwise it may count the steps itself.</summary>
    public bool HasLengths { get; private set; }

    /// <summary>Whether sequences of different lengths can share a batch.</summary>
    public bool TakesRagged => HasLengths || Info.Input.Padding is not null;

    /// <summary>The steps that every sequence must have, where the model fixes them.</summary>
    public int? FixedTime { get; private set; }

    /// <summary>Size of <see cref="ModelFormat.Score"/> per sequence, or per step where steps are tagged.</summary>
    public int Width { get; }

    public string InputName => Info.Input.InputName;

    /// <summary>Runs the model on tensors bound by <paramref name="bind"/>.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void Run<TState>(TState state, Action<TState, OrtBinding> bind, CancellationToken cancellationToken)
    {
        using var binding = new OrtBinding(_session);
        bind(state, binding);
        binding.Run(cancellationToken);
    }

    public void Dispose() => _session.Dispose();

    // Batches differ in length, so the memory patterns, one per shape, would only pile up.
    private static OnnxSession Load(ModelFile file, ExecutionTarget target, Action<string>? log) =>
        OnnxSession.LoadWithKernels(file.Bytes, target, log);

    private void CheckInputs()
    {
        bool isReal = Info.Input.Kind == SequenceKind.Real;
        Check(_session.Inputs, InputName, isReal ? ElementType.Float : ElementType.Int64,
            isReal ? ["batch", "time", Info.Input.FeatureCount] : ["batch", "time"]);
        var shape = _session.Inputs.First(input => input.Name == InputName).Shape;
        if (shape[0].IsKnown)
            throw File.Error($"it reads batches of {shape[0]} only, expected any size");
        FixedTime = shape[1].IsKnown ? (int)shape[1].Size : null;
        HasLengths = _session.Inputs.Any(input => input.Name == ModelFormat.Lengths);
        if (HasLengths)
            Check(_session.Inputs, ModelFormat.Lengths, ElementType.Int64, ["batch"]);
        var sides = Info.Sides;
        foreach (var side in sides)
        {
            Check(_session.Inputs, side.InputName, side.Kind.IsReal() ? ElementType.Float : ElementType.Int64, side.Kind switch
            {
                SequenceKind.Vector => ["batch", side.FeatureCount],
                SequenceKind.Category => ["batch"],
                SequenceKind.Real => ["batch", "time", side.FeatureCount],
                _ => ["batch", "time"],
            });
            if (side.LengthsName is { } lengths)
                Check(_session.Inputs, lengths, ElementType.Int64, ["batch"]);
        }

        HashSet<string?> known = [InputName, ModelFormat.Lengths,
            .. sides.SelectMany(side => (string?[])[side.InputName, side.LengthsName])];
        var unknown = _session.Inputs.FirstOrDefault(input => !input.IsOptional && !known.Contains(input.Name));
        if (unknown is not null)
            throw File.Error($"it has the input {unknown}, which a model for {Info.Task} does not have");
    }

    private int CheckOutputs()
    {
        Shape each = Info.Task.IsPerStep() ? ["batch", "time"] : ["batch"];
        if (Info.HasAttention)
            Check(_session.Outputs, ModelFormat.Attention, ElementType.Float, ["batch", "time", "time"]);
        if (Info.HasPoolingAttention)
            Check(_session.Outputs, ModelFormat.PoolingAttention, ElementType.Float, ["batch", "time"]);
        if (ScoreColumns.HasLabel(Info.Task))
            Check(_session.Outputs, ModelFormat.PredictedLabel,
                Info.Task == ModelTask.Binary ? ElementType.Bool : ElementType.Int64,
                Info.Task.LabelWidth() is > 1 and var ends ? each.Insert(each.Rank, ends) : each);
        if (Info.Task.HasProbability())
            Check(_session.Outputs, ModelFormat.Probability, ElementType.Float, each);
        if (Info.Task == ModelTask.Binary)
        {
            Check(_session.Outputs, ModelFormat.Score, ElementType.Float, each);
            return 1;
        }

        Dim width = Info.Labels is { } labels && Info.Task.HasClasses() ? labels.Count + Info.Task.ScoresBeside() : "outputs";
        var score = Check(_session.Outputs, ModelFormat.Score, ElementType.Float, each.Insert(each.Rank, width));
        return score.Shape[^1].IsKnown ? (int)score.Shape[^1].Size
            : width.IsKnown ? (int)width.Size
            : throw File.Error($"the size of the last dimension of its output {score} is not known");
    }

    // A dimension that one side leaves open matches any other.
    private TensorInfo Check(IReadOnlyList<TensorInfo> tensors, string name, ElementType type, Shape shape)
    {
        var tensor = tensors.FirstOrDefault(candidate => candidate.Name == name);
        bool fits = tensor is not null && tensor.Type == type && tensor.Shape.Rank == shape.Rank
            && tensor.Shape.Zip(shape).All(pair => !pair.First.IsKnown || !pair.Second.IsKnown || pair.First == pair.Second);
        var described = Info.InputTensors?.Concat(Info.OutputTensors ?? []).FirstOrDefault(known => known.Name == name);
        return fits ? tensor! : throw File.Error($"a model for {Info.Task} has '{name}: {type} {shape}', but this one "
            + (tensor is null ? $"has only {string.Join("; ", tensors)}" : $"'{tensor}'")
            + (described is null ? "" : $"; its metadata says '{described}'"));
    }
}
