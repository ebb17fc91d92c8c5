using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Files as the source of a loader.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    /// <summary>
    /// The files of paths. A path can hold the wildcards <c>*</c> and <c>?</c> in its last part, <c>...</c> for all the folders below
    /// it, and several paths joined by <c>+</c>. Where nothing is found the path stands for itself, and opening it fails.
    /// </summary>
    public MultiFileSource(params string[] paths)
    {
        if (paths is null || (paths.Length == 1 && paths[0] is null))
            paths = [];
        var files = paths.SelectMany(FilePaths.Expand).ToArray();
        _paths = files.Length > 0 ? files : paths;
    }

    /// <summary>The number of files.</summary>
    public int Count => _paths.Length;

    /// <summary>The path of a file.</summary>
    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(index >= 0 && index < Count, nameof(index));
        return _paths[index];
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public Stream Open(int index)
    {
        string path = GetPathOrNull(index);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception exception)
        {
            throw new IOException($"Could not open file '{path}'. Error is: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a file as text.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}

/// <summary>Finds the files a path with wildcards stands for.</summary>
internal static class FilePaths
{
    public static IEnumerable<string> Expand(string path)
    {
        if (path.IndexOfAny(['*', '?', '+']) < 0 && !path.Contains("...", StringComparison.Ordinal))
            return File.Exists(path) ? [path] : [];
        return path.Split('+', StringSplitOptions.RemoveEmptyEntries).SelectMany(ExpandOne).ToArray();
    }

    private static IEnumerable<string> ExpandOne(string path)
    {
        int below = path.IndexOf("...", StringComparison.Ordinal);
        if (below < 0 && path.IndexOfAny(['*', '?']) < 0)
            return File.Exists(path) ? [path] : [];
        string folder = below >= 0 ? path[..below] : Path.GetDirectoryName(path);
        string pattern = below >= 0 ? path[(below + 3)..].TrimStart('/', '\\') : Path.GetFileName(path);
        var option = below >= 0 ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        if (!Directory.Exists(folder is { Length: > 0 } ? folder : "."))
            return [];
        var files = Directory.GetFiles(folder is { Length: > 0 } ? folder : ".", pattern is { Length: > 0 } ? pattern : "*", option);
        return files.Order(StringComparer.Ordinal).Select(file => folder is { Length: > 0 } ? file : file[2..]);
    }
}
