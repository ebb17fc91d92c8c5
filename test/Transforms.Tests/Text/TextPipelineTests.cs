using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Text;

[TestClass]
public class TextPipelineTests
{
    private static readonly Row[] Rows = [new() { Source = "A dog runs .", Target = "Ein Hund rennt." },
        new() { Source = "", Target = "Ein A" }];

    [TestMethod]
    [DataRow(TextTokenizerKind.Words)]
    [DataRow(TextTokenizerKind.Characters)]
    [DataRow(TextTokenizerKind.BytePairEncoding)]
    public void Columns_share_a_vocabulary_and_come_back(TextTokenizerKind kind)
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Rows);
        var estimator = ml.Transforms.TokenizeText([new("S", "Source"), new("T", "Target")],
            new() { Kind = kind, AddBeginToken = true, AddEndToken = true, MinimumCount = 1 });
        var transformer = estimator.Fit(data);
        var tokens = transformer.Transform(data);
        var vocabulary = transformer.Tokenizer.Vocabulary;
        Assert.AreEqual(vocabulary.Count + 1, SequenceColumn.FromSchema(tokens.Schema, "S").TokenCount);
        VBuffer<ReadOnlyMemory<char>> values = default;
        tokens.Schema["T"].GetKeyValues(ref values);
        CollectionAssert.AreEqual(vocabulary.Tokens.ToArray(), values.DenseValues().Select(value => value.ToString()).ToArray());
        uint[] expected = [(uint)vocabulary.BeginId! + 1, .. transformer.Tokenizer.Encode("Ein A").Select(id => (uint)id + 1),
            (uint)vocabulary.EndId! + 1];
        CollectionAssert.AreEqual(expected, tokens.GetColumn<uint[]>("T").Last());
        Assert.HasCount(2, tokens.GetColumn<uint[]>("S").Last());
        var text = ml.Transforms.DetokenizeText("Text", "T", transformer.Tokenizer).Fit(tokens).Transform(tokens);
        CollectionAssert.AreEqual(Rows.Select(row => row.Target).ToArray(), text.GetColumn<string>("Text").ToArray());
        Assert.IsFalse(text.Schema.Any(column => !column.IsHidden && column.Name.StartsWith("mlseqgraph", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Words_that_occur_once_train_the_unknown_token_by_default()
    {
        var ml = new MLContext();
        string Tokens(string[] texts, TextTokenizationOptions options)
        {
            var data = ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Source = text }));
            var vocabulary = ml.Transforms.TokenizeText("T", "Source", options).Fit(data).Tokenizer.Vocabulary;
            return string.Join(' ', vocabulary.Tokens.Skip(vocabulary.SpecialCount));
        }
        string[] texts = ["a b a", "b c a"];
        Assert.AreEqual("a b", Tokens(texts, new()));
        Assert.AreEqual("a b c", Tokens(texts, new() { MinimumCount = 1 }));
        Assert.AreEqual("a b c", Tokens(texts, new() { SpecialTokens = SpecialTokens.None }));
        Assert.AreEqual("b c", Tokens(["b c"], new()));
        Assert.AreEqual("a b c", Tokens(["a", "b", "c"], new() { Kind = TextTokenizerKind.Characters }));
    }

    [TestMethod]
    [DataRow(TextTokenizerKind.Words)]
    [DataRow(TextTokenizerKind.BytePairEncoding)]
    public void Saved_pipelines_do_the_same(TextTokenizerKind kind)
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Rows);
        var tokenizer = ml.Transforms.TokenizeText("T", "Target", new() { Kind = kind, AddEndToken = true, MinimumCount = 1 })
            .Fit(data).Tokenizer;
        var model = ml.Transforms.TokenizeText("T", "Target", new() { Tokenizer = tokenizer, AddEndToken = true })
            .Append(ml.Transforms.DetokenizeText("Text", "T", tokenizer)).Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var other = new MLContext();
        var loaded = other.Model.Load(stream, out _);
        foreach (var one in (ITransformer[])[model, loaded])
        {
            using var engine = other.Model.CreatePredictionEngine<Row, Result>(one);
            var result = engine.Predict(new Row { Source = "", Target = "Ein Hund, rennt" });
            int[] ids = tokenizer.Encode("Ein Hund, rennt");
            CollectionAssert.AreEqual((uint[])[.. ids.Select(id => (uint)id + 1), (uint)tokenizer.Vocabulary.EndId! + 1], result.T);
            Assert.AreEqual(tokenizer.Decode(ids), result.Text);
            Assert.AreEqual(Rows[0].Target, engine.Predict(Rows[0]).Text);
        }
    }

    [TestMethod]
    public void Long_texts_are_errors_or_cut_as_asked()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Rows);
        var cut = ml.Transforms.TokenizeText("T", "Target", new() { AddEndToken = true, MaximumLength = 3,
            Truncation = TextTruncation.End }).Fit(data);
        uint[] keys = cut.Transform(data).GetColumn<uint[]>("T").First();
        Assert.HasCount(3, keys);
        Assert.AreEqual((uint)cut.Tokenizer.Vocabulary.EndId! + 1, keys[2]);
        var strict = ml.Transforms.TokenizeText("T", "Target", new() { MaximumLength = 3 }).Fit(data).Transform(data);
        var thrown = Assert.ThrowsExactly<InvalidDataException>(() => strict.GetColumn<uint[]>("T").ToArray());
        StringAssert.Contains(thrown.Message, "Column 'Target', row 0: a text has 4 tokens; expected at most 3");
    }

    [TestMethod]
    public void Options_and_columns_that_do_not_fit_are_errors()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Rows);
        Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.TokenizeText("T", "Target",
            new() { AddBeginToken = true, SpecialTokens = SpecialTokens.None }));
        Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.TokenizeText("T", "Target",
            new() { AddBeginToken = true, MaximumLength = 1 }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => ml.Transforms.TokenizeText([new("A", "B"), new("C", "A")])).Message,
                "'A' is the output of a column and the input of another");
        Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.TokenizeText("T", "Target",
            new() { Kind = TextTokenizerKind.Characters, Lowercase = true }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.TokenizeText("T", "Nothing").Fit(data)).Message,
            "'Nothing'");
        var tokens = ml.Transforms.TokenizeText("T", "Target").Fit(data).Transform(data);
        var other = TextTokenizer.Words(["other words"]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => ml.Transforms.DetokenizeText("Text", "T", other).Fit(tokens)).Message, "'T'");
    }

    private sealed class Row
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private sealed class Result
    {
        public uint[]? T { get; set; }

        public string? Text { get; set; }
    }
}
