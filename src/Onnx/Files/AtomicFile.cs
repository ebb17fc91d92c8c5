namespace MLSeqGraph.Onnx;

/// <summary>Files that are either written whole or not at all.</summary>
internal static class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <summary>
    /// Writes a temporary file in the same folder, flushes it to the disk and renames it. If anything fails, the
    /// temporary file is deleted and an existing file is unchanged. Temporary files that killed processes left behind are deleted.
    /// A link is followed: the file it points to is written. An existing file's mode is kept.
    /// </summary>
    /// <exception cref="IOException">The file can't be written, or the path is a device, FIFO, socket or folder; the message names
    /// it.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            var full = Path.GetFullPath(path);
            if (SpecialFile.NameOf(full) is { } other)
                throw new IOException($"it is {other}, which is never replaced; expected a regular file, or nothing.");
            if (new FileInfo(full).LinkTarget is not null)
                full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
            var (folder, name) = (Path.GetDirectoryName(full) ?? full, Path.GetFileName(full));
            DeleteStrays(folder, name);
            temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}{Suffix}");
            // It is renamed before it is closed, since an open file isn't taken for a stray one.
            using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(file);
            file.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows() && File.Exists(full))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(full));
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception exception)
        {
            if (temporary is not null)
                TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
                throw new IOException($"'{path}' can't be written: {exception.Message}", exception);
            throw;
        }
    }

    // A file that a process is still writing can't be opened exclusively.
    private static void DeleteStrays(string folder, string name)
    {
        foreach (var stray in Directory.EnumerateFiles(folder, $".{name}.*{Suffix}"))
            try
            {
                using var file = new FileStream(stray, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // it is in use, or belongs to another user
            }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the error that brought us here is the one to report
        }
    }
}
