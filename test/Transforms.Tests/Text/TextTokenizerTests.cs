using System.Text;

namespace MLSeqGraph.Transforms.Tests.Text;

[TestClass]
public class TextTokenizerTests
{
    private static readonly string[] Corpus = ["the low lower lowest", "a new newer newest thing", "low and new, low and new!",
        "don't stop: 3.14 (pi) is \"fine\"."];

    [TestMethod]
    [DataRow("\u06A9\u062A\u0627\u0628\u200C\u0647\u0627", 1, DisplayName = "a non-joiner in Persian")]
    [DataRow("\u0915\u094D\u200D\u0937", 1, DisplayName = "a joiner after a virama")]
    [DataRow("re\u00ADsume\u0301", 1, DisplayName = "a soft hyphen, and a mark")]
    [DataRow("\uFEFFstart", 1, DisplayName = "a byte order mark before a word is no token")]
    [DataRow("\uFEFF \uFEFF", 0, DisplayName = "byte order marks alone")]
    [DataRow("\u0301 a", 2, DisplayName = "a mark that extends nothing")]
    [DataRow("a\u2060b", 1, DisplayName = "a word joiner")]
    [DataRow("\U0001F468\u200D\U0001F469\u200D\U0001F467 x", 2, DisplayName = "a family")]
    [DataRow("\U0001F44D\U0001F3FD\U0001F44D", 2, DisplayName = "a skin tone")]
    [DataRow("\u2764\uFE0F\u200D\U0001F525!", 2, DisplayName = "a heart on fire")]
    [DataRow("\U0001F1EB\U0001F1EE\U0001F1E9\U0001F1EA", 2, DisplayName = "two flags")]
    [DataRow("1\uFE0F\u20E3", 1, DisplayName = "a keycap")]
    [DataRow("3\u200D.5", 1, DisplayName = "a joiner before a decimal point")]
    [DataRow("\uFFFD\u0301", 1, DisplayName = "a mark on a replacement character")]
    public void Words_keep_what_extends_them(string text, int count)
    {
        var words = TextTokenizer.Words([text, "other"]);
        var ids = words.Encode(text, out var unknown);
        Assert.AreEqual((count, 0), (ids.Length, unknown));
        Assert.AreEqual(Solid(text), Solid(words.Decode(ids)));
    }

