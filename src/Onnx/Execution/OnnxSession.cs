using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A model loaded by ONNX Runtime. Several threads may run one session at the same time, and one may dispose of it while others run it:
/// runs under way finish normally, and no more begin.
/// </summary>
public sealed class OnnxSession : IDisposable
{
    private readonly CudaDevice? _cuda;
    private readonly EmptyInputs _empty;

    /// <summary>Loads a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="target">Where to run it; by default the processor.</param>
    /// <param name="log">Receives a line if the session doesn't run entirely as asked: why <see cref="ExecutionTarget.Auto"/> fell back,
    /// which nodes of a CUDA session run on the CPU.</param>
    /// <param name="memoryPattern">Whether memory is planned from earlier runs with the same shapes; turn it off where shapes differ
    /// from batch to batch.</param>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    /// <exception cref="GraphException">ONNX Runtime rejects the graph.</exception>
    public OnnxSession(Graph graph, ExecutionTarget? target = null, Action<string>? log = null, bool memoryPattern = true)
        : this(FromBytes(OnnxWriter.Write(graph).ToByteArray(), out var size), size, target, log, memoryPattern, exception =>
            new GraphException($"ONNX Runtime rejects graph '{graph.Name}': {exception.Message}"), EmptyInputs.Allowed,
            graph.UsesKernels, graph)
    {
    }

