using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Tensors bound to the inputs and outputs of a session, for many runs. The session isn't freed before its bindings; once it is
/// disposed of, they no longer run. Disposing of a binding waits for its run, since that writes into memory that the owner may free next.
/// </summary>
internal sealed class SessionBinding : IDisposable
{
    private readonly OnnxSession _session;
    private readonly OrtIoBinding _binding;
    private readonly object _lock = new();
    private bool _isDisposed;

    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    internal SessionBinding(OnnxSession session)
    {
        _session = session;
        session.Native.Enter();
        try
        {
            _binding = session.Native.Inference.CreateIoBinding();
        }
        catch
        {
            session.Native.Leave();
            throw;
        }
    }

    /// <summary>Binds an input; it is read in place, or copied right away if the session runs on another device.</summary>
    internal void Input(string name, OrtValue value) => Open().BindInput(name, value);

    /// <summary>Binds an output to memory.</summary>
    internal void Output(string name, OrtValue value) => Open().BindOutput(name, value);

    /// <summary>Binds an output whose memory ONNX Runtime allocates, once its sizes are known.</summary>
    internal void OutputToDevice(string name) => Open().BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);

    /// <summary>Runs the model.</summary>
    /// <exception cref="ObjectDisposedException">The session or the binding was disposed of.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    internal void Run(CancellationToken cancellation = default)
    {
        lock (_lock)
            _session.Run(Open(), cancellation);
    }

    /// <summary>Runs the model with reusable options.</summary>
    /// <exception cref="ObjectDisposedException">The session or the binding was disposed of.</exception>
    internal void Run(RunOptions options)
    {
        lock (_lock)
            _session.Run(Open(), options);
    }

    /// <summary>Waits for copies of inputs to the device.</summary>
    internal void SynchronizeInputs() => Open().SynchronizeBoundInputs();

    /// <summary>Waits for copies of outputs from the device.</summary>
    internal void SynchronizeOutputs() => Open().SynchronizeBoundOutputs();

    /// <summary>The outputs of the last run, in the order of <see cref="OutputNames"/>. The caller disposes of them.</summary>
    internal IDisposableReadOnlyCollection<OrtValue> Outputs() => Open().GetOutputValues();

    internal string[] OutputNames() => Open().GetOutputNames();

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _binding.Dispose();
        }
        _session.Native.Leave();
    }

    private OrtIoBinding Open()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _binding;
    }
}
