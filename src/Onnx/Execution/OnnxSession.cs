using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A model loaded by ONNX Runtime. Several threads may run one session at the same time; dispose of it when none does.
/// </summary>
public sealed class OnnxSession : IDisposable
{
    private readonly CudaDevice? _cuda;
    private readonly string[] _outputNames;

    /// <summary>Loads a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="target">Where to run it; by default the processor.</param>
    /// <param name="log">Gets a line where the session doesn't run as asked: why <see cref="ExecutionTarget.Auto"/> fell back, which nodes of a CUDA session stay on the processor.</param>
    /// <param name="memoryPattern">Whether memory is planned from earlier runs with the same shapes; turn it off where every batch has other shapes.</param>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    /// <exception cref="GraphException">ONNX Runtime rejects the graph.</exception>
    public OnnxSession(Graph graph, ExecutionTarget? target = null, Action<string>? log = null, bool memoryPattern = true)
        : this(OnnxWriter.Write(graph).ToByteArray(), target, log, memoryPattern, exception => new GraphException($"ONNX Runtime rejects graph '{graph.Name}': {exception.Message}"))
    {
    }

    private OnnxSession(object model, ExecutionTarget? target, Action<string>? log, bool memoryPattern, Func<OnnxRuntimeException, Exception> explain)
    {
        var asked = target ?? ExecutionTarget.Cpu();
        var reason = (string?)null;
        _cuda = asked.Kind switch
        {
            TargetKind.Cuda => CudaDevice.Open(asked.Device),
            TargetKind.Auto => CudaDevice.OpenForAuto(out reason),
            _ => null,
        };
        Target = _cuda is not null ? ExecutionTarget.Cuda(asked.Device) : ExecutionTarget.Cpu(asked.Threads);
        FallbackReason = reason;
        if (reason is not null)
            log?.Invoke($"Running on the processor: {reason}");
        using var options = SessionSetup.Create(asked.Threads, memoryPattern);
        _cuda?.Append(options);
        try
        {
            Inference = model is string path ? new InferenceSession(path, options) : new InferenceSession((byte[])model, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw explain(exception);
        }
        _outputNames = [.. Inference.OutputNames];
    }

    /// <summary>Where the session runs: the target asked for, or what <see cref="ExecutionTarget.Auto"/> came to.</summary>
    public ExecutionTarget Target { get; }

    /// <summary>Why <see cref="ExecutionTarget.Auto"/> fell back to the processor; null where it didn't or something else was asked for.</summary>
    public string? FallbackReason { get; }

    /// <summary>ONNX Runtime's session, for binding inputs and outputs to buffers.</summary>
    internal InferenceSession Inference { get; }

    /// <summary>Allocates a buffer, zeroed, on the device the session runs on. The caller disposes of it.</summary>
    internal DeviceBuffer Allocate(ElementType type, long count) => new(_cuda, type, count);

    /// <summary>Runs the model on host tensors.</summary>
    public IReadOnlyDictionary<string, TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs)
    {
        var names = inputs.Keys.ToArray();
        var values = new List<OrtValue>(names.Length);
        try
        {
            foreach (var name in names)
                values.Add(OrtTensors.Wrap(inputs[name]));
            using var run = new RunOptions();
            using var outputs = Inference.Run(run, names, values, _outputNames);
            return _outputNames.Zip(outputs, (name, value) => (name, OrtTensors.Read(value, name))).ToDictionary();
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Inference.Dispose();
}
