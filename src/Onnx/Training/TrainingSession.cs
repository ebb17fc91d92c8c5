using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>What one training step reports.</summary>
/// <param name="Loss">The batch's loss, before the update.</param>
/// <param name="GradientNorm">The global norm of the gradients, before clipping.</param>
public readonly record struct StepResult(float Loss, float GradientNorm);

/// <summary>
/// Runs a <see cref="TrainingModel"/>. Parameters and optimizer states live on the device in two sets of buffers that take turns
/// as a step's inputs and outputs, so that nothing is copied; tables are updated where they stand.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class TrainingSession : IDisposable
{
    private readonly TrainingModel _model;
    private readonly OnnxSession _step, _evaluation;
    private readonly BatchFeed _stepFeed, _evaluationFeed;
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, DeviceBuffer[]> _buffers = new(StringComparer.Ordinal); // by input: two that take turns, or one updated in place
    private readonly OrtIoBinding[] _bindings = new OrtIoBinding[2];
    private readonly OrtIoBinding[] _evaluationBindings = new OrtIoBinding[2];
    private readonly float[] _learningRate = new float[1], _stepNumber = new float[1];
    private readonly Dictionary<string, float[]> _scalars = new(StringComparer.Ordinal);
    private readonly RunOptions _run = new();
    private int _current;

    /// <summary>Loads a model and puts its parameters on the device.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="seed">Seed of dropout.</param>
    /// <param name="log">Told where nodes run and why, if not where asked.</param>
    public TrainingSession(TrainingModel model, ExecutionTarget? target = null, int seed = 0, Action<string>? log = null)
    {
        _model = model;
        // Sequences differ in length from batch to batch: a memory pattern for each shape would only grow.
        _step = Own(new OnnxSession(model.Step, target, log, memoryPattern: false));
        _evaluation = Own(new OnnxSession(model.Evaluation, target, log, memoryPattern: false));
        _stepFeed = Own(new BatchFeed(model.Step, seed));
        _evaluationFeed = Own(new BatchFeed(model.Evaluation, seed));
        Own(_run);
        Allocate();
        LoadParameters();
        for (var parity = 0; parity < 2; parity++)
        {
            _bindings[parity] = Own(_step.Inference.CreateIoBinding());
            _evaluationBindings[parity] = Own(_evaluation.Inference.CreateIoBinding());
            Bind(parity);
        }
    }

    /// <summary>Steps taken so far.</summary>
    public long Steps
    {
        get => _stepFeed.Step;
        private set => _stepFeed.Step = value;
    }

    /// <summary>The target really used.</summary>
    public ExecutionTarget Target => _step.Target;

    /// <summary>
    /// Hands over an input of the next <see cref="Step"/> or <see cref="Evaluate"/>. The memory may be longer than the sizes say; it
    /// must not change before that call returns.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such input, or its type or shape is another.</exception>
    public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged
    {
        var known = false;
        foreach (var feed in (ReadOnlySpan<BatchFeed>)[_stepFeed, _evaluationFeed])
            if (feed.Has(input))
            {
                feed.Set(input, data, sizes);
                known = true;
            }
        if (!known)
            _stepFeed.Set(input, data, sizes); // fails with the names of the inputs there are
    }

    /// <summary>Takes one training step on the inputs fed.</summary>
    public StepResult Step(float learningRate)
    {
        try
        {
            _learningRate[0] = learningRate;
            _stepNumber[0] = Steps + 1;
            foreach (var input in _model.HostInputs)
                input.Fill(_stepFeed);
            var binding = _bindings[_current];
            foreach (var (name, tensor) in _stepFeed.Tensors)
                binding.BindInput(name, tensor);
            _step.Inference.RunWithBinding(_run, binding);
            _current = 1 - _current;
            Steps++;
            return new(_scalars[TrainingModel.LossName][0], _scalars[TrainingModel.NormName][0]);
        }
        finally
        {
            ClearFeeds();
        }
    }

    /// <summary>A scalar metric of the last step.</summary>
    public float Metric(string name) => _scalars[name][0];

    /// <summary>Computes loss and metrics of the inputs fed, without dropout and without update.</summary>
    public IReadOnlyDictionary<string, TensorData> Evaluate()
    {
        try
        {
            var binding = _evaluationBindings[_current];
            foreach (var (name, tensor) in _evaluationFeed.Tensors)
                binding.BindInput(name, tensor);
            string[] names = [.. _evaluation.Inference.OutputNames];
            foreach (var name in names)
                binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
            _evaluation.Inference.RunWithBinding(_run, binding);
            using var outputs = binding.GetOutputValues();
            return binding.GetOutputNames().Zip(outputs).ToDictionary(pair => pair.First, pair => OrtTensors.Read(pair.Second, pair.First));
        }
        finally
        {
            ClearFeeds();
        }
    }

    /// <summary>Writes the trained parameters back into the model's <see cref="TrainingModel.Parameters"/>.</summary>
    public void SaveParameters()
    {
        foreach (var (parameter, offset) in _model.Dense)
            Current(TrainingModel.Flat).Read<float>(parameter.Value.As<float>(), offset);
        foreach (var table in _model.Tables)
            Current(table.Name).Read<float>(table.Value.As<float>());
    }

    /// <summary>Takes the model's parameters as they are now.</summary>
    public void LoadParameters()
    {
        foreach (var (parameter, offset) in _model.Dense)
            Current(TrainingModel.Flat).Write<float>(parameter.Value.As<float>(), offset);
        foreach (var table in _model.Tables)
            Current(table.Name).Write<float>(table.Value.As<float>());
    }

    /// <summary>Copies everything the next steps depend on: parameters, optimizer states, the step's number.</summary>
    public TrainingState SaveState() => new(Steps, _buffers.Keys.ToDictionary(name => name, name =>
    {
        var elements = new float[Current(name).Count];
        Current(name).Read<float>(elements);
        return elements;
    }));

    /// <summary>Goes on from a saved state.</summary>
    /// <exception cref="ArgumentException">The state is that of another model.</exception>
    public void LoadState(TrainingState state)
    {
        foreach (var (name, buffers) in _buffers)
            if (!state.Tensors.TryGetValue(name, out var elements) || elements.Length != buffers[0].Count)
                throw new ArgumentException($"The saved state is of another network: '{name}' has {(elements is null ? "no" : elements.Length)} elements in it; expected {buffers[0].Count}.");
        foreach (var name in _buffers.Keys)
            Current(name).Write<float>(state.Tensors[name]);
        Steps = state.Steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        _owned.Clear();
    }

    private DeviceBuffer Current(string name) => _buffers[name] is [_, _] pair ? pair[_current] : _buffers[name][0];

    private void Allocate()
    {
        var updated = _model.Tables.Select(table => (table.Name, table.Value.Count, Copies: 1)).ToList();
        if (_model.FlatLength > 0)
            updated.Add((TrainingModel.Flat, _model.FlatLength, 2));
        foreach (var (name, count, copies) in updated)
            foreach (var tensor in _model.Optimizer.States.Select(state => $"{name}/{state}").Prepend(name))
                _buffers[tensor] = [.. Enumerable.Range(0, copies).Select(_ => Own(_step.Allocate(ElementType.Float, count)))];
    }

    private void Bind(int parity)
    {
        foreach (var (name, buffers) in _buffers)
        {
            long[] sizes = [.. _model.Step.Inputs.First(input => input.Name == name).Shape.Sizes];
            var from = buffers[parity % buffers.Length];
            var to = buffers[(parity + 1) % buffers.Length];
            _bindings[parity].BindInput(name, Own(from.View(0, sizes)));
            _bindings[parity].BindOutput(name + TrainingModel.NewSuffix, Own(to.View(0, sizes)));
            if (_evaluationFeed.Has(name))
                _evaluationBindings[parity].BindInput(name, Own(from.View(0, sizes)));
        }
        foreach (var (parameter, offset) in _model.Dense)
        {
            var view = Own(_buffers[TrainingModel.Flat][parity].View(offset, [.. parameter.Value.Sizes]));
            _bindings[parity].BindInput(parameter.Name, view);
            if (_evaluationFeed.Has(parameter.Name))
                _evaluationBindings[parity].BindInput(parameter.Name, view);
        }
        _bindings[parity].BindInput(TrainingModel.LearningRate, Own(OrtValue.CreateTensorValueFromMemory(_learningRate, [])));
        _bindings[parity].BindInput(TrainingModel.StepNumber, Own(OrtValue.CreateTensorValueFromMemory(_stepNumber, [])));
        foreach (var (name, value) in _model.Step.Outputs)
            if (!name.EndsWith(TrainingModel.NewSuffix, StringComparison.Ordinal))
            {
                if (!_scalars.TryGetValue(name, out var scalar))
                    _scalars[name] = scalar = GC.AllocateArray<float>(1, pinned: true);
                _bindings[parity].BindOutput(name, Own(OrtValue.CreateTensorValueFromMemory(scalar, [])));
            }
    }

    private void ClearFeeds()
    {
        _stepFeed.Clear();
        _evaluationFeed.Clear();
    }

    private T Own<T>(T resource) where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}

/// <summary>Everything a training run's next steps depend on.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="Tensors">Parameters and optimizer states by name.</param>
public sealed record TrainingState(long Steps, IReadOnlyDictionary<string, float[]> Tensors);
