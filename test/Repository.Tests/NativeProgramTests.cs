using System.Diagnostics;
using System.Xml.Linq;

namespace MLSeqGraph.Repository.Tests;

/// <summary>MLSeqGraph.Onnx in a program that was compiled ahead of time: no warnings, and it generates and trains.</summary>
[TestClass]
public class NativeProgramTests
{
    // Beams as wide as there are sequences find what trying all of them finds; a model with kernels learns y = x1 - x2.
    private const string Program = """
        using MLSeqGraph.Onnx;
        using MLSeqGraph.Onnx.Tests;

        var info = new GenerationInfo(StartToken: 1, EndTokens: [2]);
        using var generator = SequenceGenerator.Load(ToyDecoders.Recurrent(1, 5, info, readsSource: true), ToyDecoders.Encoder(2, 5));
        var source = GenerationInput.FromSources([[3, 4, 1]]);
        GenerationOptions options = new() { MaximumLength = 4 };
        var beams = generator.BeamSearch(source, new() { Width = 625 }, options)[0][0];
        var all = generator.Exhaustive(source, options: options)[0][0];
        Console.WriteLine($"beams {string.Join(' ', beams.Tokens)}");
        Console.WriteLine($"all {string.Join(' ', all.Tokens)}");

        var model = TrainingModel.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, ["batch", 2]);
            var error = Op.MatMul(x, network.Parameter("w", [2, 1], Initializers.GlorotUniform))
                - network.Input("y", ElementType.Float, ["batch", 1]);
            return new(Op.ReduceMean(error * error, keepDims: false));
        }, new Adam(), 0, seed: 1);
        using var session = new TrainingSession(model, ExecutionTarget.Cpu(1));
        float[] features = [1, 0, 0, 1, 1, 1, 2, 1], targets = [1, -1, 0, 1];
        var loss = 0f;
        for (var step = 0; step < 300; step++)
        {
            session.Feed("x", features, 4, 2);
            session.Feed("y", targets, 4, 1);
            loss = session.Step(0.05f).Loss;
        }
        Console.WriteLine($"loss {loss < 1e-3f}");
        """;

    [TestMethod]
    public void A_native_program_generates_and_trains()
    {
        if (!OperatingSystem.IsLinux() || !HasLinker())
            Assert.Inconclusive("Programs are compiled ahead of time on Linux where clang or gcc links them.");
        var folder = Directory.CreateTempSubdirectory("mlseqgraph");
        try
        {
            var runtime = XDocument.Load(Root.Combine("Directory.Packages.props")).Descendants("PackageVersion")
                .Single(version => version.Attribute("Include")!.Value == "Microsoft.ML.OnnxRuntime").Attribute("Version")!.Value;
            File.WriteAllText(Path.Combine(folder.FullName, "Program.cs"), Program);
            File.WriteAllText(Path.Combine(folder.FullName, "Native.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <PublishAot>true</PublishAot>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup>
                    <Compile Include="{Root.Combine("test/Onnx.Tests/Generation/ToyDecoders.cs")}" />
                    <ProjectReference Include="{Root.Combine("src/Onnx/MLSeqGraph.Onnx.csproj")}" />
                    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{runtime}" />
                  </ItemGroup>
                </Project>
                """);
            DotnetCommand.Run(folder.FullName, "publish", "--output", "out", "--artifacts-path", Path.Combine(folder.FullName, "artifacts"),
                "--use-current-runtime", "--disable-build-servers", "-p:AnalyzesTrimming=true");
            var lines = Run(Path.Combine(folder.FullName, "out", "Native"));
            Assert.HasCount(3, lines);
            StringAssert.StartsWith(lines[0], "beams ");
            Assert.AreEqual("all" + lines[0]["beams".Length..], lines[1]);
            Assert.AreEqual("loss True", lines[2]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Run(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(1)), "The program didn't end.");
        Assert.AreEqual(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool HasLinker() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));
}
