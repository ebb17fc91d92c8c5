using Microsoft.ML;
using MLSeqGraph.Experiments.Tests;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine.Tests;

[TestClass]
public class GenerateTests
{
    private sealed class Passage
    {
        public string Text { get; set; } = "";

        public string Reversed { get; set; } = "";
    }

    [TestMethod]
    public void A_language_model_writes_on_from_a_prompt()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Passage { Text = "abcabcabcabc"[(i % 3)..] }));
        var model = ml.Transforms.TokenizeText("Features", "Text", new() { Kind = TextTokenizerKind.Characters })
            .Append(ml.Sequences().LanguageModel(new()
            {
                Decoder = SequenceDecoder.Gru(hidden: 16), Epochs = 20, LearningRate = 2e-2f, BatchSize = 8,
            })).Fit(rows);
        model.LastTransformer.ExportToOnnx(folder.Path);
        var tokenizer = model.OfType<TextTransformer>().Single().Tokenizer;
        tokenizer.Save(folder.File("other.txt"));
        var zip = folder.File("model.zip");
        ml.Model.SaveWhole(model, rows.Schema, zip);
        Assert.Contains("There is no tokenizer beside", ToolRun.Of("generate", "--model", folder.Path, "--prompt", "ab").Errors);
        var numbers = string.Join(' ', tokenizer.EncodeKeys("ab"));
        var expected = string.Join(' ', tokenizer.EncodeKeys("cabcab"));
        Assert.AreEqual(expected, ToolRun.Good("generate", "--model", folder.Path, "--prompt", numbers, "--length", "6").Output.Trim());
        tokenizer.Save(folder.File("decoder.tokenizer.txt"));
        var run = ToolRun.Good("generate", "--model", folder.File("decoder.onnx"), "--prompt", "ab", "--prompt", "bc", "--length", "6",
            "--json", "--code").Json;
        Assert.AreEqual("cabcab abcabc", string.Join(' ', run.GetProperty("written").EnumerateArray()));
        GeneratedCodeTests.Compile(folder, run.GetProperty("code").GetString()!);
        foreach (var drawing in (string[][])[["--temperature", "0.01", "--seed", "3"], ["--beams", "2"], ["--top-k", "1"]])
            Assert.AreEqual("cabc", ToolRun.Good(["generate", "--model", zip, "--tokenizer", folder.File("other.txt"), "--prompt", "ab",
                "--length", "4", .. drawing]).Output.Trim());
        File.WriteAllLines(folder.File("prompts.txt"), ["ab", "abc"]);
        ToolRun.Good("generate", "--model", folder.Path, "--data", folder.File("prompts.txt"), "--output", folder.File("out.txt"),
            "--length", "3");
        CollectionAssert.AreEqual(new[] { "cab", "abc" }, File.ReadAllLines(folder.File("out.txt")));
    }

    [TestMethod]
    public void A_translator_needs_a_source()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Passage { Text = "ab", Reversed = "ba" }));
        var characters = new TextTokenizationOptions { Kind = TextTokenizerKind.Characters };
        var model = ml.Transforms.TokenizeText("Source", "Text", characters).Append(ml.Transforms.TokenizeText("Target", "Reversed",
            characters)).Append(ml.Sequences().Translation(new()
            {
                Encoder = SequenceNetwork.Gru(16), Decoder = SequenceDecoder.Gru(16), Epochs = 40, LearningRate = 1e-2f, BatchSize = 8,
            })).Fit(rows);
        model.LastTransformer.ExportToOnnx(folder.Path);
        TextTokenizer[] tokenizers = [.. model.OfType<TextTransformer>().Select(one => one.Tokenizer)];
        tokenizers[0].Save(folder.File("source.txt"));
        tokenizers[1].Save(folder.File("target.txt"));
        string[] command = ["generate", "--model", folder.Path, "--tokenizer", folder.File("source.txt"), "--target-tokenizer",
            folder.File("target.txt")];
        Assert.AreEqual("ba", ToolRun.Good([.. command, "--prompt", "ab"]).Output.Trim());
        Assert.Contains("A translator needs a source", ToolRun.Of(command).Errors);
    }

    [TestMethod]
    [DataRow(2, "There is no file '/no/such.onnx'", "--model", "/no/such.onnx")]
    [DataRow(2, "has no decoder.onnx; expected what ExportToOnnx", "--model", "/usr")]
    [DataRow(1, "'--model' is required")]
    public void Files_that_are_missing_are_named(int code, string part, params string[] arguments)
    {
        var run = ToolRun.Of(["generate", .. arguments]);
        Assert.AreEqual(code, run.Code, run.Errors);
        Assert.Contains(part, run.Errors);
    }
}
