namespace MLSeqGraph.Tests;

/// <summary>Folders with test material that is not part of the repository.</summary>
internal static class SharedFolder
{
    /// <summary>Golden values; null where there are none on this machine.</summary>
    internal static string? Oracles { get; } = Find("MLSEQGRAPH_ORACLES", "oracles");

    /// <summary>Real data sets; null where there are none.</summary>
    internal static string? Data { get; } = Find("MLSEQGRAPH_DATA", "data");

    /// <summary>Why a test that needs them can't run.</summary>
    internal const string NoData = "No data sets: set MLSEQGRAPH_DATA to their folder, or put it at ../shared/data beside the repository.";

    /// <summary>Why a test that needs golden values can't run.</summary>
    internal const string NoOracles =
        "No oracle cases: set MLSEQGRAPH_ORACLES to their folder, or put it at ../shared/oracles beside the repository.";

    /// <summary>
    /// The folder an environment variable names, or ../shared/<paramref name="name"/> seen from the repository's root; null where
    /// neither exists.
    /// </summary>
    internal static string? Find(string variable, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return Directory.Exists(named) ? Path.GetFullPath(named) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MLSeqGraph.sln")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", name)) is var path && Directory.Exists(path)
                    ? path : null;
        return null;
    }
}
