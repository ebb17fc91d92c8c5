using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>The code of docs/machines.md about scoring.</summary>
[TestClass]
public class FolderScoringCode
{
    [TestMethod]
    public void A_model_scores_the_files_of_a_folder()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(1);
        var model = ml.Transforms.NormalizeMinMax("Score", nameof(Line.Value)).Fit(ml.Data.LoadFromEnumerable(
            new[] { new Line { Value = 0 }, new Line { Value = 4 } }));
        Directory.CreateDirectory(folder.File("shards"));
        for (var file = 0; file < 3; file++)
            File.WriteAllText(Path.Combine(folder.File("shards"), $"{file}.tsv"), $"{file}\n{file + 1}\n");
        var (scored, failed) = Run(model, folder.File("shards"), folder.File("scores"), folder.File("jobs.db"));
        Assert.AreEqual(3, scored);
        Assert.IsEmpty(failed);
        Assert.AreEqual("0.5 0.75", File.ReadAllText(Path.Combine(folder.File("scores"), "2.tsv")).Trim());
    }

    private static (int, IReadOnlyDictionary<string, string>) Run(ITransformer model, string shards, string scores, string database)
    {
        // docs
        using var job = new FolderScoring("tonight", shards, scores, database);
        var (scored, failed) = job.Run((input, output) => Score(model, input, output));
        // docs
        return (scored, failed);
    }

    private static void Score(ITransformer model, string input, Stream output)
    {
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromTextFile<Line>(input);
        using var writer = new StreamWriter(output, leaveOpen: true);
        writer.Write(string.Join(' ', model.Transform(rows).GetColumn<float>("Score")));
    }

    private sealed class Line
    {
        [LoadColumn(0)]
        public float Value { get; set; }
    }
}