    private OnnxSession(Func<SessionOptions, InferenceSession> load, long size, ExecutionTarget? target, Action<string>? log,
        bool memoryPattern, Func<OnnxRuntimeException, Exception> explain, EmptyInputs empty, bool usesKernels = false,
        Graph? graph = null)
    {
        _empty = empty;
        var asked = target ?? ExecutionTarget.Cpu();
        SessionSetup.LoadNativeLibrary(asked);
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
        SessionProfile.Prepare(options);
        _cuda?.Append(options);
        if (usesKernels) // never for those that a file names, which could hand them anything
            KernelLibrary.AddTo(options);
        try
        {
            Native = new NativeSession(load(options), size, asked.Threads);
        }
        catch (OnnxRuntimeException exception)
        {
            KernelFailure.Rethrow(exception);
            throw explain(exception);
        }
        try
        {
            SessionProfile.Add(Native, graph);
            var inference = Native.Inference;
            Metadata = inference.ModelMetadata.CustomMetadataMap;
            (Inputs, Outputs) = TensorInfo.Of(inference);
            Placement = _cuda is null ? NodePlacement.AllOnProcessor(Target) : NodePlacement.Record(Target, options, load);
            if (Placement.IsNotable)
                log?.Invoke(Placement.ToString());
        }
        catch (Exception exception)
        {
            Native.Dispose();
            // ONNX Runtime's C# API can't read the description of a model with invalid text.
            if (exception is NullReferenceException or ArgumentException or OnnxRuntimeException)
                throw new OnnxFileException(ModelReader.InMemory, $"its description can't be read: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>Where the session runs: the target asked for, or the one that <see cref="ExecutionTarget.Auto"/> chose.</summary>
    public ExecutionTarget Target { get; }

    /// <summary>Why <see cref="ExecutionTarget.Auto"/> fell back to the CPU; null where it didn't or another target was asked
    /// for.</summary>
    public string? FallbackReason { get; }

    /// <summary>Inputs in the model's order, the optional ones last.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>Outputs in the model's order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The model's metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Which provider runs which node.</summary>
    public NodePlacement Placement { get; }

    internal NativeSession Native { get; }
    internal InputMeanings Meanings => new(Metadata);

    /// <summary>The memory the session's tensors are in: the CPU's or the CUDA device's.</summary>
    internal OrtMemoryInfo Memory => _cuda?.Memory ?? OrtMemoryInfo.DefaultInstance;

    /// <summary>Loads a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where to run it; by default the processor.</param>
    /// <param name="log">Gets a line where the session doesn't run wholly as asked.</param>
    /// <param name="memoryPattern">Whether memory is planned from earlier runs with the same shapes.</param>
    /// <exception cref="OnnxFileException">There is no such file, or it isn't a model ONNX Runtime can run, or it keeps tensors in other
    /// files; the message says what is wrong.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static OnnxSession Load(string path, ExecutionTarget? target = null, Action<string>? log = null, bool memoryPattern = true)
    {
        if (string.IsNullOrEmpty(path))
            throw new OnnxFileException(path, "there is no such file");
        var empty = ModelReader.Check(path, ModelReader.ReadBytes(path));
        return new(options => new InferenceSession(path, options), new FileInfo(path).Length, target, log, memoryPattern, exception =>
            ModelReader.Explain(path, () => File.OpenRead(path), exception), empty);
    }

    /// <summary>Loads a model from the bytes of a model file.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="target">Where to run it; by default the processor.</param>
    /// <param name="log">Gets a line where the session doesn't run wholly as asked.</param>
    /// <param name="memoryPattern">Whether memory is planned from earlier runs with the same shapes.</param>
    /// <exception cref="OnnxFileException">The bytes aren't a model ONNX Runtime can run, or keep tensors in other files.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static OnnxSession Load(byte[] model, ExecutionTarget? target = null, Action<string>? log = null, bool memoryPattern = true)
    {
        var empty = ModelReader.Check(ModelReader.InMemory, model);
        return new(FromBytes(model, out var size), size, target, log, memoryPattern, exception =>
            ModelReader.Explain(ModelReader.InMemory, () => new MemoryStream(model), exception), empty);
    }

    /// <summary>Loads the bytes of a model file for a scorer of our own, which computes what it can by kernels.</summary>
    internal static OnnxSession LoadWithKernels(byte[] model, ExecutionTarget? target = null, Action<string>? log = null,
        bool memoryPattern = false)
    {
        var empty = ModelReader.Check(ModelReader.InMemory, model);
        var bytes = KernelModel.Of(model, target, out var usesKernels);
        return new(FromBytes(bytes, out var size), size, target, log, memoryPattern, exception =>
            ModelReader.Explain(ModelReader.InMemory, () => new MemoryStream(model), exception), empty, usesKernels);
    }

    /// <summary>Runs the model on host tensors.</summary>
    /// <param name="inputs">A tensor for each input; optional inputs may be left out.</param>
    /// <param name="outputs">Names of the outputs to compute; by default all.</param>
    /// <param name="cancellation">Ends the run at the next node.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, empty, or of another type or shape than declared; an output is
    /// unknown.</exception>
    /// <exception cref="InvalidOperationException">An operation fails on what was given, such as a lookup beyond a table.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    public IReadOnlyDictionary<string, TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs,
        IReadOnlyCollection<string>? outputs = null, CancellationToken cancellation = default)
    {
        InputCheck.Check(Inputs, inputs, _empty, Meanings);
        string[] wanted = [.. outputs ?? Outputs.Select(output => output.Name)];
        if (wanted.FirstOrDefault(name => !Outputs.Any(output => output.Name == name)) is { } unknown)
            throw new ArgumentException($"The model has no output '{unknown}'. Its outputs: {string.Join("; ", Outputs)}.",
                nameof(outputs));
        var (names, values) = (inputs.Keys.ToArray(), new List<OrtValue>(inputs.Count));
        try
        {
            foreach (var name in names)
                values.Add(OrtTensors.Wrap(inputs[name]));
            using var results = Guarded(run => Native.Inference.Run(run, names, values, wanted), cancellation);
            return wanted.Zip(results, (name, value) => (name, OrtTensors.Read(value, name))).ToDictionary();
        }
        catch (OnnxRuntimeException exception)
        {
            throw Meanings.Failure(exception, Inputs, inputs);
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    /// <summary>Runs the model on bound buffers.</summary>
    internal void Run(OrtIoBinding binding, CancellationToken cancellation) =>
        Guarded(run =>
        {
            Native.Inference.RunWithBinding(run, binding);
            return true;
        }, cancellation);

    internal void Run(OrtIoBinding binding, RunOptions options)
    {
        Native.Enter();
        try
        {
            Native.Inference.RunWithBinding(options, binding);
        }
        catch (OnnxRuntimeException exception)
        {
            KernelFailure.Rethrow(exception);
            throw;
        }
        finally
        {
            Native.Leave();
        }
    }

    /// <summary>Allocates a buffer, zeroed, on the device the session runs on. The caller disposes of it.</summary>
    internal DeviceBuffer Allocate(ElementType type, long count) => new(_cuda, type, count);

    /// <summary>Prevents further runs, and frees the model once those under way have ended.</summary>
    public void Dispose() => Native.Dispose();

    private T Guarded<T>(Func<RunOptions, T> run, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Native.Enter();
        try
        {
            using var options = new RunOptions();
            using var registration = cancellation.UnsafeRegister(state => ((RunOptions)state!).Terminate = true, options);
            return run(options);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException exception)
        {
            KernelFailure.Rethrow(exception);
            if (_cuda is null || !CudaSearch.LacksCudnn(exception.Message))
                throw;
            throw new ExecutionTargetException(Target, [$"running the model: {exception.Message}"], ["cuDNN"], exception);
        }
        finally
        {
            Native.Leave();
        }
    }

    private static Func<SessionOptions, InferenceSession> FromBytes(byte[] model, out long size)
    {
        size = model.Length;
        return options => new InferenceSession(model, options);
    }
}
