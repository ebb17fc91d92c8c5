using Examples;
using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>Named surfaces, each of them a class.</summary>
internal sealed record ShapeData(string Name, IReadOnlyList<(string Name, TriangleMesh Mesh)> Meshes)
{
    /// <summary>What was found that is worth a line of the report.</summary>
    internal string[] Remarks { get; init; } = [];

    /// <summary>All <c>.off</c> files of a folder, or of its folder <c>off</c>.</summary>
    /// <exception cref="InvalidDataException">
    /// There are fewer than two, one is wrong (the message names file and line), or its triangles have no area.
    /// </exception>
    internal static ShapeData Load(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. ((string[])[folder, Path.Combine(folder, "off")]).Where(Directory.Exists)
            .SelectMany(Directory.GetFiles).Where(file => Ending(file) is not null).Order(StringComparer.Ordinal)] : [];
        if (files.Length < 2)
            throw new InvalidDataException($"{folder} has {files.Length} meshes in .off files; expected two or more, there or in its "
                + $"folder off.{FolderContents.Describe(folder, "Shapes")}");
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), [.. files.Select(file =>
            (Path.GetFileName(file)[..^Ending(file)!.Length], Surface(file)))])
        {
            Remarks = Unread.Files(((string[])[folder, Path.Combine(folder, "off")]).SelectMany(Unread.FilesOf), files,
                "only surfaces, .off or .off.gz, are read"),
        };
    }

    // Vertices at one place or on a line make no surface, whose size its forms are measured by.
    private static TriangleMesh Surface(string file)
    {
        var mesh = TriangleMesh.LoadOff(file);
        try
        {
            mesh.ToGraph();
            return mesh;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"{file}: {error.Message}", error);
        }
    }

    private static string? Ending(string file) => ((string[])[".off", ".off.gz"]).FirstOrDefault(ending =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
