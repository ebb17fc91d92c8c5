namespace Examples;

/// <summary>
/// Keeps a folder of results for one program at a time: each reads back the models that it wrote there, and would read those of the other.
/// </summary>
internal static class FolderLock
{
    internal const string Name = ".lock";

    /// <summary>Holds a folder, which is made where there is none, until what is returned is disposed of or the process ends.</summary>
    /// <exception cref="IOException">Another program holds it.</exception>
    internal static IDisposable Take(string folder)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, Name);
        try
        {
            // The file stays: if it were deleted, a third program could lock a new one while the second still waits for this.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new IOException($"Another program writes to '{folder}' now: it holds the file {Name} there. Wait until it has ended, or "
                + "name another folder with --output.", error);
        }
    }
}
