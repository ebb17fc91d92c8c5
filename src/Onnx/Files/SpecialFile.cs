using System.Runtime.InteropServices;
using System.Text;

namespace MLSeqGraph.Onnx;

/// <summary>Tells what stands at a path that isn't a file to be replaced: renaming a file onto a device destroys the device.</summary>
internal static class SpecialFile
{
    private const int CurrentFolder = -100, ModeAt = 28, TypeBits = 0xF000;
    private const uint TypeMask = 1;

    /// <summary>What stands there, links followed; null for a regular file, for nothing, and where the system doesn't tell.</summary>
    internal static string? NameOf(string path) =>
        Directory.Exists(path) ? "a folder"
        : OperatingSystem.IsWindows() ? path.StartsWith(@"\\.\", StringComparison.Ordinal) ? "a device" : null
        : OperatingSystem.IsLinux() ? TypeOf(path) switch
        {
            0x1000 => "a FIFO",
            0x2000 => "a character device",
            0x6000 => "a block device",
            0xC000 => "a socket",
            _ => null,
        } : null;

    // The type of a file is in no property of .NET's. struct statx is the same on all processors.
    private static unsafe int? TypeOf(string path)
    {
        var about = stackalloc byte[256];
        try
        {
            fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
                return statx(CurrentFolder, name, 0, TypeMask, about) == 0 ? *(ushort*)(about + ModeAt) & TypeBits : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

#pragma warning disable IDE1006, SYSLIB1054, CA5392 // the system's name; nothing to marshal
    [DllImport("libc", ExactSpelling = true)]
    private static extern unsafe int statx(int folder, byte* path, int flags, uint mask, byte* about);
#pragma warning restore IDE1006, SYSLIB1054, CA5392
}
