using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Clients.Tests;

/// <summary>A text classifier's file says of real questions, in all runtimes, what the pipeline says: strings in, label out.</summary>
[TestClass]
public class QuestionTests
{
    private const double Tolerance = 1e-6;

    public required TestContext TestContext { get; set; }

    private sealed class Question
    {
        [LoadColumn(0)]
        public string Label { get; set; } = "";

        [LoadColumn(2)]
        public string Text { get; set; } = "";
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("white space")]
    [DataRow("words in lower case")]
    [DataRow("characters")]
    [DataRow("byte pairs")]
    public async Task Five_hundred_questions_have_the_labels_of_the_pipeline(string cut)
    {
        var folderOfQuestions = Path.Combine(SharedFolder.Data ?? "", "trec");
        if (SharedFolder.Data is null || !Directory.Exists(folderOfQuestions))
            Assert.Inconclusive(SharedFolder.NoData);
        var ml = new MLContext(1);
        IDataView Load(string part) => ml.Data.LoadFromTextFile<Question>(Path.Combine(folderOfQuestions, $"{part}.tsv"));
        var asked = Load("test");
        IEstimator<ITransformer> tokens = cut == "white space"
            ? ml.Transforms.Text.TokenizeIntoWords("Words", "Text")
                .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 1000))
            : ml.Transforms.TokenizeText("Features", "Text", new TextTokenizationOptions
            {
                Kind = cut == "characters" ? TextTokenizerKind.Characters : cut == "byte pairs" ? TextTokenizerKind.BytePairEncoding
                    : TextTokenizerKind.Words,
                Lowercase = cut.EndsWith("case", StringComparison.Ordinal), MaximumSize = 1000,
            });
        var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(tokens)
            .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = SequenceNetwork.Lstm(16, bidirectional: true), EmbeddingSize = 16, Epochs = 2, LearningRate = 0.01f,
                Target = ExecutionTarget.Cpu(1),
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(ml.Data.TakeRows(Load("train"), 1500));
        var scored = model.Transform(asked);
        string[] texts = [.. asked.GetColumn<string>("Text")], answers = [.. scored.GetColumn<string>("Answer")];
        var scores = scored.GetColumn<float[]>("Score").ToArray();
        Assert.HasCount(500, texts);
        Assert.IsGreaterThan(3, answers.Distinct().Count(), "The model learned too little to compare labels.");

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            ml.Model.ExportToOnnx(model, asked, Path.Combine(folder.FullName, "trec.onnx"));
            // All in batches, and some one by one.
            var cases = Enumerable.Range(0, 5).Select(i => Case($"batch {i + 1}", 100 * i, 100))
                .Concat(Enumerable.Range(0, 50).Select(i => Case($"row {i + 1}", 10 * i, 1)));
            Write("models", new[] { new { name = "trec", kind = "text in, label out" } });
            Write("trec", new { cases });
            await CompareAsync(folder.FullName);
            ml.Model.SaveWhole(model, asked.Schema, Path.Combine(folder.FullName, "trec.zip"));
            var loaded = ml.Model.Load(Path.Combine(folder.FullName, "trec.zip"), out _).Transform(asked);
            CollectionAssert.AreEqual(answers, loaded.GetColumn<string>("Answer").ToArray());
            var worst = loaded.GetColumn<float[]>("Score").Zip(scores, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
            Assert.IsLessThanOrEqualTo(Tolerance, worst);
            TestContext.WriteLine($"stock ML.NET: {worst:0e-0}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        object Case(string name, int first, int count) => new
        {
            name,
            inputs = new Dictionary<string, object> { ["Text"] = Tensor("string", [count], texts[first..(first + count)]) },
            outputs = new Dictionary<string, object>
            {
                ["PredictedLabel"] = Tensor("string", [count], answers[first..(first + count)]),
                ["Score"] = Tensor("float", [count, scores[0].Length], scores[first..(first + count)].SelectMany(score => score)),
            },
        };
        void Write(string name, object value) =>
            File.WriteAllText(Path.Combine(folder.FullName, $"{name}.json"), JsonSerializer.Serialize(value));
    }

    private static object Tensor<T>(string type, int[] dims, IEnumerable<T> data) => new { type, dims, data };

    private async Task CompareAsync(string folder)
    {
        var ran = new List<(string Runtime, Difference[] Differences)>
        {
            ("C#", Difference.Read(Programs.Minimal("check", folder).Output)),
        };
        if (Programs.FindPackages("node", out var reason) is { } node)
            ran.Add(("Node", Difference.Read(Programs.Run("node", node, "check.mjs", folder).Output)));
        else
            TestContext.WriteLine(reason);
        if (Programs.FindPackages("browser", out reason) is not null && Chromium.Find(out reason) is { } program)
        {
            await using var browser = await Chromium.StartAsync(program);
            using var files = new StaticFiles(Programs.Clients, folder);
            ran.Add(("browser", await Pages.CheckAsync(browser, files.Url, "/other/")));
        }
        else
            TestContext.WriteLine(reason);
        foreach (var (runtime, differences) in ran)
        {
            // A label that differs is an infinite difference.
            Assert.HasCount(55, differences, runtime);
            Assert.IsLessThanOrEqualTo(Tolerance, differences.Max(found => found.Value), runtime);
            TestContext.WriteLine($"{runtime}: {differences.Max(found => found.Value):0e-0}");
        }
    }
}
