using System.Reflection;

namespace MLSeqGraph.Tests;

/// <summary>Models inside packages, which tests use where the package client has them already.</summary>
internal static class RealModels
{
    /// <summary>A file that a package of sentence transformers has as a resource.</summary>
    internal static byte[] SentenceTransformer(string name, string file)
    {
        var dll = InPackage($"sentencetransformers.{name.ToLowerInvariant()}", "24.9.52193", $"SentenceTransformers.{name}.dll");
        var assembly = Assembly.LoadFrom(dll);
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames()
            .Single(resource => resource.EndsWith(file, StringComparison.Ordinal)))!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The path of a file of a package; the test is skipped where it isn't there.</summary>
    internal static string InPackage(string package, string version, string file)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(packages, package, version);
        var found = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).FirstOrDefault() : null;
        if (found is null)
            Assert.Inconclusive($"No package {package} {version}: examples/FineTune fetches it, or any project that references it.");
        return found!;
    }
}
