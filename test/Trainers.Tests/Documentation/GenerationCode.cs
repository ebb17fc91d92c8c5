using Microsoft.ML;
using Microsoft.ML.Data;
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

    private sealed class Asked
    {
        public string Question { get; set; } = "";

        public string Answer { get; set; } = "";
    }

    [TestMethod]
    public void Tasks_are_answered()
    {
        string[] texts = ["plural : leaf tree river", "leaves trees rivers and stones", "plural : stone and leaf"];
        var unlabelled = ml.Data.LoadFromEnumerable(texts.Select(text => new Passage { Text = text }));
        var tasks = ml.Data.LoadFromEnumerable(Enumerable.Repeat((Asked[])[new() { Question = "plural: leaf", Answer = "leaves" },
            new() { Question = "plural: tree", Answer = "trees" }], 300).SelectMany(task => task));
        var scored = Answer(texts, unlabelled, tasks).Transform(tasks);
        uint[][] right = [.. scored.GetColumn<uint[]>("Target")], written = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        CollectionAssert.AreEqual(right[0], written[0]);
        CollectionAssert.AreEqual(right[1], written[1]);
    }

    private static ITransformer Answer(string[] texts, IDataView unlabelled, IDataView tasks)
    {
        // docs
        string[] sentinels = [.. Enumerable.Range(0, 100).Select(SpanCorruptionOptions.Sentinel)];
        var words = new TextTokenizationOptions { Tokenizer = TextTokenizer.Words(texts).WithTokens(sentinels) };
        var shape = TransformerOptions.T5 with { Hidden = 64 };
        TranslationTrainer.Options Options(TranslationTransformer? start = null) => new()
        {
            Encoder = SequenceNetwork.Transformer(shape), Decoder = SequenceDecoder.Transformer(shape), EmbeddingSize = 64,
            ShareEmbeddings = true, Pretrained = start, Epochs = 10,
        };

        var restoring = ml.Transforms.TokenizeText("Tokens", "Text", words)
            .Append(ml.Transforms.CorruptSpans("Source", "Target", "Tokens"))           // 15 % of the tokens, in spans of 3
            .Append(ml.Sequences().Translation(Options())).Fit(unlabelled).LastTransformer;
        var answering = ml.Transforms.TokenizeText([new("Source", "Question"), new("Target", "Answer")], words)
            .Append(ml.Sequences().Translation(Options(start: restoring))).Fit(tasks);  // "plural: leaf", "leaves"
        // docs
        return answering;
    }
}
