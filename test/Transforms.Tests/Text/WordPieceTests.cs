using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class WordPieceTests
{
    private const string Pieces = "[PAD]\n[unused0]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nlow\n##er\n##est\ncafe\n!\n,\na\n";

    private static readonly TextTokenizer Tokenizer = TextTokenizer.WordPieces(Pieces);

    [TestMethod]
    public void Keys_are_the_lines_of_the_vocabulary()
    {
        CollectionAssert.AreEqual(new long[] { 6, 7, 8, 11 }, Tokenizer.EncodeKeys("The LOWER!"));
        CollectionAssert.AreEqual(new long[] { 7, 9, 12, 10 }, Tokenizer.EncodeKeys("lowest, Café"));
        CollectionAssert.AreEqual(new long[] { 6, 2 }, Tokenizer.EncodeKeys("the unknown"));
        Assert.AreEqual(2, TextTokenizer.WordPieces(Pieces, lowercase: false).EncodeKeys("The")[0]);
    }

    [TestMethod]
    public void Text_gives_no_special_tokens() => CollectionAssert.DoesNotContain(Tokenizer.EncodeKeys("[SEP] [CLS]"), 4L);

    [TestMethod]
    public void Tokens_become_text_again() => Assert.AreEqual("the lower [UNK] !", Tokenizer.DecodeKeys(3, 6, 7, 8, 2, 11, 4));

    [TestMethod]
    public void A_pipeline_with_it_is_saved_and_read()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new { Text = "the lowest" }, new { Text = "a cafe, the cafe, the cafe" }]);
        var transformer = ml.Transforms.TokenizeText("Tokens", "Text", new()
        {
            Tokenizer = Tokenizer, AddBeginToken = true, AddEndToken = true, MaximumLength = 6, Truncation = TextTruncation.End,
        }).Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        foreach (var fitted in (ITransformer[])[transformer, ml.Model.Load(stream, out _)])
        {
            var rows = fitted.Transform(data).GetColumn<uint[]>("Tokens").ToArray();
            CollectionAssert.AreEqual(new uint[] { 3, 6, 7, 9, 4 }, rows[0]);
            CollectionAssert.AreEqual(new uint[] { 3, 13, 10, 12, 6, 4 }, rows[1]);
        }
    }

    [TestMethod]
    public void Pairs_have_a_separator_between_them_and_lose_the_end_of_the_longer()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new { Text = "the lowest", Other = "a cafe" }, new { Text = "a",
            Other = "the low cafe !" }]);
        var options = new TextTokenizationOptions
        {
            Tokenizer = Tokenizer, AddBeginToken = true, AddEndToken = true, MaximumLength = 6, Truncation = TextTruncation.End,
            PairColumnName = "Other",
        };
        var transformer = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        foreach (var fitted in (ITransformer[])[transformer, ml.Model.Load(stream, out _)])
        {
            var rows = fitted.Transform(data).GetColumn<uint[]>("Tokens").ToArray();
            CollectionAssert.AreEqual(new uint[] { 3, 6, 4, 13, 10, 4 }, rows[0]);
            CollectionAssert.AreEqual(new uint[] { 3, 13, 4, 6, 7, 4 }, rows[1]);
        }
        var whole = ml.Transforms.TokenizeText("Tokens", "Text",
            options with { Truncation = TextTruncation.None }).Fit(data).Transform(data);
        Assert.Contains("a pair has 8 tokens", Assert.Throws<Exception>(() => whole.GetColumn<uint[]>("Tokens").ToArray()).Message);
        Assert.Contains("'Tokens'", Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.TokenizeText("Tokens", "Text", options with
            { PairColumnName = "Tokens" })).Message);
    }

    [TestMethod]
    [DataRow("[PAD]\n[UNK]\n[CLS]\na\n", "no token [SEP]")]
    [DataRow("[PAD]\n[UNK]\n\n[CLS]\n[SEP]\n", "line 3")]
    [DataRow("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n", "'a' has two ids")]
    public void A_vocabulary_that_is_none(string text, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => TextTokenizer.WordPieces(text)).Message);

    [TestMethod]
    public void Sentences_are_cut_as_by_the_model_they_come_with()
    {
        var tokenizer = TextTokenizer.WordPieces(System.Text.Encoding.UTF8.GetString(RealModels.SentenceTransformer("MiniLM",
            "vocab.txt")));
        CollectionAssert.AreEqual(new long[] { 7592, 1010, 2088, 999 }, tokenizer.EncodeKeys("Hello, world!")); // BERT's own ids
        CollectionAssert.AreEqual(new[] { "em", "##bed", "##ding", "##s" }, tokenizer.Encode("embeddings").Select(id =>
            tokenizer.Vocabulary[id]).ToArray());
        CollectionAssert.AreEqual(tokenizer.EncodeKeys("naive cafe"), tokenizer.EncodeKeys("Na\u00EFve caf\u00E9"));
    }
}
