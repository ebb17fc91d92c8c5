using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>What all exported files have in common, whatever trained them.</summary>
[TestClass]
public class ExportedFileTests
{
    private static readonly TemporaryFolder Folder = new();

    private static readonly Lazy<ExportedFile[]> Files = new(() => [.. ExportedFiles.All(Folder)]);

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    public void No_input_may_be_left_out()
    {
        foreach (var file in Files.Value)
        {
            var inputs = OnnxFile.Inspect(file.Path).Inputs;
            Assert.IsNotEmpty(inputs, file.Name);
            foreach (var input in inputs)
                Assert.IsFalse(input.IsOptional, $"{file.Name}: {input}");
        }
    }

    [TestMethod]
    public void Every_trainer_that_exports_is_among_them()
    {
        var trainers = typeof(SequenceTrainer).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract
            && type.GetMethod("Fit", [typeof(IDataView)])?.ReturnType.GetMethod("ExportToOnnx", [typeof(string)]) is not null).ToArray();
        Assert.HasCount(13, trainers);
        CollectionAssert.AreEquivalent(trainers, Files.Value.Select(file => file.Trainer).Distinct().ToArray());
    }
}
