using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>What one training step reports.</summary>
/// <param name="Loss">The batch's loss, before the update.</param>
/// <param name="GradientNorm">The global norm of the gradients, before clipping.</param>
public readonly record struct StepResult(float Loss, float GradientNorm);

/// <summary>
/// Runs a <see cref="TrainingModel"/>. Parameters and optimizer states live on the device in two sets of buffers that alternate
/// as a step's inputs and outputs, so that nothing is copied; tables are updated in place.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed partial class TrainingSession : IInputFeed, IDisposable
{
    private readonly TrainingModel _model;
    private readonly OnnxSession _step, _evaluation;
    private readonly BatchFeed _feed;
    private readonly string[] _stepInputs, _evaluationInputs;
    private readonly OwnedResources _owned = new();
    private readonly TrainingBuffers _buffers;
    private readonly SessionBinding[] _stepBindings = new SessionBinding[2], _scoreBindings = new SessionBinding[2],
        _evaluationBindings = new SessionBinding[2];
    private readonly float[] _learningRate = new float[1], _stepNumber = new float[1], _statisticShare = new float[1];
    private readonly (string Name, OrtValue Value)[] _numbers;
    private readonly Dictionary<string, float[]> _scalars = new(StringComparer.Ordinal);
    private readonly RunOptions _run;
    private readonly InnerLoop? _inner;
    private readonly SeparateUpdate? _separate;

    /// <summary>Loads a model and puts its parameters on the device.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">Where to run; null for the CPU.</param>
    /// <param name="seed">Seed of dropout.</param>
    /// <param name="log">Receives a line if nodes run elsewhere than asked, with the reason.</param>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public TrainingSession(TrainingModel model, ExecutionTarget? target = null, int seed = 0, Action<string>? log = null)
    {
        _model = model;
        KernelLibrary.Explain(log);
        try
        {
            // Sequences differ in length from batch to batch, so memory patterns, one per shape, would only pile up.
            _step = _owned.Add(new OnnxSession(model.Step, target, log, memoryPattern: false));
            _evaluation = _owned.Add(new OnnxSession(model.Evaluation, target, log, memoryPattern: false));
            _feed = _owned.Add(new BatchFeed(model.BatchInputs.Concat(model.EvaluationInputs), model.ComputedInputs, seed));
            _stepInputs = [.. model.BatchInputs.Select(input => input.Name)];
            _evaluationInputs = [.. model.EvaluationInputs.Select(input => input.Name)];
            _run = _owned.Add(new RunOptions());
            _buffers = _owned.Add(new TrainingBuffers(model, _step));
            _numbers = [.. Numbers().Where(number => model.Step.Inputs.Any(input => input.Name == number.Name))
                .Select(number => (number.Name, _owned.Add(OrtValue.CreateTensorValueFromMemory(number.Value, []))))];
            LoadParameters();
            for (var parity = 0; parity < 2; parity++)
                Bind(parity);
            if (model.Update is not null)
                _separate = _owned.Add(new SeparateUpdate(model, _buffers, target, Scalar));
            if (model.Optimizer is InnerLoopOptimizer)
                _inner = _owned.Add(new InnerLoop(model, _buffers, _feed, target));
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Steps taken so far.</summary>
    public long Steps
    {
        get => _feed.Step;
        private set => _feed.Step = value;
    }

    /// <summary>The target in use.</summary>
    public ExecutionTarget Target => _step.Target;

    /// <summary>
    /// Sets an input of the next <see cref="Step"/>, <see cref="Score"/> or <see cref="Evaluate"/>. The memory may be
    /// longer than the sizes require; it must not change before that call returns.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such input, or its type or shape differs.</exception>
    public void Feed<T>(string input, T[] data, params ReadOnlySpan<long> sizes) where T : unmanaged =>
        _feed.Set(input, data.AsMemory(), sizes);

    /// <inheritdoc cref="Feed{T}(string, T[], ReadOnlySpan{long})"/>
    public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged => _feed.Set(input, data, sizes);

    internal BatchFeed Inputs => _feed;

    /// <summary>Takes one training step on the inputs fed.</summary>
    /// <exception cref="InvalidOperationException">An input was not fed.</exception>
    public StepResult Step(float learningRate)
    {
        if (_separate is not null)
        {
            var loss = ComputeGradients();
            return new(loss, Update(learningRate));
        }
        try
        {
            _learningRate[0] = learningRate;
            _stepNumber[0] = Steps + 1;
            using var warmUp = new StatisticWarmUp(_statisticShare, Steps);
            var binding = BindStep();
            StepResult Run()
            {
                binding.Run(_run);
                return new(_scalars[TrainingModel.LossName][0], _scalars[TrainingModel.NormName][0]);
            }
            var result = _inner is null ? Run() : _inner.Step(Run, RunScore);
            if (_inner is null)
                _buffers.Swap();
            Steps++;
            return result;
        }
        finally
        {
            _feed.Clear();
        }
    }

    private SessionBinding BindStep()
    {
        foreach (var input in _model.HostInputs)
            input.Fill(_feed);
        var binding = _stepBindings[_buffers.Parity];
        _feed.BindTo(binding, _stepInputs);
        BindNumbers(binding);
        return binding;
    }

    /// <summary>
    /// Updates the network's running averages with the fed inputs, which get weight <paramref name="share"/>, and nothing else: with a
    /// learning rate of 0 the parameters don't change.
    /// </summary>
    internal void FitStatistics(float share)
    {
        _statisticShare[0] = share;
        Step(0);
        _statisticShare[0] = 0;
    }

    /// <summary>Computes the loss and the scalar metrics of the inputs fed, without dropout and without update.</summary>
    /// <returns>The loss; <see cref="Metric"/> gives the rest.</returns>
    /// <exception cref="InvalidOperationException">An input was not fed.</exception>
    public float Score()
    {
        try
        {
            return RunScore();
        }
        finally
        {
            _feed.Clear();
        }
    }

    private float RunScore()
    {
        var binding = _scoreBindings[_buffers.Parity];
        _feed.BindTo(binding, _evaluationInputs);
        binding.Run(_run);
        return _scalars[TrainingModel.LossName][0];
    }

    /// <summary>A scalar metric of the last <see cref="Step"/> or <see cref="Score"/>.</summary>
    /// <exception cref="KeyNotFoundException">The network reports no scalar of that name.</exception>
    public float Metric(string name) => _scalars.TryGetValue(name, out var scalar)
        ? scalar[0]
        : throw new KeyNotFoundException(
            $"The network reports no scalar '{name}'; it reports {string.Join(", ", _scalars.Keys.Select(known => $"'{known}'"))}.");

    /// <summary>Computes loss and metrics of the inputs fed, including tensors, without dropout and without update.</summary>
    /// <exception cref="InvalidOperationException">An input was not fed.</exception>
    public IReadOnlyDictionary<string, TensorData> Evaluate()
    {
        try
        {
            var binding = _evaluationBindings[_buffers.Parity];
            _feed.BindTo(binding, _evaluationInputs);
            // Bound again; otherwise the run would write into tensors of the last run's shapes.
            foreach (var (name, _) in _model.Evaluation.Outputs)
                binding.OutputToDevice(name);
            binding.Run(_run);
            using var outputs = binding.Outputs();
            return binding.OutputNames().Zip(outputs).ToDictionary(pair => pair.First, pair => OrtTensors.Read(pair.Second, pair.First));
        }
        finally
        {
            _feed.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private void Bind(int parity)
    {
        var step = _stepBindings[parity] = _owned.Add(new SessionBinding(_step));
        var score = _scoreBindings[parity] = _owned.Add(new SessionBinding(_evaluation));
        var evaluation = _evaluationBindings[parity] = _owned.Add(new SessionBinding(_evaluation));
        var evaluationInputs = _model.Evaluation.Inputs.Select(input => input.Name).ToHashSet();
        var stepInputs = _model.Step.Inputs.Select(input => input.Name).ToHashSet();
        var stepOutputs = _model.Step.Outputs.Select(output => output.Name).ToHashSet();
        foreach (var (name, from, to) in _buffers.Views(parity))
        {
            if (stepInputs.Contains(name))
                step.Input(name, from);
            if (to is not null && stepOutputs.Contains(name + TrainingModel.NewSuffix))
                step.Output(name + TrainingModel.NewSuffix, to);
            if (!evaluationInputs.Contains(name))
                continue;
            score.Input(name, from);
            evaluation.Input(name, from);
        }
        foreach (var (name, value) in _numbers)
            step.Input(name, value);
        foreach (var (name, _) in _model.Step.Outputs.Where(output => TrainingModel.IsScalar(output.Value)))
            step.Output(name, Scalar(name));
        foreach (var (name, _) in _model.Evaluation.Outputs.Where(output => TrainingModel.IsScalar(output.Value)))
            score.Output(name, Scalar(name));
    }

    // On a device other than the CPU, a bound input is copied right away.
    private void BindNumbers(SessionBinding binding)
    {
        if (Target.Kind == TargetKind.Cpu)
            return;
        foreach (var (name, value) in _numbers)
            binding.Input(name, value);
    }

    private (string Name, float[] Value)[] Numbers() => [(TrainingModel.LearningRate, _learningRate),
        (TrainingModel.StepNumber, _stepNumber), (TrainingModel.StatisticShare, _statisticShare)];
    private OrtValue Scalar(string name)
    {
        if (!_scalars.TryGetValue(name, out var scalar))
            _scalars[name] = scalar = GC.AllocateArray<float>(1, pinned: true);
        return _owned.Add(OrtValue.CreateTensorValueFromMemory(scalar, []));
    }
}
