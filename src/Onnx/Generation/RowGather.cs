using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Generation;

/// <summary>Takes rows of tensors on the device they are on: one small model for each element type, rank and axis. Safe for several threads.</summary>
internal sealed class RowGather(ExecutionTarget target) : IDisposable
{
    private readonly ConcurrentDictionary<(ElementType Type, int Rank, int Axis), Lazy<OnnxSession>> _sessions = new();

    /// <summary>Writes the rows into a tensor of the right sizes.</summary>
    internal void Run(OrtValue from, ElementType type, int rank, int axis, long[] rows, OrtValue to)
    {
        var session = Session(type, rank, axis);
        using var binding = Bind(session, from, rows, out var indices);
        using (indices)
        {
            binding.BindOutput("y", to);
            session.Run(binding);
            binding.SynchronizeBoundOutputs();
        }
    }

    /// <summary>The rows as a new tensor, which goes with the collection.</summary>
    internal IDisposableReadOnlyCollection<OrtValue> Run(OrtValue from, ElementType type, int rank, int axis, long[] rows)
    {
        var session = Session(type, rank, axis);
        using var binding = Bind(session, from, rows, out var indices);
        using (indices)
        {
            binding.BindOutputToDevice("y", session.Memory);
            session.Run(binding);
            binding.SynchronizeBoundOutputs();
            return binding.GetOutputValues();
        }
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
            if (session.IsValueCreated)
                session.Value.Dispose();
    }

    private static OrtIoBinding Bind(OnnxSession session, OrtValue from, long[] rows, out OrtValue indices)
    {
        indices = OrtValue.CreateTensorValueFromMemory(rows, [rows.LongLength]);
        var binding = session.Inference.CreateIoBinding();
        binding.BindInput("x", from);
        binding.BindInput("rows", indices);
        return binding;
    }

    private OnnxSession Session(ElementType type, int rank, int axis) => _sessions.GetOrAdd((type, rank, axis), key => new(() =>
    {
        var graph = new Graph("rows");
        var x = graph.Input("x", key.Type, [.. Enumerable.Range(0, key.Rank).Select(i => (Dim)$"size{i}")]);
        graph.Output("y", Op.Gather(x, graph.Input("rows", ElementType.Int64, ["taken"]), key.Axis));
        return new(graph, target, memoryPattern: false);
    })).Value;
}
