using System.Reflection;
using System.Runtime.InteropServices;
using MPI;

namespace MLSeqGraph.Mpi;

/// <summary>Finds the machine's MPI library. MPI.NET asks for Microsoft's; MPICH's has the same binary interface.</summary>
internal static class MpiLibrary
{
    private const string Windows = "msmpi.dll";
    private static readonly object Guard = new();
    private static nint _handle;

    // MPICH's own names, then those of libraries that keep its binary interface (mpich.org/abi).
    private static string[] Names => OperatingSystem.IsWindows() ? [Windows] : OperatingSystem.IsMacOS()
        ? ["libmpi.12.dylib", "libmpich.dylib"] : ["libmpich.so.12", "libmpi.so.12", "libmpich.so"];

    /// <summary>Loads the library, once.</summary>
    /// <exception cref="DllNotFoundException">There is none: the message says what to install.</exception>
    internal static void Load()
    {
        lock (Guard)
        {
            if (_handle != 0)
                return;
            _handle = Find(Names);
            NativeLibrary.SetDllImportResolver(typeof(Unsafe).Assembly, (name, _, _) => name == Windows ? _handle : 0);
        }
    }

    /// <summary>The first library of these names that the machine has.</summary>
    /// <exception cref="DllNotFoundException">It has none of them.</exception>
    internal static nint Find(params string[] names)
    {
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out var handle))
                return handle;
        throw new DllNotFoundException($"There is no MPI library: tried {string.Join(", ", names)}. Install MPICH, on every machine: "
            + "'apt-get install mpich' on Debian and Ubuntu, 'dnf install mpich' on Fedora, 'brew install mpich' on macOS; on Windows "
            + "Microsoft MPI. Open MPI has another binary interface.");
    }
}
