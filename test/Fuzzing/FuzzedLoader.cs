namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>What reads files, and what it may throw.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Whole">Files that it reads.</param>
/// <param name="Load">Reads a file's bytes.</param>
/// <param name="Documented">The exceptions that its documentation names.</param>
internal sealed record FuzzedLoader(string Name, byte[][] Whole, Action<byte[]> Load, params Type[] Documented)
{
    /// <summary>A loader of files by their path.</summary>
    internal static FuzzedLoader OfPath(string name, string path, byte[][] whole, Action<string> load, params Type[] documented) =>
        new(name, whole, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            load(path);
        }, documented);
}
