using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A CUDA device that has been seen to work. It stays open as long as the process: sessions append its provider, and
/// tensors are allocated and copied through its own small session, whose one node is an identity over bytes.
/// </summary>
internal sealed class CudaDevice
{
    private static readonly Dictionary<int, CudaDevice> Opened = [];
    private static readonly object Gate = new();
    private static (CudaDevice? Device, string? Reason)? _auto;

    private readonly int _number;
    private readonly OrtEpDevice? _plugin;
    private readonly InferenceSession _copier;

    private CudaDevice(int number, OrtEpDevice? plugin)
    {
        _number = number;
        _plugin = plugin;
        using var options = SessionSetup.Create();
        Append(options);
        _copier = new InferenceSession(CopyModel(), options);
        Memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, number, OrtMemType.Default);
        Allocator = new OrtAllocator(_copier, Memory);
    }

    /// <summary>Describes the device's memory.</summary>
    internal OrtMemoryInfo Memory { get; }

    /// <summary>Allocates the device's memory.</summary>
    internal OrtAllocator Allocator { get; }

    // TF32 would round products to 10 bits and miss the tolerance of exported models; searching for the fastest convolution for
    // every new shape doesn't pay where each batch has another length.
    private Dictionary<string, string> ProviderOptions => new() { ["use_tf32"] = "0", ["cudnn_conv_algo_search"] = "HEURISTIC" };

    /// <summary>Opens a device, or throws an error that says why it can't.</summary>
    /// <exception cref="ExecutionTargetException">The device can't be used.</exception>
    internal static CudaDevice Open(int number)
    {
        lock (Gate)
        {
            if (Opened.TryGetValue(number, out var device))
                return device;
            var search = new CudaSearch(ExecutionTarget.Cuda(number));
            if (search.DriverHasDevice())
            {
                device = search.Try($"the CUDA provider built into ONNX Runtime {OrtEnv.Instance().GetVersionString()}", () =>
                    new(number, null))
                    ?? search.Try("registering the provider library", () => new(number, search.Register()));
            }
            return Opened[number] = device ?? throw search.Failure();
        }
    }

    /// <summary>Device 0, or null with the reason. Looked for once per process.</summary>
    internal static CudaDevice? OpenForAuto(out string? reason)
    {
        lock (Gate)
        {
            if (_auto is null)
            {
                try
                {
                    _auto = (Open(0), null);
                }
                catch (ExecutionTargetException exception)
                {
                    _auto = (null, exception.Message);
                }
            }
            (var device, reason) = _auto.Value;
            return device;
        }
    }

    /// <summary>Puts the device's provider before the CPU's.</summary>
    internal void Append(SessionOptions options)
    {
        // a seed must repeat a run: kernels that can choose an order of summation take a fixed one
        options.AddSessionConfigEntry("session.use_deterministic_compute", "1");
        if (_plugin is not null)
        {
            options.AppendExecutionProvider(OrtEnv.Instance(), [_plugin], ProviderOptions);
            return;
        }
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new(ProviderOptions) { ["device_id"] = _number.ToString() });
        options.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>
    /// Copies bytes from one tensor to another; each may be in the device's or in host memory. Returns when they have arrived.
    /// </summary>
    internal void Copy(OrtValue source, OrtValue target)
    {
        using var binding = _copier.CreateIoBinding();
        using var run = new RunOptions();
        binding.BindInput("from", source);
        binding.BindOutput("to", target);
        binding.SynchronizeBoundInputs();
        _copier.RunWithBinding(run, binding);
        binding.SynchronizeBoundOutputs();
    }

    private static byte[] CopyModel()
    {
        var graph = new Graph("copy");
        graph.Output("to", graph.Input("from", ElementType.UInt8, ["bytes"]));
        return OnnxWriter.Write(graph).ToByteArray();
    }
}
