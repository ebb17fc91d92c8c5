using System.Text.Json;
using Speech.Data;

namespace Examples.Tests;

/// <summary>What the program of speech reads, and that it runs.</summary>
[TestClass]
public sealed class SpeechTests
{
    [TestMethod]
    public void Silence_is_cut_off_at_both_ends()
    {
        float[] samples = [.. new float[800], .. Enumerable.Range(0, 800).Select(i => MathF.Sin(i)), .. new float[400]];
        Assert.HasCount(800, Sounds.Trim(samples));
        Assert.HasCount(500, Sounds.Trim(new float[500]));
    }

    [TestMethod]
    [DataRow("file\tlanguage\na.wav\ten\n", "line 1: 'file\tlanguage'; expected file, language, speaker, kind, label")]
    [DataRow("file\tlanguage\tspeaker\tkind\tlabel\na.wav\tde\tx\tnumber\t1\n", "has no recordings of English words such as zero")]
    [DataRow("file\tlanguage\tspeaker\tkind\tlabel\n../a.wav\ten\tx\tnumber\t1\n", "line 2: the file is '../a.wav'; expected the name")]
    public void Bad_tables_are_errors(string table, string message)
    {
        using var folder = new TemporaryFolder(("index.tsv", table));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Prompts.Read(folder.Path, SpokenWords.Digits)).Message,
            message);
    }

    [TestMethod]
    [DataRow("ctc", "strings.onnx")]
    [DataRow("attention", "strings/decoder.onnx")]
    public void The_program_trains_and_tests(string decoder, string file)
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("Speech", "--voices", "3", "--epochs", "1", "--hidden", "8", "--layers", "1",
            "--strings", "20", "--decoder", decoder, "--threads", "1", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "words right");
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["test_accuracy", "wer", "train_seconds", "onnx_max_difference"])
            Assert.IsTrue(double.IsFinite(figures.RootElement.GetProperty(name).GetDouble()), name);
        Assert.IsTrue(File.Exists(folder["words.zip"]) && File.Exists(folder[file]));
    }
}
