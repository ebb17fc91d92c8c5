using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Passes an exception from a kernel to the caller of the session: ONNX Runtime passes a status, which contains a number under which the
/// exception is kept.
/// </summary>
internal static partial class KernelFailure
{
    // Old failures that weren't asked for, such as those of other sessions' users, are dropped.
    private const int Kept = 64;
    private static readonly Queue<(int Number, ExceptionDispatchInfo Exception)> Failures = [];
    private static int _count;

    /// <summary>A status for ONNX Runtime. Never throws.</summary>
    internal static IntPtr Status(Kernel kernel, Exception exception)
    {
        try
        {
            lock (Failures)
            {
                Failures.Enqueue((++_count, ExceptionDispatchInfo.Capture(exception)));
                if (Failures.Count > Kept)
                    Failures.Dequeue();
                return OrtNative.Failure($"{kernel.Name}: {exception.Message} (kernel failure {_count})");
            }
        }
        catch (Exception)
        {
            return OrtNative.Failure("a kernel failed");
        }
    }

    /// <summary>Throws the exception that a kernel threw, where that is what ONNX Runtime reports.</summary>
    internal static void Rethrow(OnnxRuntimeException reported)
    {
        var match = Number().Match(reported.Message);
        if (!match.Success)
            return;
        var number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        ExceptionDispatchInfo? failure;
        lock (Failures)
            failure = Failures.FirstOrDefault(kept => kept.Number == number).Exception;
        failure?.Throw();
    }

    [GeneratedRegex(@"\(kernel failure (\d+)\)")]
    private static partial Regex Number();
}
