using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

/// <summary>One call of a kernel: its inputs, outputs, scratch memory and threads.</summary>
internal sealed unsafe class KernelRun : IDisposable
{
    // Below this much work a second thread costs more than it saves.
    private const long LeastWorkOfPart = 16_384;
    private readonly IntPtr _context;
    private ScratchMemory? _scratch;

    internal KernelRun(IntPtr context) => _context = context;

    /// <summary>An input; a missing tensor where an optional one was left out.</summary>
    internal KernelTensor Input(int index)
    {
        IntPtr value;
        OrtNative.Check(OrtNative.Api->KernelContext_GetInput, _context, index, &value);
        return value == 0 ? default : OrtNative.Describe(value);
    }

    /// <summary>An output of the given sizes, not cleared; a missing tensor if nothing reads it.</summary>
    internal KernelTensor Output(int index, params ReadOnlySpan<long> sizes)
    {
        var value = OrtNative.Output(_context, index, sizes);
        return value == 0 ? default : new(OrtNative.Data(value), sizes);
    }

    /// <summary>Memory until the end of the call, aligned to 64 bytes and not cleared.</summary>
    internal T* Scratch<T>(long count) where T : unmanaged => (T*)(_scratch ??= new()).Take(checked(Math.Max(1, count) * sizeof(T)));

    /// <summary>
    /// The number of parts to divide work into, which depends only on the work, so that results don't depend on the number of threads.
    /// </summary>
    /// <param name="work">The amount of work, as the number of elements read or an equivalent.</param>
    /// <param name="most">The largest number of parts that makes sense.</param>
    internal static int Parts(long work, long most) => (int)Math.Clamp(work / LeastWorkOfPart, 1, Math.Min(64, Math.Max(1, most)));

    /// <summary>Where a part of a range begins: part <paramref name="parts"/> is its end.</summary>
    internal static long Start(long count, int part, int parts) => count / parts * part + count % parts * part / parts;

    /// <summary>
    /// Runs parts on the session's threads, each part once, in any order. An exception of a part is thrown when all have ended.
    /// </summary>
    internal void For(int parts, Action<int> body)
    {
        if (parts == 1)
        {
            body(0);
            return;
        }
        var loop = new Loop(body);
        var handle = GCHandle.Alloc(loop);
        try
        {
            OrtNative.ParallelFor(_context, &RunPart, parts, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }
        loop.Failure?.Throw();
    }

    /// <summary>Frees scratch memory.</summary>
    public void Dispose()
    {
        _scratch?.Dispose();
        _scratch = null;
    }

    [UnmanagedCallersOnly]
    private static void RunPart(void* state, nuint part)
    {
        var loop = (Loop)GCHandle.FromIntPtr((IntPtr)state).Target!;
        try
        {
            loop.Body((int)part);
        }
        catch (Exception exception)
        {
            loop.Failed((int)part, ExceptionDispatchInfo.Capture(exception));
        }
    }

    private sealed class Loop(Action<int> body)
    {
        private int _part = int.MaxValue;

        internal Action<int> Body => body;

        internal ExceptionDispatchInfo? Failure { get; private set; }

        // The exception of the first part is kept, regardless of which thread was faster.
        internal void Failed(int part, ExceptionDispatchInfo failure)
        {
            lock (this)
                if (part < _part)
                    (_part, Failure) = (part, failure);
        }
    }
}
