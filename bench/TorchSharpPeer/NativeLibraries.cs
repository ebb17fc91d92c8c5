using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Loads libtorch, also where the C++ library is a little older than TorchSharp's asks for.</summary>
internal static class NativeLibraries
{
    private const string Wanted = "GLIBCXX_3.4.32", Instead = "GLIBCXX_3.4";
    private const int VersionsSection = 0x6ffffffe;

    private static readonly byte[] NewStart = "_ZSt21ios_base_library_initv"u8.ToArray(), OldStart = "_ZNSt8ios_base4InitC1Ev"u8.ToArray();

    /// <summary>Loads TorchSharp's native library and with it libtorch.</summary>
    /// <exception cref="DllNotFoundException">They can't be loaded; the message says what is missing.</exception>
    internal static void Load()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var file = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        try
        {
            NativeLibrary.Load(file);
        }
        catch (DllNotFoundException error) when (error.Message.Contains(Wanted, StringComparison.Ordinal))
        {
            var library = File.ReadAllBytes(file);
            AskForOlder(library);
            // The same time as before, so that the next build leaves it alone.
            var written = File.GetLastWriteTimeUtc(file);
            File.WriteAllBytes(file + ".new", library);
            File.SetLastWriteTimeUtc(file + ".new", written);
            File.Move(file + ".new", file, overwrite: true);
            NativeLibrary.Load(file);
        }
    }

    // The library needs one function of that version: it starts the C++ streams. Up to GCC 12 the constructor of std::ios_base::Init
    // does so, which reads nothing of its object; it takes the function's place in the table of imports.
    private static void AskForOlder(byte[] library)
    {
        var (versions, strings) = Sections(library);
        var (wanted, instead) = (Entry(library, versions, strings, Wanted), Entry(library, versions, strings, Instead));
        library.AsSpan(instead, 4).CopyTo(library.AsSpan(wanted));              // the hash of the version's name
        library.AsSpan(instead + 8, 4).CopyTo(library.AsSpan(wanted + 8));      // the name
        var name = library.AsSpan(strings).IndexOf(NewStart);
        if (name < 0)
            throw new DllNotFoundException($"libLibTorchSharp.so asks for {Wanted} for another function than expected.");
        library.AsSpan(strings + name, NewStart.Length).Clear();
        OldStart.CopyTo(library, strings + name);
    }

    // Where the table of versions and its names stand in an ELF file of 64 bits.
    private static (int Versions, int Strings) Sections(byte[] library)
    {
        int headers = (int)Long(library, 0x28), size = Short(library, 0x3A), count = Short(library, 0x3C);
        for (var section = headers; section < headers + size * count; section += size)
            if (Int(library, section + 4) == VersionsSection)
                return ((int)Long(library, section + 24), (int)Long(library, headers + size * Int(library, section + 40) + 24));
        throw new DllNotFoundException("libLibTorchSharp.so has no table of the versions it needs.");
    }

    // A table a library, each with an entry a version: hash, flags, number, name, distance to the next entry.
    private static int Entry(byte[] library, int versions, int strings, string version)
    {
        for (int table = versions, step = -1; step != 0; table += step)
        {
            step = Int(library, table + 12);
            var entry = table + Int(library, table + 8);
            for (var i = Short(library, table + 2); i > 0; i--)
            {
                var name = library.AsSpan(strings + Int(library, entry + 8));
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                    return entry;
                entry += Int(library, entry + 12);
            }
        }
        throw new DllNotFoundException($"libLibTorchSharp.so does not ask for {version}.");
    }

    private static ushort Short(byte[] library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));

    private static int Int(byte[] library, int at) => BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(at));

    private static long Long(byte[] library, int at) => BinaryPrimitives.ReadInt64LittleEndian(library.AsSpan(at));
}
