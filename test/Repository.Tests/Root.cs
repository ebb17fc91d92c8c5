using System.Runtime.CompilerServices;

namespace MLSeqGraph.Repository.Tests;

/// <summary>The folder that holds everything.</summary>
internal static class Root
{
    internal static string Path { get; } = System.IO.Path
        .GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(ThisFile())!, "..", ".."));

    internal static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
