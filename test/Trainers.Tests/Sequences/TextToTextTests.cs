using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Several tasks in one translator of T5's form, told apart by a word in front, and its start from restoring spans.</summary>
[TestClass]
public class TextToTextTests
{
    private readonly MLContext _ml = new(1);

    private static readonly TransformerOptions Shape = TransformerOptions.T5 with
    {
        Hidden = 32, Heads = 4, Layers = 2, FeedForwardSize = 48,
    };

    private sealed class Row
    {
        public string Input { get; set; } = "";

        public string Output { get; set; } = "";
    }

    // "first b a c" → "b", "last b a c" → "c", "both b a c" → "c b"
    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            string[] words = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => "abcdefgh"[random.Next(8)].ToString())];
            var task = ((string[])["first", "last", "both"])[row % 3];
            return new Row
            {
                Input = $"{task} {string.Join(' ', words)}",
                Output = task switch { "first" => words[0], "last" => words[^1], _ => $"{words[^1]} {words[0]}" },
            };
        })];
    }

    private ITransformer Tokens(Row[] rows) => _ml.Transforms.TokenizeText([new("Source", "Input"), new("Target", "Output")],
        new() { MinimumCount = 1 }).Fit(_ml.Data.LoadFromEnumerable(rows));

    private static TranslationTrainer.Options Options(int epochs) => new()
    {
        Encoder = SequenceNetwork.Transformer(Shape), Decoder = SequenceDecoder.Transformer(Shape), ShareEmbeddings = true,
        EmbeddingSize = 32, Epochs = epochs, BatchSize = 32, LearningRate = 4e-3f, GradientClipNorm = 1, BeamWidth = 1, MaximumLength = 8,
        Schedule = LearningRateSchedule.WarmUp(40, LearningRateSchedule.Cosine(0.05f)), Seed = 1, Target = ExecutionTarget.Cpu(1),
    };

    [TestMethod]
    public void Tasks_are_told_apart_by_their_prefix()
    {
        var rows = Rows(1500, 1);
        var tokens = Tokens(rows);
        using var model = _ml.Sequences().Translation(Options(12)).Fit(tokens.Transform(_ml.Data.LoadFromEnumerable(rows)));
        var test = tokens.Transform(_ml.Data.LoadFromEnumerable(Rows(150, 2)));
        uint[][] expected = [.. test.GetColumn<uint[]>("Target")], written = [.. model.Transform(test).GetColumn<uint[]>("PredictedLabel")];
        for (var task = 0; task < 3; task++)
        {
            int[] of = [.. Enumerable.Range(0, expected.Length).Where(row => row % 3 == task)];
            Assert.IsGreaterThan(0.9, of.Count(row => expected[row].SequenceEqual(written[row])) / (double)of.Length, $"task {task}");
        }
        Assert.IsLessThan(1e-4, model.Verification.LargestDifference);

        // The files do the same, and take tokens that they don't know.
        var folder = Directory.CreateTempSubdirectory("mlseqgraph").FullName;
        model.ExportToOnnx(folder);
        using (var session = OnnxSession.Load(Path.Combine(folder, "greedy.onnx")))
        {
            long[] source = [.. test.GetColumn<uint[]>("Source").First().Select(key => (long)key)];
            long[] Run(params long[] ids) => session.Run(new Dictionary<string, TensorData>
            {
                ["source"] = TensorData.Create(ids, 1, ids.Length), ["max_length"] = TensorData.Vector(8L),
            })["generated"].As<long>();
            CollectionAssert.AreEqual(written[0].Select(key => (long)key).ToArray(), Run(source)[..written[0].Length]);
            // Behind the last token stand the decoder's start and end: unknown to the source.
            var count = ((KeyDataViewType)((VectorDataViewType)test.Schema["Source"].Type).ItemType).Count;
            CollectionAssert.AreEqual(Run([source[0], (long)count + 1, source[^1]]), Run([source[0], (long)count + 100, source[^1]]));
        }
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Restoring_spans_is_a_start()
    {
        var rows = Rows(600, 1);
        var texts = _ml.Data.LoadFromEnumerable(rows);
        var plain = ((TextTransformer)Tokens(rows)).Tokenizer;
        var tokenizer = plain.WithTokens([.. Enumerable.Range(0, 4).Select(SpanCorruptionOptions.Sentinel)]);
        var corrupted = _ml.Transforms.TokenizeText("Tokens", "Input", new() { Tokenizer = tokenizer })
            .Append(_ml.Transforms.CorruptSpans("Source", "Target", "Tokens", new() { Sentinels = 4 })).Fit(texts).Transform(texts);
        var labelled = _ml.Transforms.TokenizeText([new("Source", "Input"), new("Target", "Output")], new() { Tokenizer = tokenizer })
            .Fit(texts).Transform(texts);
        using var start = _ml.Sequences().Translation(Options(4)).Fit(corrupted);
        // Weights that aren't changed write as before.
        var same = Options(1);
        (same.Pretrained, same.LearningRate) = (start, 1e-12f);
        using var copy = _ml.Sequences().Translation(same).Fit(corrupted);
        foreach (var (before, after) in start.Transform(corrupted).GetColumn<uint[]>("PredictedLabel").Take(20)
            .Zip(copy.Transform(corrupted).GetColumn<uint[]>("PredictedLabel")))
            CollectionAssert.AreEqual(before, after);
        // They learn the tasks too.
        var options = Options(3);
        options.Pretrained = start;
        using var tuned = _ml.Sequences().Translation(options).Fit(labelled);
        Assert.IsLessThan(tuned.History.Epochs[0].Loss, tuned.History.Epochs[^1].Loss);

        string Refused(Action<TranslationTrainer.Options> change, IDataView data)
        {
            var refused = Options(1);
            refused.Pretrained = start;
            change(refused);
            return Assert.ThrowsExactly<ArgumentException>(() => _ml.Sequences().Translation(refused).Fit(data)).Message;
        }
        StringAssert.Contains(Refused(options => options.Decoder = SequenceDecoder.Transformer(Shape with { Layers = 1 }), labelled),
            "Pretrained (Transformer) doesn't fit the network (Transformer): it has a parameter 'decoder_memory/layer_1/");
        StringAssert.Contains(Refused(options => options.ShareEmbeddings = false, labelled),
            "it has no parameter 'source_embedding/table'");
        var others = _ml.Transforms.TokenizeText([new("Source", "Input"), new("Target", "Output")], new() { Tokenizer = plain })
            .Fit(texts).Transform(texts);
        StringAssert.Contains(Refused(_ => { }, others), "Column 'Source' has other tokens");
    }

    [TestMethod]
    public void Shared_vectors_need_one_vocabulary()
    {
        var rows = _ml.Data.LoadFromEnumerable(Rows(60, 1));
        var apart = _ml.Transforms.TokenizeText("Source", "Input").Append(_ml.Transforms.TokenizeText("Target", "Output")).Fit(rows)
            .Transform(rows);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Sequences().Translation(Options(1)).Fit(apart)).Message,
            "Column 'Source' has another vocabulary than column 'Target'");
        var picture = Options(1);
        picture.Encoder = ImageNetwork.ConvNet(new ImageShape(8, 8, 1));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(picture.Validate).Message, "ShareEmbeddings is True");
    }

    [TestMethod]
    public void Steps_with_a_cache_are_those_of_the_whole_sequence()
    {
        var decoder = SequenceDecoder.Transformer(TransformerOptions.T5 with { Hidden = 8, Heads = 2 });
        var forms = new DecoderForms(decoder, batch: 3, steps: 7, source: 5);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        var whole = forms.Whole(x, sources);
        foreach (var chunk in new[] { 1, 3, 7 })
        {
            var chunks = forms.InChunks(x, sources, chunk, capacity: 9);
            for (var i = 0; i < whole.Length; i++)
                Assert.AreEqual(whole[i], chunks[i], 1e-4f, $"chunks of {chunk}, element {i}");
        }
    }

    [TestMethod]
    public void Nothing_in_its_layers_has_a_bias()
    {
        var parameters = new ParameterSet();
        var network = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        var x = new Sequence(network, network.Input("x", ElementType.Float, ["time", "batch", 32]), null);
        SequenceNetwork.Transformer(Shape).Encode(x);
        // 2 layers of 4 + 3 maps and 2 scales, a scale before and behind, and one table of biases for distances.
        Assert.HasCount(2 * 9 + 3, parameters.All.ToArray());
        Assert.IsFalse(parameters.All.Any(parameter => parameter.Name.EndsWith("/bias", StringComparison.Ordinal)));
        Assert.ContainsSingle(parameter => parameter.Name.Contains("relative_bias", StringComparison.Ordinal), parameters.All);
    }
}
