using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Vectors of words learned in pipelines.</summary>
[TestClass]
public class WordVectorEstimatorTests
{
    private static readonly MLContext Ml = new(1);

    internal sealed class Row
    {
        public string[] Words { get; set; } = [];

        public string Label { get; set; } = "";
    }

    // Animals eat, and things are made of stuff: words of a kind stand near the same words.
    internal static Row[] Sentences(int count, int seed = 1)
    {
        string[] animals = ["cat", "dog", "horse", "cow"], foods = ["grass", "meat", "corn"], things = ["table", "chair", "door", "box"],
            stuffs = ["wood", "steel", "glass"];
        var random = new Random(seed);
        string Of(string[] words) => words[random.Next(words.Length)];
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0
            ? new Row { Words = ["the", Of(animals), "eats", Of(foods)], Label = "animal" }
            : new Row { Words = ["the", Of(things), "needs", Of(stuffs)], Label = "thing" })];
    }

    private static WordVectorEstimator.Options Small(WordVectorMethod method = WordVectorMethod.SkipGram) => new()
    {
        Method = method, Size = 12, Epochs = 12, Subsampling = 0, Threads = 1, LearningRate = 0.05f, Seed = 3,
    };

    private static WordVectors Learn(WordVectorEstimator.Options options, int sentences = 3000) =>
        Ml.Sequences().WordVectors(options).Fit(Ml.Data.LoadFromEnumerable(Sentences(sentences))).Vectors;

    [TestMethod]
    [DataRow(WordVectorMethod.SkipGram, WordVectorLoss.NegativeSampling, false, 1)]
    [DataRow(WordVectorMethod.SkipGram, WordVectorLoss.NegativeSampling, false, 3)]
    [DataRow(WordVectorMethod.SkipGram, WordVectorLoss.NegativeSampling, false, 16)]
    [DataRow(WordVectorMethod.SkipGram, WordVectorLoss.HierarchicalSoftmax, false, 1)]
    [DataRow(WordVectorMethod.ContinuousBagOfWords, WordVectorLoss.NegativeSampling, false, 2)]
    [DataRow(WordVectorMethod.ContinuousBagOfWords, WordVectorLoss.HierarchicalSoftmax, false, 1)]
    [DataRow(WordVectorMethod.SkipGram, WordVectorLoss.NegativeSampling, true, 2)]
    [DataRow(WordVectorMethod.GloVe, WordVectorLoss.NegativeSampling, false, 2)]
    public void Words_of_a_kind_are_near_each_other_and_a_seed_repeats(WordVectorMethod method, WordVectorLoss loss, bool subwords,
        int threads)
    {
        var options = Small(method);
        (options.Loss, options.Threads) = (loss, threads);
        options.Subwords = subwords ? new(3, 4, 1000) : null;
        options.Epochs = method == WordVectorMethod.GloVe ? 60 : 12;
        var vectors = Learn(options);
        string[] kinds = ["cat dog horse cow", "grass meat corn", "table chair door box", "wood steel glass"];
        foreach (var kind in kinds.Select(words => words.Split(' ')))
            foreach (var word in kind)
                CollectionAssert.IsSubsetOf(vectors.Nearest(word, kind.Length - 1).Select(near => near.Word).ToArray(), kind, word);
        CollectionAssert.AreEqual(vectors.All.ToArray(), Learn(options).All.ToArray());
        options.Seed++;
        CollectionAssert.AreNotEqual(vectors.All.ToArray(), Learn(options).All.ToArray());
    }

    [TestMethod]
    public void GloVe_does_not_depend_on_the_threads()
    {
        var options = Small(WordVectorMethod.GloVe);
        var one = Learn(options);
        options.Threads = 4;
        CollectionAssert.AreEqual(one.All.ToArray(), Learn(options).All.ToArray());
    }

    [TestMethod]
    public void Sentences_that_do_not_fit_into_memory_give_the_same()
    {
        var options = Small();
        options.Epochs = 1;
        var kept = Learn(options, 70_000);
        options.MemoryMegabytes = 1;
        CollectionAssert.AreEqual(kept.All.ToArray(), Learn(options, 70_000).All.ToArray());
    }

    [TestMethod]
    public void Unknown_words_have_the_vectors_of_their_ngrams()
    {
        var options = Small();
        options.Subwords = new(3, 4, 5000);
        var vectors = Learn(options);
        var vector = vectors.VectorOf("horses");
        Assert.IsGreaterThan(vectors.Similarity("horses", "table"), vectors.Similarity("horses", "horse"));
        Assert.HasCount(12, vector);
        // <horses> of 3 and 4 characters: 6 and 5 n-grams; the vector is their mean.
        Assert.HasCount(11, options.Subwords.NumbersOf("horses"));
        Assert.ThrowsExactly<KeyNotFoundException>(() => Learn(Small()).VectorOf("horses"));
    }

    [TestMethod]
    public void Pipelines_are_saved_and_tables_exported()
    {
        var data = Ml.Data.LoadFromEnumerable(Sentences(200));
        var options = Small();
        options.Subwords = new(3, 4, 50);
        var trained = Ml.Sequences().WordVectors(options).Fit(data);
        using var folder = new TemporaryFolder();
        Ml.Model.Save(trained, data.Schema, folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        var expected = trained.Transform(data).GetColumn<float[]>("Embedding").First();
        CollectionAssert.AreEqual(expected, loaded.Transform(data).GetColumn<float[]>("Embedding").First());
        CollectionAssert.AreEqual(trained.Vectors[trained.Vectors.PlaceOf("the")].ToArray(), expected[..12]);
        Assert.IsLessThan(1e-6, trained.WriteOnnxTable(folder.File("vectors.onnx")));
        using var session = MLSeqGraph.Onnx.OnnxSession.Load(folder.File("vectors.onnx"));
        var rows = session.Run(new Dictionary<string, MLSeqGraph.Onnx.TensorData>
        {
            ["tokens"] = MLSeqGraph.Onnx.TensorData.Create([1L, 0L, 999L], 1, 3),
        })["Embedding"].As<float>();
        CollectionAssert.AreEqual(trained.Vectors[0].ToArray(), rows[..12]);
        Assert.IsTrue(rows[12..].All(value => value == 0));
    }

    [TestMethod]
    public void Bad_corpora_and_options_are_errors()
    {
        void Refused<T>(Action<WordVectorEstimator.Options> change, string message, params Row[] rows) where T : Exception
        {
            var options = Small();
            change(options);
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => Ml.Sequences().WordVectors(options).Fit(Ml.Data.LoadFromEnumerable(
                rows.Length > 0 ? rows : Sentences(50)))).Message, message);
        }
        Row Sentence(params string[] words) => new() { Words = words };
        Refused<InvalidDataException>(options => options.MinimumCount = 1, "Column 'Words' has 1 different words, of which 1 occur at "
            + "least 1 times (MinimumCount); expected at least 2", Sentence("a", "a", "a"));
        Refused<InvalidDataException>(_ => { }, "has 2 different words, of which 0 occur", Sentence("a", "b"));
        Refused<InvalidDataException>(options => options.MinimumCount = 1, "no two words that are kept stand near each other",
            Sentence("a"), Sentence("b"));
        Refused<InvalidDataException>(options => (options.MinimumCount, options.Method) = (1, WordVectorMethod.GloVe),
            "no two words that are kept stand near each other", Sentence("a"), Sentence("b"));
        Refused<ArgumentException>(options => options.WordsColumnName = "Label", "Column 'Label' is String; expected a vector of text");
        Refused<ArgumentException>(options => options.WordsColumnName = "Other", "Other");
        Refused<ArgumentException>(options => options.Size = 0, "Size is 0; expected 1 to 65536");
        Refused<ArgumentException>(options => options.Window = 0, "Window is 0; expected 1 to 1000");
        Refused<ArgumentException>(options => options.Subsampling = -1, "Subsampling is -1; expected 0 to 1");
        Refused<ArgumentException>(options => options.Subwords = new(4, 3), "N-grams have 4 to 3 characters");
        Refused<ArgumentException>(options => (options.Method, options.Subwords) = (WordVectorMethod.GloVe, new()), "Subwords is set");
        Refused<OperationCanceledException>(options => options.CancellationToken = new(true), "");
    }
}
