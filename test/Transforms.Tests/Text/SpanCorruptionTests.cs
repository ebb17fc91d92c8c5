using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Text;

/// <summary>Spans of tokens that are hidden, and what stands for them.</summary>
[TestClass]
public class SpanCorruptionTests
{
    private readonly MLContext _ml = new();

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }

    // Words a0 to a59, of as many tokens as asked for, each row from another one on.
    private static Row[] Rows(int rows, int tokens) => [.. Enumerable.Range(0, rows).Select(row =>
        new Row { Text = string.Join(' ', Enumerable.Range(0, tokens).Select(at => $"a{(7 * row + at) % 60}")) })];

    private IDataView Tokens(Row[] rows, TextTokenizer? tokenizer = null)
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.TokenizeText("Tokens", "Text", new() { MinimumCount = 1, Tokenizer = tokenizer }).Fit(view).Transform(view);
    }

    private static string[][] Words(IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        view.Schema[column].GetKeyValues(ref values);
        string[] names = [.. values.DenseValues().Select(value => value.ToString())];
        return [.. view.GetColumn<uint[]>(column).Select(keys => keys.Select(key => names[key - 1]).ToArray())];
    }

    private IDataView Corrupted(IDataView tokens, SpanCorruptionOptions? options = null) =>
        _ml.Transforms.CorruptSpans("Source", "Target", "Tokens", options).Fit(tokens).Transform(tokens);

    // The source with what the target says of each sentinel.
    private static string[] Restored(string[] source, string[] target)
    {
        var parts = new Dictionary<string, List<string>>();
        List<string>? part = null;
        foreach (var token in target)
            if (token.StartsWith("<extra_id_", StringComparison.Ordinal))
                parts.Add(token, part = []);
            else
                part!.Add(token);
        Assert.IsEmpty(part!, "a last sentinel ends the target");
        return [.. source.SelectMany(token => parts.TryGetValue(token, out var hidden) ? hidden : [token])];
    }

    [TestMethod]
    [DataRow(0.15, 3.0, 100)]
    [DataRow(0.5, 1.0, 40)]
    [DataRow(0.9, 20.0, 50)]
    [DataRow(0.15, 3.0, 2)]
    [DataRow(0.99, 1.0, 9)]
    public void What_is_hidden_stands_in_the_target(double noise, double span, int tokens)
    {
        var view = Tokens(Rows(200, tokens));
        var corrupted = Corrupted(view, new() { Noise = noise, MeanSpan = span });
        string[][] whole = Words(view, "Tokens"), sources = Words(corrupted, "Source"), targets = Words(corrupted, "Target");
        var hidden = Math.Clamp((int)Math.Round(noise * tokens), 1, tokens - 1);
        var spans = Math.Clamp((int)Math.Round(hidden / span), 1, Math.Min(hidden, tokens - hidden + 1));
        for (var row = 0; row < whole.Length; row++)
        {
            CollectionAssert.AreEqual(whole[row], Restored(sources[row], targets[row]));
            // As many tokens and spans as the options say, and sentinels in their order.
            Assert.HasCount(tokens - hidden + spans, sources[row]);
            Assert.HasCount(hidden + spans + 1, targets[row]);
            CollectionAssert.AreEqual(Enumerable.Range(0, spans).Select(SpanCorruptionOptions.Sentinel).ToArray(),
                sources[row].Where(token => token.StartsWith('<')).ToArray());
            // No two spans touch.
            Assert.IsFalse(sources[row].Zip(sources[row].Skip(1)).Any(pair => pair.First.StartsWith('<') && pair.Second.StartsWith('<')));
        }
    }

    [TestMethod]
    public void Every_place_is_hidden_as_often_as_the_others()
    {
        const int Rows_ = 4000, Tokens_ = 20;
        var view = Tokens([.. Enumerable.Range(0, Rows_).Select(row => new Row
        {
            Text = string.Join(' ', Enumerable.Range(0, Tokens_).Select(at => $"a{new Random(row * 100 + at).Next(60)}")),
        })]);
        string[][] whole = Words(view, "Tokens"), sources = Words(Corrupted(view, new() { Noise = 0.3, MeanSpan = 2 }), "Source");
        var first = sources.Count(source => source[0].StartsWith('<')) / (double)Rows_;
        var last = sources.Count(source => source[^1].StartsWith('<')) / (double)Rows_;
        // 6 hidden tokens in 3 spans, 14 kept ones in 4 runs whose first and last may be empty: C(14, 2) / C(15, 3) of the cuts.
        Assert.AreEqual(0.2, first, 0.025);
        Assert.AreEqual(0.2, last, 0.025);
        Assert.HasCount(Rows_, whole);
    }

    [TestMethod]
    public void A_seed_and_the_tokens_decide()
    {
        Row[] rows = [.. Rows(40, 30), .. Rows(40, 30).Reverse()];
        var view = Tokens(rows);
        string[][] Of(int seed) => Words(Corrupted(view, new() { Seed = seed }), "Source");
        string[][] one = Of(1), again = Of(1), two = Of(2);
        for (var row = 0; row < rows.Length; row++)
        {
            CollectionAssert.AreEqual(one[row], again[row]);
            CollectionAssert.AreEqual(one[row], one[rows.Length - 1 - row]);
        }
        Assert.IsGreaterThan(60, one.Zip(two).Count(pair => !pair.First.SequenceEqual(pair.Second)));
        // Shuffled rows are corrupted as they were.
        var corrupted = Corrupted(view, new() { Seed = 1 });
        using var cursor = corrupted.GetRowCursor(corrupted.Schema, new Random(3));
        var (tokens, sources) = (cursor.GetGetter<VBuffer<uint>>(corrupted.Schema["Tokens"]),
            cursor.GetGetter<VBuffer<uint>>(corrupted.Schema["Source"]));
        var known = corrupted.GetColumn<uint[]>("Tokens").Zip(corrupted.GetColumn<uint[]>("Source"))
            .DistinctBy(pair => pair.First[0]).ToDictionary(pair => pair.First[0], pair => pair.Second);
        VBuffer<uint> token = default, source = default;
        while (cursor.MoveNext())
        {
            tokens(ref token);
            sources(ref source);
            CollectionAssert.AreEqual(known[token.GetItemOrDefault(0)], source.DenseValues().ToArray());
        }
    }

    [TestMethod]
    public void Golden_row()
    {
        var view = Tokens([new() { Text = "thank you for inviting me to your party last week" }]);
        var corrupted = Corrupted(view, new() { Noise = 0.3, MeanSpan = 1.5, Seed = 3 });
        string source = string.Join(' ', Words(corrupted, "Source")[0]), target = string.Join(' ', Words(corrupted, "Target")[0]);
        Assert.AreEqual("thank you for <extra_id_0> me <extra_id_1> party last week / "
            + "<extra_id_0> inviting <extra_id_1> to your <extra_id_2>",
            $"{source} / {target}");
    }

    [TestMethod]
    public void Sentinels_of_the_vocabulary_are_taken()
    {
        Row[] rows = Rows(20, 30);
        var texts = _ml.Data.LoadFromEnumerable(rows);
        var plain = _ml.Transforms.TokenizeText("Tokens", "Text", new() { MinimumCount = 1 }).Fit(texts).Tokenizer;
        string[] sentinels = [.. Enumerable.Range(0, 8).Select(SpanCorruptionOptions.Sentinel)];
        var view = Tokens(rows, plain.WithTokens(sentinels));
        var corrupted = Corrupted(view, new() { Sentinels = 8 });
        Assert.AreEqual(view.Schema["Tokens"].Type, corrupted.Schema["Source"].Type);
        Assert.AreEqual(view.Schema["Tokens"].Type, corrupted.Schema["Target"].Type);
        CollectionAssert.AreEqual(Words(view, "Tokens")[3], Restored(Words(corrupted, "Source")[3], Words(corrupted, "Target")[3]));
        // The same draw as with sentinels behind the tokens.
        var behind = Corrupted(Tokens(rows, plain), new() { Sentinels = 8 });
        CollectionAssert.AreEqual(Words(behind, "Target")[3], Words(corrupted, "Target")[3]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Corrupted(view, new() { Sentinels = 9 })).Message,
            "Column 'Tokens' has 8 of the 9 sentinels among its tokens, but not '<extra_id_8>'; expected all Sentinels, or none");
    }

    [TestMethod]
    public void A_saved_pipeline_does_the_same()
    {
        var view = Tokens(Rows(30, 25));
        var model = _ml.Transforms.CorruptSpans("Source", "Target", "Tokens", new() { Seed = 5 }).Fit(view);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, view.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _).Transform(view);
        var now = model.Transform(view);
        foreach (var column in (string[])["Source", "Target"])
            foreach (var (before, after) in now.GetColumn<uint[]>(column).Zip(loaded.GetColumn<uint[]>(column)))
                CollectionAssert.AreEqual(before, after);
        Assert.IsFalse(loaded.Schema.Any(column => !column.IsHidden && column.Name.StartsWith("mlseqgraph", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Bad_rows_columns_and_options_are_errors()
    {
        Row[] rows = [.. Rows(3, 10), new() { Text = "a1" }];
        string Read(Row[] of, SpanCorruptionOptions? options) => Assert.ThrowsExactly<InvalidDataException>(() =>
            Corrupted(Tokens(of), options).GetColumn<uint[]>("Source").ToArray()).Message;
        Assert.AreEqual("Column 'Tokens', row 3: 1 token; expected at least 2, of which some are hidden.", Read(rows, null));
        StringAssert.Contains(Read([.. rows[..3], new() { Text = " " }], null), "Column 'Tokens', row 3: no tokens");
        Assert.AreEqual("Column 'Tokens', row 0: 40 tokens with 4 hidden spans; expected fewer than the 4 Sentinels.",
            Read(Rows(1, 40), new() { Noise = 0.2, MeanSpan = 2, Sentinels = 4 }));
        Assert.AreEqual("token 2 is a sentinel; expected none in texts that are hidden in part.", Assert.ThrowsExactly<
            InvalidDataException>(() => CorruptedSpans.Of([1, 2, 9, 4], [8, 9], new(), "here")).Message[6..]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.CorruptSpans("Source", "Target", "Text")
            .Fit(Tokens(rows))).Message, "Column 'Text' is String; expected a vector of keys (UInt32) with texts as KeyValues");
        foreach (var (options, message) in ((SpanCorruptionOptions, string)[])[(new() { Noise = 0 }, "Noise of SpanCorruptionOptions is 0; "
            + "expected above 0 and below 1"), (new() { MeanSpan = 0.5 }, "MeanSpan of SpanCorruptionOptions is 0.5; expected a finite "
            + "number of at least 1"), (new() { Sentinels = 1 }, "Sentinels of SpanCorruptionOptions is 1; expected at least 2")])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
                _ml.Transforms.CorruptSpans("a", "b", "c", options)).Message, message);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.CorruptSpans("a", "a", "c")).Message,
            "Column 'a' is both the source and the target");
        // Other tokens than those it was made for.
        var fitted = _ml.Transforms.CorruptSpans("Source", "Target", "Tokens").Fit(Tokens(Rows(3, 10)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => fitted.Transform(Tokens([new() { Text = "b c" }]))).Message,
            "Column 'Tokens' has");
    }
}
