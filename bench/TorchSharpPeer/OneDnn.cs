using System.Runtime.InteropServices;

namespace MLSeqGraph.Bench.Peer;

/// <summary>
/// libtorch's switch for oneDNN, which TorchSharp does not bind. Without oneDNN an LSTM runs in
/// libtorch's own loop, which can be the faster one in training.
/// </summary>
internal static unsafe class OneDnn
{
    private static readonly delegate* unmanaged<nint> Context;
    private static readonly delegate* unmanaged<nint, byte, void> Enable;

    static OneDnn()
    {
        if (NativeLibrary.TryLoad("torch_cpu", typeof(OneDnn).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            && NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledMkldnnEb", out var enable))
        {
            Context = (delegate* unmanaged<nint>)context;
            Enable = (delegate* unmanaged<nint, byte, void>)enable;
        }
    }

    /// <summary>Whether it can be switched here.</summary>
    internal static bool CanSwitch => Enable != null;

    /// <summary>Turns it off for the rest of the process, or on again.</summary>
    internal static void Set(bool enabled)
    {
        if (CanSwitch)
            Enable(Context(), enabled ? (byte)1 : (byte)0);
    }
}
