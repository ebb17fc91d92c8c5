using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The update as a session of its own. Its gradients lie in pinned host memory, where the step writes them and where they can be changed;
/// running averages, which the step writes, pass through the same memory.
/// </summary>
internal sealed class SeparateUpdate : IDisposable
{
    private readonly TrainingModel _model;
    private readonly TrainingBuffers _buffers;
    private readonly OwnedResources _owned = new();
    private readonly SessionBinding[] _bindings = new SessionBinding[2];
    private readonly (string Name, OrtValue Value)[] _gradients;
    private readonly bool _isOnCpu;
    private readonly float[] _memory;

    /// <param name="model">The model.</param>
    /// <param name="buffers">Parameters and states.</param>
    /// <param name="target">Where it runs.</param>
    /// <param name="scalar">Gives the memory of a scalar output by its name.</param>
    internal SeparateUpdate(TrainingModel model, TrainingBuffers buffers, ExecutionTarget? target, Func<string, OrtValue> scalar)
    {
        (_model, _buffers) = (model, buffers);
        var graph = model.Update!;
        var session = _owned.Add(new OnnxSession(graph, target, memoryPattern: false));
        _isOnCpu = session.Target.Kind == TargetKind.Cpu;
        var dense = model.Flats.Sum(flat => flat.Length);
        _memory = GC.AllocateArray<float>(checked((int)(dense + model.Statistics.Sum(statistic => statistic.Value.Count))), pinned: true);
        Gradients = new(_memory, (int)dense, [.. model.Tables.Select(table => new RowGradients(table.Name, (int)table.Value.Sizes[1]))]);
        var offset = 0;
        _gradients = [.. model.Flats.Select(flat =>
        {
            var part = _memory.AsMemory(offset, (int)flat.Length);
            offset += part.Length;
            return (flat.Name + TrainingModel.GradientSuffix, _owned.Add(Wrap(part, flat.Length)));
        })];
        var inputs = graph.Inputs.Select(input => input.Name).ToHashSet();
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        for (var parity = 0; parity < 2; parity++)
        {
            var binding = _bindings[parity] = _owned.Add(new SessionBinding(session));
            foreach (var (name, from, to) in buffers.Views(parity))
            {
                if (inputs.Contains(name))
                    binding.Input(name, from);
                if (to is not null && outputs.Contains(name + TrainingModel.NewSuffix))
                    binding.Output(name + TrainingModel.NewSuffix, to);
            }
            foreach (var (name, value) in _gradients)
                binding.Input(name, value);
            binding.Output(TrainingModel.NormName, scalar(TrainingModel.NormName));
        }
    }

    /// <summary>What the step wrote and the update reads.</summary>
    internal StepGradients Gradients { get; }

    /// <summary>Runs the step, whose outputs come here.</summary>
    internal void Run(SessionBinding step, RunOptions options)
    {
        foreach (var (name, value) in _gradients)
            step.Output(name, value);
        // Bound again; otherwise the run would write into tensors of the last run's shapes.
        foreach (var table in Gradients.Tables)
        {
            step.OutputToDevice(table.Name + TrainingModel.GradientSuffix);
            step.OutputToDevice(table.Name + TrainingModel.RowsSuffix);
        }
        step.Run(options);
        if (Gradients.Tables.Length > 0)
            ReadTables(step);
        ForStatistics((statistic, part) => _buffers.Next(statistic).Read(part.Span));
    }

    /// <summary>Gradients of nothing, and running averages as they are.</summary>
    internal void Clear()
    {
        Gradients.Dense.Clear();
        foreach (var table in Gradients.Tables)
            (table.Rows, table.Elements) = ([], []);
        ForStatistics((statistic, part) => _buffers.Current(statistic).Read(part.Span));
    }

    /// <summary>Runs the update.</summary>
    internal void Update(float[] learningRate, float[] step, RunOptions options)
    {
        var binding = _bindings[_buffers.Parity];
        using var values = new OwnedResources();
        // On a device other than the CPU, a bound input is copied right away.
        if (!_isOnCpu)
            foreach (var (name, value) in _gradients)
                binding.Input(name, value);
        Bind(TrainingModel.LearningRate, learningRate, []);
        Bind(TrainingModel.StepNumber, step, []);
        foreach (var table in Gradients.Tables)
        {
            Bind(table.Name + TrainingModel.GradientSuffix, table.Elements, table.Rows.Length, table.Width);
            Bind(table.Name + TrainingModel.RowsSuffix, table.Rows, table.Rows.Length);
        }
        binding.Run(options);
        ForStatistics((statistic, part) => _buffers.Next(statistic).Write<float>(part.Span));

        void Bind<T>(string name, T[] elements, params long[] sizes) where T : unmanaged
        {
            if (_model.Update!.Inputs.Any(input => input.Name == name))
                binding.Input(name, values.Add(OrtValue.CreateTensorValueFromMemory(elements, sizes)));
        }
    }

    public void Dispose() => _owned.Dispose();

    private static OrtValue Wrap(Memory<float> memory, long length) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [length]);

    private void ReadTables(SessionBinding step)
    {
        using var outputs = step.Outputs();
        var names = step.OutputNames();
        foreach (var table in Gradients.Tables)
        {
            table.Elements = Of<float>(table.Name + TrainingModel.GradientSuffix);
            table.Rows = Of<long>(table.Name + TrainingModel.RowsSuffix);
        }

        T[] Of<T>(string name) where T : unmanaged => outputs[Array.IndexOf(names, name)].GetTensorDataAsSpan<T>().ToArray();
    }

    private void ForStatistics(Action<string, Memory<float>> take)
    {
        var offset = Gradients.Dense.Length;
        foreach (var statistic in _model.Statistics)
        {
            take(statistic.Name, _memory.AsMemory(offset, (int)statistic.Value.Count));
            offset += (int)statistic.Value.Count;
        }
    }
}
