using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Text;

/// <summary>Vectors of words: nearest words, analogies, files, and as a transform.</summary>
[TestClass]
public class WordVectorTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly WordVectors Known = new(["man", "woman", "king", "queen", "apple"],
        [1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, -1, 0.5f, 0]);

    private sealed class Row
    {
        public string[] Words { get; set; } = [];
    }

    private static IDataView View(params string[][] rows) => Ml.Data.LoadFromEnumerable(rows.Select(words => new Row { Words = words }));

    [TestMethod]
    public void Near_words_and_analogies_are_found()
    {
        // Of equally near ones the first.
        Assert.AreEqual("woman", Known.Nearest("man", 1).Single().Word);
        Assert.HasCount(4, Known.Nearest("man", 10));
        var ordered = Known.Nearest("queen", 4).Select(near => near.Similarity).ToArray();
        CollectionAssert.AreEqual(ordered.OrderDescending().ToArray(), ordered);
        Assert.AreEqual(2 / Math.Sqrt(6), Known.Similarity("king", "queen"), 1e-6);
        Assert.AreEqual("queen", Known.Analogy("man", "king", "woman", 1).Single().Word);
        var metrics = Known.EvaluateAnalogies([new("man", "king", "woman", "queen"), new("man", "king", "woman", "apple"),
            new("man", "king", "woman", "princess")]);
        Assert.AreEqual(new WordAnalogyMetrics(0.5, 2, 1), metrics);
        Assert.IsTrue(double.IsNaN(Known.EvaluateAnalogies([]).Accuracy));
        StringAssert.Contains(Assert.ThrowsExactly<KeyNotFoundException>(() => Known.Nearest("princess")).Message,
            "no vector of the word 'princess' among those of 5 words");
    }

    [TestMethod]
    [DataRow(1e-42f)]
    [DataRow(1e-25f)]
    [DataRow(1e25f)]
    [DataRow(3e38f)]
    public void Similarities_do_not_depend_on_the_size_of_vectors(float unit)
    {
        var vectors = new WordVectors(["a", "b", "c"], [unit, 0, 0.8f * unit, 0.6f * unit, 0, unit]);
        Assert.AreEqual(0.8, vectors.Similarity("a", "b"), 1e-3);
        Assert.AreEqual(0.8, vectors.Nearest("a", 1).Single().Similarity, 1e-3);
        Assert.AreEqual("c", vectors.Analogy("a", "a", "b", 1).Single().Word);
    }

    [TestMethod]
    public void A_number_that_is_none_in_a_binary_file_is_named()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. "1 2\nking "u8, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(float.NaN)]);
            StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => WordVectors.Load(path,
                WordVectorFormat.Word2VecBinary)).Message, "word 1: found NaN among the numbers of 'king'; expected finite numbers.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Similarities_are_compared_by_ranks()
    {
        // Ranks 1, 2.5, 2.5 and 4 of the given ones; of the vectors' in the order king queen > man woman > man king = man king > man apple.
        var metrics = Known.EvaluateSimilarity([("king", "queen", 9), ("man", "king", 5), ("woman", "man", 5), ("man", "apple", 1),
            ("man", "princess", 3)]);
        Assert.AreEqual((4, 1), (metrics.Compared, metrics.LeftOut));
        Assert.AreEqual(1, metrics.Spearman, 1e-9);
        Assert.AreEqual(-1, Known.EvaluateSimilarity([("king", "queen", 1), ("man", "apple", 9)]).Spearman, 1e-9);
        // Σ d² = 2 of 4 pairs without ties: 1 - 6 · 2 / (4 · 15).
        Assert.AreEqual(0.8, new WordVectors(["a", "b", "c", "d", "e"], [1, 0, 1, 0.1f, 1, 0.3f, 1, 0.6f, 1, 2]).EvaluateSimilarity(
            [("a", "b", 4), ("a", "c", 2), ("a", "d", 3), ("a", "e", 1)]).Spearman, 1e-9);
        Assert.IsTrue(double.IsNaN(Known.EvaluateSimilarity([("king", "queen", 1)]).Spearman));
    }

    [TestMethod]
    [DataRow(WordVectorFormat.Word2Vec)]
    [DataRow(WordVectorFormat.Word2VecBinary)]
    [DataRow(WordVectorFormat.GloVe)]
    public void Files_are_read_as_written(WordVectorFormat format)
    {
        var path = Path.GetTempFileName();
        try
        {
            WordVectors vectors = new(["a", "größe", "😀", "\"x\""], [1.5f, -2e-20f, 3.3333333f, 0, float.MaxValue, 1e-45f, 7, 8]);
            vectors.Save(path, format);
            var read = WordVectors.Load(path, format);
            CollectionAssert.AreEqual(vectors.Words.ToArray(), read.Words.ToArray());
            CollectionAssert.AreEqual(vectors.All.ToArray(), read.All.ToArray());
            Assert.ThrowsExactly<ArgumentException>(() => new WordVectors(["new york"], [1]).Save(path, format));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow(WordVectorFormat.Word2Vec, "2 2\na 1 2\nb 3\n", "line 3: found 1 numbers for 'b'; expected 2, as line 1 says")]
    [DataRow(WordVectorFormat.Word2Vec, "2 2\na 1 2\n", "has 1 words; expected 2, as line 1 says")]
    [DataRow(WordVectorFormat.Word2Vec, "1 2\na 1 2\nb 1 2\n", "line 3: found another word; expected 1")]
    [DataRow(WordVectorFormat.Word2Vec, "a 1 2\n", "line 1: found 'a 1 2'; expected the number of words")]
    [DataRow(WordVectorFormat.Word2Vec, "99999999999 70000\na 1\n", "line 1: found '99999999999 70000'")]
    [DataRow(WordVectorFormat.GloVe, "a 1 2\nb 1 2 3\n", "line 2: found 3 numbers for 'b'; expected 2, as before")]
    [DataRow(WordVectorFormat.GloVe, "a 1 2\nb 1 x\n", "line 2: found 'x' among the numbers of 'b'; expected finite numbers")]
    [DataRow(WordVectorFormat.GloVe, "a 1 2\nb 1 NaN\n", "line 2: found 'NaN' among the numbers of 'b'")]
    [DataRow(WordVectorFormat.GloVe, "a 1 2\na 1 3\n", "line 2: found the word 'a' again; expected different words")]
    [DataRow(WordVectorFormat.GloVe, "a 1 2\n\n", "line 2: found no word and numbers")]
    [DataRow(WordVectorFormat.GloVe, "", "has 0 words; expected at least one")]
    [DataRow(WordVectorFormat.Word2VecBinary, "2 1\na 1234b 12", "word 2: the file is cut off; expected 1 numbers")]
    [DataRow(WordVectorFormat.Word2VecBinary, "2000000000 100\na 1234", "found 2000000000 words of 100 numbers, more than a file of")]
    [DataRow(WordVectorFormat.Word2VecBinary, "1 1\na 1234\nmore", "found more behind the last of 1 words; expected its end")]
    public void Broken_files_are_errors_that_name_the_line(WordVectorFormat format, string text, string message)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
            var error = Assert.ThrowsExactly<InvalidDataException>(() => WordVectors.Load(path, format));
            StringAssert.StartsWith(error.Message, path);
            StringAssert.Contains(error.Message, message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Words_of_a_column_become_vectors()
    {
        var data = View(["king", "apple"], ["princess", "man"]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Ml.Transforms.ApplyWordVectors("Vectors", "Words", Known).Fit(data)
            .Transform(data).GetColumn<float[]>("Vectors").ToArray());
        StringAssert.Contains(error.Message, "Column 'Words', row 1: there is no vector of the word 'princess' among those of 5 words");
        float[] king = [1, 0, 1], man = [1, 0, 0], apple = [-1, 0.5f, 0], zeros = [0, 0, 0];
        foreach (var (unknown, expected) in ((UnknownWord, float[])[])[(UnknownWord.Zeros, [.. zeros, .. man]), (UnknownWord.LeaveOut,
            man)])
        {
            var transformer = Ml.Transforms.ApplyWordVectors("Vectors", "Words", Known, new() { UnknownWord = unknown }).Fit(data);
            var path = Path.GetTempFileName();
            try
            {
                Ml.Model.Save(transformer, data.Schema, path);
                foreach (var model in (ITransformer[])[transformer, new MLContext().Model.Load(path, out _)])
                {
                    var rows = model.Transform(data).GetColumn<float[]>("Vectors").ToArray();
                    CollectionAssert.AreEqual((float[])[.. king, .. apple], rows[0]);
                    CollectionAssert.AreEqual(expected, rows[1]);
                }
            }
            finally
            {
                File.Delete(path);
            }
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.ApplyWordVectors("V", "Words", Known)
            .Fit(Ml.Data.LoadFromEnumerable(new[] { new { Words = "a" } }))).Message,
            "Column 'Words' is String; expected a vector of text");
    }

    [TestMethod]
    public void Phrases_are_joined()
    {
        var rows = Enumerable.Range(0, 40).Select(i => (string[])["in", "new", "york", i % 2 == 0 ? "we" : "they", $"word{i}"])
            .Concat(Enumerable.Range(0, 40).Select(i => (string[])["we", "in", $"other{i}", "they"])).ToArray();
        var data = View(rows);
        var phrases = Ml.Transforms.JoinPhrases("Joined", "Words", new() { Threshold = 4 }).Fit(data);
        CollectionAssert.AreEqual(new[] { "new_york" }, phrases.Phrases.ToArray());
        var path = Path.GetTempFileName();
        try
        {
            Ml.Model.Save(phrases, data.Schema, path);
            foreach (var model in (ITransformer[])[phrases, new MLContext().Model.Load(path, out _)])
                CollectionAssert.AreEqual(new[] { "in", "new_york", "we", "word0" },
                    model.Transform(data).GetColumn<string[]>("Joined").First());
        }
        finally
        {
            File.Delete(path);
        }
        Assert.IsEmpty(Ml.Transforms.JoinPhrases("Joined", "Words", new() { Threshold = 1e6 }).Fit(data).Phrases);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.JoinPhrases("J", "Words", new() { Joint = " " }))
            .Message, "Joint is ' '; expected a text without white space");
    }
}
