using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks of other programs in our trainers: an encoder of 20 token vectors and 12 positions.</summary>
[TestClass]
public class OnnxNetworkTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly OnnxNetworkOptions Names = new() { OutputName = "last", TokenInputName = "ids" };

    private sealed class Row
    {
        public int[] Tokens { get; set; } = [];

        public string Class { get; set; } = "";

        public float Number { get; set; }

        public string[] Tags { get; set; } = [];
    }

    // The class is that of the tokens' mean; the vocabulary has 19 tokens, ids 1 to 19.
    private static IDataView Rows(int count = 60, int most = 12, int vocabulary = 19)
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, count).Select(row =>
        {
            int[] tokens = [.. Enumerable.Range(0, row % most + 1).Select(_ => random.Next(vocabulary / 2) + (row % 2 == 0 ? 0
                : vocabulary / 2))];
            return new Row { Tokens = tokens, Class = row % 2 == 0 ? "low" : "high", Number = row % 2, Tags = [.. tokens.Select(token =>
                token < vocabulary / 2 ? "low" : "high")] };
        });
        var data = Ml.Data.LoadFromEnumerable(rows);
        return Ml.Transforms.Conversion.MapValueToKey([new("Label", "Class"), new("TagKeys", "Tags")]).Fit(data).Transform(data);
    }

    private static SequencePredictionTransformer Fit(OnnxNetworkOptions options, IDataView? rows = null, int epochs = 15) =>
        Ml.Sequences().Classification(new()
        {
            SequenceColumnName = "Tokens", VocabularySize = 19, Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), options),
            Epochs = epochs, LearningRate = 0.01f, BatchSize = 8,
        }).Fit(rows ?? Rows());

    [TestMethod]
    public void All_of_it_only_adapters_or_only_the_output_layer_is_trained()
    {
        foreach (var (tuning, least) in ((FineTuning, double)[])[(FineTuning.All, 0.95), (new() { Lora = new() { Rank = 2 } }, 0.8),
            (FineTuning.None, 0.6), (new() { Frozen = ["positions", "*bias"] }, 0.95)])
        {
            using var trained = Fit(Names with { Tuning = tuning });
            var metrics = Ml.Sequences().EvaluateClassification(trained.Transform(Rows()));
            Assert.IsGreaterThan(least, metrics.MicroAccuracy, $"{tuning}");
            Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
        }
    }

    [TestMethod]
    public void Tags_and_numbers_can_be_predicted()
    {
        var network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(11), Names);
        using var tags = Ml.Sequences().Tagging(new()
        {
            LabelColumnName = "TagKeys", SequenceColumnName = "Tokens", VocabularySize = 19, Network = network, Epochs = 15,
            LearningRate = 0.01f,
        }).Fit(Rows());
        Assert.IsGreaterThan(0.95, Ml.Sequences().EvaluateTagging(tags.Transform(Rows()), labelColumnName: "TagKeys").MicroAccuracy);
        using var numbers = Ml.Sequences().Regression(new()
        {
            LabelColumnName = "Number", SequenceColumnName = "Tokens", VocabularySize = 19, Network = network, Epochs = 15,
            LearningRate = 0.01f,
        }).Fit(Rows());
        Assert.IsLessThan(0.8, numbers.History.Epochs[^1].Loss);
    }

    [TestMethod]
    public void A_saved_network_predicts_the_same_without_its_source()
    {
        using var folder = new TemporaryFolder();
        using var trained = Fit(Names, epochs: 2);
        string zip = folder.File("model.zip"), onnx = folder.File("model.onnx");
        Ml.Model.SaveWhole(trained, Rows().Schema, zip);
        trained.ExportToOnnx(onnx);
        float[][] Scores(IDataView view) => [.. view.GetColumn<float[]>("Score")];
        var expected = Scores(trained.Transform(Rows()));
        foreach (var other in (IDataView[])[Ml.Model.LoadSequenceGraph(zip, out _).Transform(Rows()),
            Ml.Transforms.ApplySequenceModel(onnx).Fit(Rows()).Transform(Rows())])
            foreach (var (a, b) in expected.SelectMany(row => row).Zip(Scores(other).SelectMany(row => row)))
                Assert.AreEqual(a, b, 1e-5f);
        Assert.IsFalse(OnnxFile.Inspect(onnx).Operators.ContainsKey("If"));
    }

    [TestMethod]
    public void Adapters_are_saved_apart_and_continued_from()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("adapter.safetensors");
        var lora = new LoraOptions { Rank = 2, Targets = ["*.q.weight", "*.v.w"] };
        using (var trained = Fit(Names with { Tuning = new() { Lora = lora } }))
            trained.ExportAdapter(path);
        var saved = SafeTensors.Load(path);
        CollectionAssert.AreEquivalent(new[] { "layer.0.q.weight/lora_a", "layer.0.q.weight/lora_b", "layer.0.v.w/lora_a",
            "layer.0.v.w/lora_b",
            "output/weight", "output/bias" }, saved.Keys.ToArray());
        using (var again = Fit(Names with { Tuning = new() { Lora = lora with { Start = saved } } }, epochs: 1))
            Assert.IsLessThan(0.7, again.History.Epochs[0].Loss);
        Assert.Contains("no 'layer.0.k.w/lora_a'", Assert.ThrowsExactly<OnnxFileException>(() => Fit(Names with { Tuning = new()
            { Lora = lora with { Start = saved, Targets = ["*"] } } })).Message);
        using var whole = Fit(Names, epochs: 1);
        Assert.Contains("no adapters", Assert.ThrowsExactly<InvalidOperationException>(() => whole.ExportAdapter(path)).Message);
    }

    [TestMethod]
    public void Ids_of_other_vocabularies_can_be_mapped()
    {
        using var shifted = Fit(Names with { FirstTokenId = 0, PaddingId = 19 }, epochs: 2);
        Assert.IsLessThan(1e-4, shifted.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void A_vocabulary_that_does_not_fit() => Assert.Contains("vectors of 20 ids", Assert.ThrowsExactly<GraphException>(() =>
        Ml.Sequences().Classification(new() { SequenceColumnName = "Tokens", VocabularySize = 30, Epochs = 1,
            Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), Names) }).Fit(Rows())).Message);

    [TestMethod]
    public void New_tokens_get_vectors_that_are_trained()
    {
        var elements = ImportedModel.Load(Onnx.Tests.Files.Encoder());
        var table = elements.Elements(elements.Weights.Single(weight => weight.Name == "table")).As<float>();
        var width = table.Length / 20;
        float[] Vectors(OnnxNetworkOptions options)
        {
            var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
            var x = network.Input("x", ElementType.Int64, ["batch", "time"]);
            SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), options).Encode(new(network, Op.Filled(0f, ["time", "batch", 1], x),
                network.Input("n", ElementType.Int64, ["batch"])) { Tokens = x, TokenCount = 22 });
            return network.Parameters["table"].Value.As<float>();
        }
        var found = Vectors(Names with { NewTokens = new(20, [[3, 5], []]) });
        Assert.HasCount(22 * width, found);
        for (var i = 0; i < width; i++)
        {
            Assert.AreEqual((table[3 * width + i] + table[5 * width + i]) / 2, found[20 * width + i], 1e-6f);
            Assert.AreEqual(Enumerable.Range(0, 20).Average(row => table[row * width + i]), found[21 * width + i], 1e-6f);
        }
        CollectionAssert.AreEqual(table, found[..table.Length]);
        using var trained = Ml.Sequences().Classification(new()
        {
            SequenceColumnName = "Tokens", VocabularySize = 21, Epochs = 15, LearningRate = 0.01f, BatchSize = 8,
            Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), Names with { NewTokens = new(20, [[3, 5], []]) }),
        }).Fit(Rows(vocabulary: 21));
        Assert.IsGreaterThan(0.95, Ml.Sequences().EvaluateClassification(trained.Transform(Rows(vocabulary: 21))).MicroAccuracy);
        Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void New_tokens_that_do_not_fit()
    {
        void Refuses(string expected, AddedTokens added, FineTuning? tuning = null) => Assert.Contains(expected,
            Assert.ThrowsExactly<OnnxFileException>(() => SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(),
                Names with { NewTokens = added, Tuning = tuning ?? FineTuning.All })).Message);
        Refuses("aren't trained", new(20, [[3]]), new() { Frozen = ["table"] });
        Refuses("aren't trained", new(20, [[3]]), new() { Lora = new() });
        Refuses("from key 22 on, id 22; expected at least one, and an id of 1 to 20", new(22, [[3]]));
        Refuses("are 0 from key 20", new(20, []));
        Refuses("token 0 is made of key 20", new(20, [[20]]));
        Refuses("token 0 is made of key -1", new(20, [[-1]]));
    }

    [TestMethod]
    public void Sequences_longer_than_the_positions() => Assert.Contains("13 steps, expected at most 12",
        Assert.ThrowsExactly<InvalidDataException>(() => Fit(Names, Rows(most: 13))).Message);

    [TestMethod]
    public void A_column_that_has_no_tokens() => Assert.Contains("reads tokens", Assert.ThrowsExactly<ArgumentException>(() =>
        Ml.Sequences().Regression(new() { LabelColumnName = "Number", SequenceColumnName = "Ragged", FeatureCount = 2, Epochs = 1,
            Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), Names) }).Fit(EveryForm.Mapped(Ml, 12))).Message);

    [TestMethod]
    public void Options_that_do_not_go_together()
    {
        var network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), Names);
        Assert.Contains("InputDropout", Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().Classification(new()
            { SequenceColumnName = "Tokens", VocabularySize = 19, Network = network, InputDropout = 0.1f }).Fit(Rows())).Message);
        Assert.Contains("TokenInputName", Assert.ThrowsExactly<OnnxFileException>(() => SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(),
            new() { OutputName = "last" })).Message);
        Assert.Contains("no output 'first'", Assert.ThrowsExactly<OnnxFileException>(() => SequenceNetwork.FromOnnx(
            Onnx.Tests.Files.Encoder(), Names with { OutputName = "first" })).Message);
        Assert.Contains("reads token ids", Assert.ThrowsExactly<GraphException>(() => Ml.Sequences().MaskedPretraining(new()
            { SequenceColumnName = "Tokens", VocabularySize = 19, Network = network, Epochs = 1 }).Fit(Rows())).Message);
    }

    [TestMethod]
    public void Vectors_of_sequences_have_length_1()
    {
        var network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), Names);
        SequenceEmbeddingEstimator Vectors(bool normalize) => Ml.Sequences().Embedding(new()
            { Network = network, SequenceColumnName = "Tokens", VocabularySize = 19, Normalize = normalize });
        float[][] Scores(bool normalize) => [.. Vectors(normalize).Fit(Rows()).Transform(Rows()).GetColumn<float[]>("Score")];
        foreach (var (vector, plain) in Scores(true).Zip(Scores(false)))
        {
            Assert.AreEqual(1, vector.Sum(one => one * one), 1e-5f);
            var length = MathF.Sqrt(plain.Sum(one => one * one));
            foreach (var (a, b) in vector.Zip(plain))
                Assert.AreEqual(a, b / length, 1e-5f);
        }
        Assert.Contains("nothing was trained", Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.Sequences().Embedding(SequenceNetwork.Lstm()))
            .Message);
    }

    [TestMethod]
    public void Sentences_of_similar_meaning_are_near_each_other()
    {
        var tokenizer = TextTokenizer.WordPieces(System.Text.Encoding.UTF8.GetString(RealModels.SentenceTransformer("MiniLM",
            "vocab.txt")));
        var texts = Ml.Data.LoadFromEnumerable(((string[])["A man is playing the guitar.", "Someone plays a musical instrument.",
            "The stock market fell sharply on Monday."]).Select(text => new { Text = text }));
        var vectors = Ml.Transforms.TokenizeText("Features", "Text", new() { Tokenizer = tokenizer, AddBeginToken = true,
            AddEndToken = true })
            .Append(Ml.Sequences().Embedding(SequenceNetwork.FromOnnx(RealModels.SentenceTransformer("MiniLM", "model.onnx"))))
            .Fit(texts).Transform(texts).GetColumn<float[]>("Score").ToArray();
        float Cosine(int a, int b) => vectors[a].Zip(vectors[b]).Sum(pair => pair.First * pair.Second);
        Assert.IsGreaterThan(0.5f, Cosine(0, 1));
        Assert.IsLessThan(0.3f, Cosine(0, 2));
    }
}
