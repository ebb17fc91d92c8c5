#:property PublishAot=false
#:property TargetFramework=net10.0

// Decides where ML.NET and ONNX Runtime come from, and fills feed/packages where the configured
// sources lack them. feed/README.md tells the story; the build runs this before restore.

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

string feed = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? throw new InvalidOperationException("Run it as: dotnet run feed/fill.cs");
string root = Path.GetDirectoryName(feed)!;
string work = Path.Combine(feed, "obj");
string packages = Path.Combine(feed, "packages");
string versionsFile = Path.Combine(feed, "versions.props");
string logFile = Path.Combine(work, "fill.log");

Directory.CreateDirectory(work);
Directory.CreateDirectory(packages); // a source that does not exist fails every restore
using FileStream held = TakeLock(Path.Combine(work, "fill.lock"));
try
{
    Fill();
    return 0;
}
catch (FillException e)
{
    // The form MSBuild takes for an error, so that it shows in a quiet build too.
    Console.Error.WriteLine($"feed/fill.cs : error FEED0001: {e.Message}");
    return 1;
}

void Fill()
{
    string microsoftML = CentralVersion(root, "MicrosoftMLVersion");
    string onnxRuntime = CentralVersion(root, "OnnxRuntimeVersion");
    // A version names its content, so that a package cache can never serve an older build. The first hash
    // covers the second's folders too: one of its packages depends on the other set.
    string[] shared = ["package-lock.json", "Directory.Build.props", "Directory.Packages.props", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Managed"];
    string feedMicrosoftML = $"{microsoftML}-feed.{Hash(["Microsoft.ML", "Microsoft.ML.OnnxTransformer", .. shared])}";
    string feedOnnxRuntime = $"{onnxRuntime}-feed.{Hash(shared)}";

    string real = $"""
        <Project>
          <!-- Nothing to change: the configured sources carry ML.NET {microsoftML} and ONNX Runtime {onnxRuntime}. -->
        </Project>

        """;
    string filled = $"""
        <Project>
          <!-- Written by feed/fill.cs: the configured sources lack ML.NET or ONNX Runtime. Delete this file to decide again. -->
          <PropertyGroup>
            <UsesFeed>true</UsesFeed>
            <MicrosoftMLVersion>{feedMicrosoftML}</MicrosoftMLVersion>
            <OnnxRuntimeVersion>{feedOnnxRuntime}</OnnxRuntimeVersion>
            <GoogleProtobufVersion>{XDocument.Load(Path.Combine(feed, "Directory.Packages.props")).Descendants("PackageVersion").Single(p => (string?)p.Attribute("Include") == "Google.Protobuf").Attribute("Version")!.Value}</GoogleProtobufVersion>
          </PropertyGroup>
        </Project>

        """;
    string realLine = $"Packages: Microsoft.ML {microsoftML} and ONNX Runtime {onnxRuntime} from the configured sources.";
    string filledLine = $"Packages: Microsoft.ML {feedMicrosoftML} and ONNX Runtime {feedOnnxRuntime} from feed/packages, the rest from the configured sources.";

    // Another process may have done the work while this one waited; or a checkout touched files without changing them.
    string? present = File.Exists(versionsFile) ? File.ReadAllText(versionsFile) : null;
    if (present == real || (present == filled && Packed(feedMicrosoftML, "Microsoft.ML", "Microsoft.ML.OnnxTransformer") && OnnxRuntimePacked(feedOnnxRuntime)))
    {
        File.SetLastWriteTimeUtc(versionsFile, DateTime.UtcNow);
        Console.WriteLine(present == real ? realLine : filledLine);
        return;
    }

    File.WriteAllText(logFile, "");
    // Once the sources were found lacking, a change of the feed's own files does not make them whole.
    string? probeFailure = present is null || !present.Contains("<UsesFeed>") ? Probe(microsoftML, onnxRuntime, CentralVersion(root, "GoogleProtobufVersion")) : "";
    if (probeFailure is null)
    {
        Write(real);
        Console.WriteLine(realLine);
        return;
    }

    if (probeFailure != "")
        Console.WriteLine($"The configured package sources could not be asked; using feed/ until feed/versions.props is deleted. The restore said:\n{probeFailure}");
    Pack(feedMicrosoftML, feedOnnxRuntime);
    Write(filled);
    Console.WriteLine(filledLine);
}

// Null when the packages are there, empty when they are not, else what the restore printed.
string? Probe(string microsoftML, string onnxRuntime, string protobuf)
{
    // Outside the repository, so that neither its NuGet.config nor its properties have a say.
    string folder = Directory.CreateTempSubdirectory("package-probe-").FullName;
    try
    {
        File.WriteAllText(Path.Combine(folder, "Probe.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.ML" Version="{microsoftML}" />
                <PackageReference Include="Microsoft.ML.OnnxTransformer" Version="{microsoftML}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime.Managed" Version="{onnxRuntime}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{onnxRuntime}" />
                <PackageReference Include="Google.Protobuf" Version="{protobuf}" />
              </ItemGroup>
            </Project>
            """);
        (int code, string output) = Run(folder, Dotnet(), "restore", "Probe.csproj", "--no-cache", "--nologo");
        return code == 0 ? null : Regex.IsMatch(output, "NU110[123]") ? "" : output;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

void Pack(string microsoftML, string onnxRuntime)
{
    string npm = Path.Combine(work, "npm");
    string source = Path.Combine(npm, "node_modules", "com.github.asus4.onnxruntime");
    string copiedLock = Path.Combine(npm, "package-lock.json");
    string lockFile = Path.Combine(feed, "package-lock.json");
    // The copied lock file is written last: it says that what lies beside it is complete.
    if (!File.Exists(copiedLock) || File.ReadAllText(copiedLock) != File.ReadAllText(lockFile))
    {
        string fetched = Path.Combine(work, "npm-new");
        DeleteFolder(fetched);
        DeleteFolder(npm);
        Directory.CreateDirectory(fetched);
        foreach (string file in new[] { "package.json", "package-lock.json", ".npmrc" })
            File.Copy(Path.Combine(feed, file), Path.Combine(fetched, file));
        bool windows = OperatingSystem.IsWindows();
        string[] arguments = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        (int code, string output) = windows ? Run(fetched, "cmd.exe", ["/d", "/c", .. arguments]) : Run(fetched, arguments[0], arguments[1..]);
        if (code == MissingProgram || (windows && code == 9009) || output.Contains("is not recognized"))
            throw new FillException("the configured package sources lack ML.NET or ONNX Runtime, and npm, which fetches a replacement, is not installed. Install Node.js (it brings npm), or configure a source that has the packages, and build again.");
        if (code != 0)
            throw new FillException($"'npm ci' failed with exit code {code}: {NpmReason(output)} The whole output is in feed/obj/fill.log. Check that npm reaches a registry, then build again.");
        foreach (string unused in new[] { "Android", "iOS~" })
            DeleteFolder(Path.Combine(fetched, "node_modules", "com.github.asus4.onnxruntime", "Plugins", unused));
        Directory.Move(fetched, npm);
    }

    string staged = Path.Combine(work, "packages");
    DeleteFolder(staged);
    (int packCode, string packOutput) = Run(feed, Dotnet(), "pack", "Feed.slnx", "-c", "Release", "--nologo", "-v", "q",
        $"-p:FeedMicrosoftMLVersion={microsoftML}", $"-p:FeedOnnxRuntimeVersion={onnxRuntime}", $"-p:FeedPacksOnnxRuntime={!OnnxRuntimePacked(onnxRuntime)}", $"-p:PackageOutputPath={staged}");
    if (packCode != 0)
    {
        Console.WriteLine(packOutput);
        throw new FillException($"packing feed/ failed: {Regex.Match(packOutput, ": error .*").Value.TrimStart(':', ' ')} The whole output is in feed/obj/fill.log; 'dotnet pack feed/Feed.slnx' repeats it.");
    }

    foreach (string made in Directory.GetFiles(staged, "*.nupkg"))
        File.Move(made, Path.Combine(packages, Path.GetFileName(made)), overwrite: true);
    foreach (string old in Directory.GetFiles(packages, "*.nupkg").Where(file => !file.EndsWith($".{microsoftML}.nupkg") && !file.EndsWith($".{onnxRuntime}.nupkg")))
        File.Delete(old);
}

bool Packed(string version, params string[] ids) => ids.All(id => File.Exists(Path.Combine(packages, $"{id}.{version}.nupkg")));

bool OnnxRuntimePacked(string version) => Packed(version, "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Managed");

string CentralVersion(string folder, string property) =>
    XDocument.Load(Path.Combine(folder, "Directory.Packages.props")).Descendants(property).Single().Value;

// Eight hex digits behind a letter: a version's part of digits alone must not start with a zero.
string Hash(params string[] parts)
{
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    IEnumerable<string> files = parts.Select(part => Path.Combine(feed, part)).SelectMany(path =>
        File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories));
    foreach (string name in files.Select(file => Path.GetRelativePath(feed, file).Replace('\\', '/'))
        .Where(name => !name.Contains("/bin/") && !name.Contains("/obj/")).Order(StringComparer.Ordinal))
    {
        byte[] content = File.ReadAllBytes(Path.Combine(feed, name));
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{content.Length}\n"));
        hash.AppendData(content);
    }
    return "h" + Convert.ToHexStringLower(hash.GetHashAndReset())[..8];
}

void Write(string content)
{
    string temporary = versionsFile + ".tmp";
    File.WriteAllText(temporary, content);
    File.Move(temporary, versionsFile, overwrite: true);
}

(int Code, string Output) Run(string folder, string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    // What the outer build put into the environment is not for the inner one, and no server may outlive it.
    foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        start.Environment.Remove(name);
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
    start.Environment["UseSharedCompilation"] = "false";
    var output = new StringBuilder();
    using var process = new Process { StartInfo = start };
    process.OutputDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
    process.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
    try
    {
        process.Start();
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return (MissingProgram, "");
    }
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    process.WaitForExit();
    File.AppendAllText(logFile, $"> {program} {string.Join(' ', arguments)}\n{output}\n");
    return (process.ExitCode, output.ToString());
}

static string Dotnet() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

// npm says what went wrong, then for several lines what else to know; its code and its log's path tell little.
static string NpmReason(string output) =>
    output.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => Regex.IsMatch(line, "^npm error (?!code|errno|syscall|path)")) ?? "";

static void DeleteFolder(string path)
{
    if (Directory.Exists(path))
        Directory.Delete(path, recursive: true);
}

static FileStream TakeLock(string path)
{
    for (int attempt = 0; ; attempt++)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (attempt < 3000) // ten minutes
        {
            Thread.Sleep(200);
        }
    }
}

partial class Program
{
    const int MissingProgram = -1;
}

sealed class FillException(string message) : Exception(message);