    // Without white space, which words lose, and byte order marks by themselves.
    private static string Solid(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '\uFEFF'));

    [TestMethod]
    public void Every_text_comes_back_from_words_up_to_white_space()
    {
        var random = new Random(5);
        string[] parts = ["a", "bc", "7", ".", ",", "'", "-", " ", "\t", "\n", "\u0301", "\u200D", "\u200C", "\u00AD", "\uFE0F",
            "\U0001F468", "\U0001F3FD", "\U0001F1EB", "\u4E2D", "\u0915", "\u094D", "\"", "(", "<pad>", "\uFFFD", "\u200B", "\u2194"];
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var words = TextTokenizer.Words([text, "x"]);
            Assert.AreEqual(Solid(text), Solid(words.Decode(words.Encode(text))),
                Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text)));
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("  two  spaces \t tab\r\nCRLF\n\n")]
    [DataRow("low lower newest")]
    [DataRow("\u00e9\u4e2d\u6587 \U0001F600\U0001F468\u200D\U0001F469 \U0002A6D6 \U000E0001 \U0010FFFD \0 \u2028 e\u0301")]
    [DataRow("<s> </s> <unk> <pad>")]
    public void Byte_pairs_give_every_text_back(string text)
    {
        var tokenizer = TextTokenizer.BytePairEncoding(Corpus, 300);
        int[] ids = tokenizer.Encode(text, out int unknown);
        Assert.AreEqual(text, tokenizer.Decode(ids));
        Assert.AreEqual(0, unknown);
        Assert.IsTrue(ids.All(id => id >= tokenizer.Vocabulary.SpecialCount));
    }

    [TestMethod]
    public void Byte_pairs_give_random_bytes_and_long_runs_back()
    {
        var tokenizer = TextTokenizer.BytePairEncoding(Corpus, 300);
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[100];
            random.NextBytes(bytes);
            string text = Encoding.UTF8.GetString(bytes);
            Assert.AreEqual(text, tokenizer.Decode(tokenizer.Encode(text)));
        }

        string run = new string('a', 10_000) + string.Concat(Enumerable.Repeat("\U0001F600", 1000));
        Assert.AreEqual(run, tokenizer.Decode(tokenizer.Encode(run)));
        Assert.AreEqual("a\uFFFDb", tokenizer.Decode(tokenizer.Encode("a\uD800b")));
    }

    [TestMethod]
    public void Byte_pairs_merge_the_most_frequent_first()
    {
        // l-o is there 5 times, more than any other pair; then lo-w.
        var tokenizer = TextTokenizer.BytePairEncoding(["low low low low low", "x y"], 4 + 256 + 2);
        CollectionAssert.AreEqual((string[])["lo", "low"], tokenizer.Vocabulary.Tokens.Skip(260).ToArray());
        Assert.HasCount(1, tokenizer.Encode("low"));
        Assert.AreEqual(260, tokenizer.Encode("lo").Single());
        Assert.HasCount(262, tokenizer.Vocabulary.Tokens);
    }

    [TestMethod]
    public void Training_is_what_counting_anew_after_every_merge_gives()
    {
        var random = new Random(3);
        string[] texts = [.. Enumerable.Range(0, 60).Select(
            _ => string.Concat(Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(3)))))];
        var tokenizer = TextTokenizer.BytePairEncoding(texts, 256 + 40, special: SpecialTokens.None);
        var words = texts.Select(text => text.Select(one => one.ToString()).ToList()).ToList();
        var order = tokenizer.Vocabulary.Tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
        var expected = new List<string>();
        while (expected.Count < 40)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => order[group.Key.First]).ThenBy(group => order[group.Key.Second])
                    .First().Key;
            string name = best.First + best.Second;
            if (!expected.Contains(name))
                expected.Add(name);
            foreach (var word in words)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == best.First && word[i + 1] == best.Second)
                    {
                        word[i] = name;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        CollectionAssert.AreEqual(expected, tokenizer.Vocabulary.Tokens.Skip(256).ToArray());
    }

    [TestMethod]
    public void Special_tokens_never_come_from_text()
    {
        string[] texts = [.. Enumerable.Repeat("<s><s><s>", 20)];
        foreach (var tokenizer in (TextTokenizer[])[TextTokenizer.BytePairEncoding(texts, 400), TextTokenizer.Words(texts),
            TextTokenizer.Characters(texts)])
        {
            int[] ids = tokenizer.Encode("<s><s>");
            Assert.IsTrue(ids.All(id => id >= tokenizer.Vocabulary.SpecialCount));
        }
    }

    [TestMethod]
    public void Words_and_punctuation_come_back_sensibly()
    {
        var tokenizer = TextTokenizer.Words(Corpus);
        Assert.AreEqual("don't stop: 3.14 (pi) is \"fine\".",
            tokenizer.Decode(tokenizer.Encode("don't  stop : 3.14 ( pi )\nis \"fine\" .")));
        var lower = TextTokenizer.Words(["The END."], lowercase: true);
        Assert.AreEqual("the end.", lower.Decode(lower.Encode("THE End.")));
        int[] ids = tokenizer.Encode("low zebra new", out int unknown);
        Assert.AreEqual(1, unknown);
        Assert.AreEqual(tokenizer.Vocabulary.UnknownId, ids[1]);
        Assert.AreEqual("low <unk> new", tokenizer.Decode(ids));
        Assert.AreEqual("low", tokenizer.Decode([tokenizer.Vocabulary.BeginId!.Value, ids[0], tokenizer.Vocabulary.EndId!.Value,
            tokenizer.Vocabulary.PaddingId!.Value]));
        Assert.IsEmpty(tokenizer.Encode(""));
        var strict = TextTokenizer.Words(Corpus, special: SpecialTokens.None);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => strict.Encode("zebra")).Message, "'zebra'");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.Vocabulary.Count]));
    }

    [TestMethod]
    public void Characters_are_scalar_values()
    {
        string text = "a\U0001F600\r\n b\\";
        var tokenizer = TextTokenizer.Characters([text]);
        Assert.HasCount(7, tokenizer.Encode(text));
        Assert.AreEqual(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.AreEqual(tokenizer.Vocabulary.UnknownId, tokenizer.Encode("\uD800").Single());
    }

    [TestMethod]
    public void Vocabularies_keep_the_most_frequent()
    {
        var counts = new Dictionary<string, long> { ["b"] = 2, ["a"] = 2, ["c"] = 5, ["d"] = 1, ["<s>"] = 9 };
        CollectionAssert.AreEqual((string[])["<pad>", "<unk>", "<s>", "</s>", "c", "a", "b"],
            Vocabulary.FromCounts(counts, minimumCount: 2).Tokens.ToArray());
        CollectionAssert.AreEqual((string[])["<s>", "c", "a"],
            Vocabulary.FromCounts(counts, maximumSize: 3, special: SpecialTokens.None).Tokens.ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => Vocabulary.FromCounts(counts, maximumSize: 4));
        Assert.ThrowsExactly<ArgumentException>(() => new Vocabulary(["a", "a"]));
        Assert.ThrowsExactly<ArgumentException>(() => TextTokenizer.BytePairEncoding([], 259));
    }

    [TestMethod]
    public void Files_give_the_same_tokenizer_and_vocabulary()
    {
        using var file = new TemporaryFile();
        string text = "low and\r\nnewest \\n \u0085 3.14";
        var special = new SpecialTokens { Mask = "<mask>", Additional = ["<de>", "<en>"] };
        foreach (var tokenizer in (TextTokenizer[])[TextTokenizer.BytePairEncoding(Corpus, 330, special: special),
            TextTokenizer.Words([.. Corpus, text], lowercase: true, special: special),
                TextTokenizer.Characters([.. Corpus, text], special: special)])
        {
            tokenizer.Save(file.Path);
            var loaded = TextTokenizer.Load(file.Path);
            CollectionAssert.AreEqual(tokenizer.Vocabulary.Tokens.ToArray(), loaded.Vocabulary.Tokens.ToArray());
            CollectionAssert.AreEqual(tokenizer.Encode(text), loaded.Encode(text));
            Assert.AreEqual(tokenizer.Vocabulary.MaskId, loaded.Vocabulary.MaskId);
            tokenizer.Vocabulary.Save(file.Path);
            CollectionAssert.AreEqual(tokenizer.Vocabulary.Tokens.ToArray(), Vocabulary.Load(file.Path).Tokens.ToArray());
        }
    }

    [TestMethod]
    [DataRow("kind words", "kind letters", "line 2", "'letters'")]
    [DataRow("tokens 3", "tokens 4", "line", "expected")]
    [DataRow("tokens 3", "tokens 999", "line 7", "999")]
    [DataRow("lowercase false", "lowercase 7", "line 11", "true or false")]
    [DataRow("\nb\n", "\na\n", "line 10", "'a'")]
    [DataRow("\nb\n", "\n\\x\n", "line 9", "escapes nothing")]
    [DataRow("end\n", "", "line 12", "expected 'end'")]
    [DataRow("end\n", "end\nmore\n", "line 13", "'more'")]
    [DataRow("mlseqgraph-tokenizer 1", "something", "line 1", "expected")]
    public void Damaged_files_are_told_by_line(string old, string changed, params string[] parts)
    {
        using var file = new TemporaryFile();
        TextTokenizer.Words(["a b c"]).Save(file.Path);
        string text = File.ReadAllText(file.Path);
        int at = text.LastIndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(file.Path, text[..at] + changed + text[(at + old.Length)..]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => TextTokenizer.Load(file.Path)).Message;
        foreach (string part in parts)
            StringAssert.Contains(message, part);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }

    [TestMethod]
    public void Keys_count_from_one_and_what_a_model_has_beyond_them_is_no_text()
    {
        var tokenizer = TextTokenizer.Words(["a dog runs"]);
        var keys = tokenizer.EncodeKeys("a dog sleeps");
        CollectionAssert.AreEqual(tokenizer.Encode("a dog sleeps").Select(id => id + 1L).ToArray(), keys);
        Assert.AreEqual("a dog <unk>", tokenizer.DecodeKeys(keys));
        Assert.AreEqual("a <unk> runs", tokenizer.DecodeKeys(
            [.. tokenizer.EncodeKeys("a"), 0, .. tokenizer.EncodeKeys("runs"), tokenizer.Vocabulary.Count + 1,
            tokenizer.Vocabulary.Count + 2]));
        Assert.AreEqual("", TextTokenizer.Words(["a"], special: SpecialTokens.None).DecodeKeys(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokenizer.DecodeKeys(-1));
    }
}
