using System.Security.Cryptography;

namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>What reads files, and what it may throw.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Whole">Files that it reads.</param>
/// <param name="Load">Reads a file's bytes.</param>
/// <param name="Documented">The exceptions that its documentation names.</param>
internal sealed record FuzzedLoader(string Name, byte[][] Whole, Action<byte[]> Load, params Type[] Documented)
{
    /// <summary>
    /// The same loader, of files that end in a checksum which holds again after the change: what stands behind that check is reached.
    /// </summary>
    /// <param name="documented">Exceptions that are documented for what can be read.</param>
    internal FuzzedLoader WithChecksum(params Type[] documented) => this with
    {
        Documented = [.. Documented, .. documented],
        Name = $"{Name} with a checksum that holds",
        Load = bytes =>
        {
            if (bytes.Length > SHA256.HashSizeInBytes)
                SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes), bytes.AsSpan(^SHA256.HashSizeInBytes..));
            Load(bytes);
        },
    };

    /// <summary>A loader of files by their path.</summary>
    internal static FuzzedLoader OfPath(string name, string path, byte[][] whole, Action<string> load, params Type[] documented) =>
        new(name, whole, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            load(path);
        }, documented);
}
