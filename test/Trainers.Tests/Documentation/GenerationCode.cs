using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class GenerationCode
{
    private static readonly MLContext ml = new(1);

    private sealed class Passage
    {
        public string Text { get; set; } = "";
    }

    [TestMethod]
    public async Task Characters_are_written()
    {
        using var folder = new TemporaryFolder();
        var passages = ml.Data.LoadFromEnumerable(Enumerable.Repeat("abcabcabcabcabc", 20).Select(text => new Passage { Text = text }));
        Assert.IsGreaterThan(0, (await Write(passages, folder.Path)).Length);
    }

    private static async Task<string> Write(IDataView passages, string folder)
    {
        var written = "";
        // docs
        var characters = new TextTokenizationOptions { Kind = TextTokenizerKind.Characters };
        var pipeline = ml.Transforms.TokenizeText("Features", "Text", characters)
            .Append(ml.Sequences().LanguageModel(decoder: SequenceDecoder.Lstm(hidden: 128), epochs: 10));
        var model = pipeline.Fit(passages);
        var tokenizer = model.OfType<TextTransformer>().Single().Tokenizer;
        model.LastTransformer.ExportToOnnx(folder);           // decoder.onnx, greedy.onnx

        using var generator = SequenceGenerator.Load(Path.Combine(folder, "decoder.onnx"));
        var prompt = GenerationInput.FromPrompts([tokenizer.EncodeKeys("ab")]);
        await foreach (var token in generator.StreamAsync(prompt, new() { Temperature = 0.8, TopP = 0.95 }, new() { MaximumLength = 40 }))
            written += tokenizer.DecodeKeys(token.Token);
        // docs
        return written;
    }
}
