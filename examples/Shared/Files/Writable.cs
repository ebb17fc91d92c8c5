using MLSeqGraph.Onnx;

namespace Examples;

/// <summary>Finds out before a long run whether its results can be written.</summary>
internal static class Writable
{
    /// <summary>Makes a folder where there is none, and a file in it that is gone at once.</summary>
    /// <exception cref="IOException">It can't be done; the message names the option.</exception>
    internal static void RequireFolder(string path, string option)
    {
        try
        {
            TryIn(Directory.CreateDirectory(path).FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"{option} is {path}, where no files can be written ({error.Message.TrimEnd('.')}); expected a folder, "
                + "or a path at which one can be made.", error);
        }
    }

    /// <summary>Checks that a file can be made at a path, or replaced there; devices are written as they are.</summary>
    /// <exception cref="IOException">It can't be done; the message names the option.</exception>
    internal static void RequireFile(string path, string option)
    {
        try
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(full) || full.EndsWith(Path.DirectorySeparatorChar))
                throw new IOException("It is a folder");
            if (SpecialFile.NameOf(full) is not null)
                return;
            if (new FileInfo(full).LinkTarget is not null)
                full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
            TryIn(Path.GetDirectoryName(full)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"{option} is {path}, which can't be written ({error.Message.TrimEnd('.')}); expected a file in a folder "
                + "that exists.", error);
        }
    }

    private static void TryIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new IOException($"There is no folder {folder}");
        using var file = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write,
            FileShare.None, 1, FileOptions.DeleteOnClose);
    }
}
