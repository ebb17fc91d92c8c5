using System.IO.Compression;
using System.Text;

namespace Examples.Tests;

/// <summary>A folder with files of text, gone at the end of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal TemporaryFolder(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
            Write(name, Encoding.UTF8.GetBytes(text));
    }

    internal string Path { get; } = Directory.CreateTempSubdirectory("readers-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal string Write(string name, byte[] bytes)
    {
        using Stream file = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(File.Create(this[name]), CompressionLevel.Optimal)
            : File.Create(this[name]);
        file.Write(bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
