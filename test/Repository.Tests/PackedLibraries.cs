using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace MLSeqGraph.Repository.Tests;

/// <summary>The libraries and the tool packed into a temporary folder, without a trace in the clone, and a project there.</summary>
internal sealed class PackedLibraries : IDisposable
{
    private static readonly string[] Names = ["Onnx", "Transforms", "Trainers", "Experiments", "Mpi", "Cluster"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlseqgraph");

    internal PackedLibraries()
    {
        // A version that no package was ever made of, so that none in a cache is taken for it.
        Version = $"{Property("Directory.Build.props", "Version")}-test.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";
        var filter = Combine("packages.slnf");
        var projects = Names.Append("CommandLine").Select(name => $"src/{name}/MLSeqGraph.{name}.csproj");
        File.WriteAllText(filter, JsonSerializer.Serialize(new { solution = new { path = Root.Combine("MLSeqGraph.sln"), projects } }));
        Output = DotnetCommand.Run(Root.Path, "pack", filter, "--configuration", "Release", "--artifacts-path", Combine("artifacts"),
            // The solution's own build analyzed the code.
            "--disable-build-servers", "-p:RunAnalyzers=false", $"-p:Version={Version}");
    }

    internal string Version { get; }

    /// <summary>What packing wrote.</summary>
    internal string Output { get; }

    internal static IEnumerable<string> Packages => Names.Select(name => $"MLSeqGraph.{name}");

    internal string PathOf(string package, string extension) => Path.Combine(Packed, $"{package}.{Version}.{extension}");

    /// <summary>Writes a project of another folder and builds it.</summary>
    /// <param name="program">Its <c>Program.cs</c>.</param>
    /// <returns>The folder.</returns>
    internal string Build(string program)
    {
        var folder = Directory.CreateDirectory(Combine("consumer")).FullName;
        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
        // Adds a source to those the machine has.
        Write("NuGet.config", $"""<configuration><packageSources><add key="packed" value="{Packed}" /></packageSources></configuration>""");
        // Nothing of the folders above reaches the project.
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            Write(name, "<Project />");
        Write("Program.cs", program);
        var runtime = XDocument.Load(Root.Combine("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")!.Value == "Microsoft.ML.OnnxRuntime").Attribute("Version")!.Value;
        Write("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFrameworks>net8.0;net10.0</TargetFrameworks>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <!-- New packages stay in this folder; the others are read where the machine keeps them. -->
                <RestorePackagesPath>{Combine("cache")}</RestorePackagesPath>
                <RestoreFallbackFolders>{GlobalPackages()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MLSeqGraph.Trainers" Version="{Version}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{runtime}" />
              </ItemGroup>
            </Project>
            """);
        DotnetCommand.Run(folder, "build", "--disable-build-servers");
        return folder;
    }

    /// <summary>Installs the tool from its package.</summary>
    /// <returns>The program.</returns>
    internal string InstallTool()
    {
        var folder = Combine("tool");
        File.WriteAllText(Combine("NuGet.config"),
            $"""<configuration><packageSources><clear /><add key="packed" value="{Packed}" /></packageSources></configuration>""");
        DotnetCommand.Run(_folder.FullName, "tool", "install", "MLSeqGraph.CommandLine", "--tool-path", folder, "--version", Version,
            "--configfile", Combine("NuGet.config"));
        return Directory.EnumerateFiles(folder, "mlsg.dll", SearchOption.AllDirectories).Single();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Packed => Path.Combine(Combine("artifacts"), "package", "release");

    private string Combine(string name) => Path.Combine(_folder.FullName, name);

    // "global-packages: FOLDER"
    private static string GlobalPackages()
    {
        var line = DotnetCommand.Run(Root.Path, "nuget", "locals", "global-packages", "--list").Trim();
        return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Property(string file, string name) => XDocument.Load(Root.Combine(file)).Descendants(name).Single().Value;
}
