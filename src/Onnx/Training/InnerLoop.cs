using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// What an <see cref="InnerLoopOptimizer"/> computes on a step's batch: losses, gradients and products with the curvature.
/// </summary>
internal sealed class InnerLoop : IDisposable
{
    private readonly TrainingModel _model;
    private readonly TrainingBuffers _buffers;
    private readonly BatchFeed _feed;
    private readonly OwnedResources _owned = new();
    private readonly SessionBinding? _curvature;
    private readonly string[] _batchInputs = [];
    private readonly float[] _vector, _product, _damping = new float[1];
    private readonly OrtValue? _vectorValue, _dampingValue;
    private Func<float>? _gradient, _loss;
    private bool _isChecked;

    internal InnerLoop(TrainingModel model, TrainingBuffers buffers, BatchFeed feed, ExecutionTarget? target)
    {
        (_model, _buffers, _feed) = (model, buffers, feed);
        (_vector, _product) = (GC.AllocateArray<float>(Count, pinned: true), GC.AllocateArray<float>(Count, pinned: true));
        if (model.Curvature is not { } graph)
            return;
        var session = _owned.Add(new OnnxSession(graph, target, memoryPattern: false));
        _curvature = _owned.Add(new SessionBinding(session));
        var inputs = graph.Inputs.Select(input => input.Name).ToHashSet();
        foreach (var (name, from, _) in buffers.Views(0).Where(view => inputs.Contains(view.Name)))
            _curvature.Input(name, from);
        _batchInputs = [.. model.BatchInputs.Select(input => input.Name).Where(inputs.Contains)];
        _vectorValue = _owned.Add(OrtValue.CreateTensorValueFromMemory(_vector, [Count]));
        _curvature.Output(GaussNewton.Product, _owned.Add(OrtValue.CreateTensorValueFromMemory(_product, [Count])));
        if (inputs.Contains(GaussNewton.Damping))
            _dampingValue = _owned.Add(OrtValue.CreateTensorValueFromMemory(_damping, []));
    }

    /// <summary>Number of parameters.</summary>
    internal int Count => checked((int)_model.FlatLength);

    /// <summary>Takes a step on the batch that was fed.</summary>
    /// <param name="gradient">Runs the step's graph, which writes the gradient; returns the loss.</param>
    /// <param name="loss">Runs the evaluation.</param>
    /// <returns>Loss and gradient norm before it.</returns>
    /// <exception cref="GraphException">The evaluation's loss is another one than that of training.</exception>
    internal StepResult Step(Func<StepResult> gradient, Func<float> loss)
    {
        StepResult? first = null;
        _gradient = () =>
        {
            var result = gradient();
            if (!_isChecked)
                Check(result.Loss, loss);
            first ??= result;
            return result.Loss;
        };
        _loss = loss;
        if (_curvature is not null)
            _feed.BindTo(_curvature, _batchInputs);
        ((InnerLoopOptimizer)_model.Optimizer).Take(this);
        return first ?? throw new InvalidOperationException("The optimizer computed no gradient.");
    }

    // Directions come from the one and lengths from the other.
    private void Check(float training, Func<float> evaluate)
    {
        _isChecked = true;
        var name = _model.Optimizer.GetType().Name;
        float evaluation;
        try
        {
            evaluation = evaluate();
        }
        catch (InvalidOperationException missing)
        {
            throw new GraphException($"{name}: {missing.Message} The evaluation's loss reads it, that of training doesn't; expected "
                + "the same inputs, so no sampled neighbors.");
        }
        if (Math.Abs(training - evaluation) > 1e-3 * Math.Max(1, Math.Abs(training)))
            throw new GraphException(FormattableString.Invariant($"{name}: the loss of the first batch is {training} in training and ")
                + FormattableString.Invariant($"{evaluation} in evaluation; expected the same: label smoothing, scheduled sampling and ")
                + "whatever else training alone has must be off.");
    }

    internal float[] Parameters() => Read(TrainingModel.Flat);

    internal void SetParameters(float[] parameters) => _buffers.Current(TrainingModel.Flat).Write<float>(parameters);

    internal float[] State(string name) => Read($"{TrainingModel.Flat}/{name}");

    internal void Set(string state, float[] elements) => _buffers.Current($"{TrainingModel.Flat}/{state}").Write<float>(elements);

    internal (float Loss, float[] Gradient) Gradient(float[] parameters)
    {
        SetParameters(parameters);
        var loss = _gradient!();
        var gradient = new float[Count];
        _buffers.Next(TrainingModel.Flat).Read<float>(gradient);
        return (loss, gradient);
    }

    internal float Loss(float[] parameters)
    {
        SetParameters(parameters);
        return _loss!();
    }

    /// <summary>The Gauss-Newton matrix at the parameters of the last gradient, times a vector.</summary>
    internal float[] Product(float[] vector, float structuralDamping)
    {
        vector.CopyTo(_vector, 0);
        _damping[0] = structuralDamping;
        _curvature!.Input(GaussNewton.Vector, _vectorValue!);
        if (_dampingValue is not null)
            _curvature.Input(GaussNewton.Damping, _dampingValue);
        using var run = new RunOptions();
        _curvature.Run(run);
        return (float[])_product.Clone();
    }

    /// <summary>Random numbers of this step.</summary>
    internal SplitMix64 Random() => _feed.Random(0);

    public void Dispose() => _owned.Dispose();

    private float[] Read(string name)
    {
        var elements = new float[Count];
        _buffers.Current(name).Read<float>(elements);
        return elements;
    }
}
