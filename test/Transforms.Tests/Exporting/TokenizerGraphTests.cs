using System.Diagnostics;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Exporting;

/// <summary>Tokenizers as operators give the ids that the tokenizers themselves give.</summary>
[TestClass]
public class TokenizerGraphTests
{
    private const int TextOpset = 20;

    // Sentences to learn from, in several scripts.
    private static readonly string[] Sentences =
    [
        "The quick brown fox jumps over the lazy dog.", "Who wrote the book, and when was it read?",
        "Das Mädchen isst Äpfel für 3,50 €.",
        "Où est l'école ? J'y vais à 8h30.", "Кто написал эту книгу?", "那本書是誰寫的？",
        "कौन सी किताब है", "the lowest newest widest",
        "low lower lowest new newer newest wide wider widest", "a-b-c well-known don't 3.14 1,000 10.000,5",
        "😀 😃 👩‍👩‍👧 🇩🇪🇫🇷 👍🏽",
        "aaaa aaaaa ------ ====", "  two  spaces\tand\r\nlines  ", "e\u0301 é naïve cafe\u0301 ﬁ", "x = y + 2 * (z - 1); // code",
    ];

    // Others to write, among them what is hard to cut.
    private static readonly string[] Texts =
    [
        .. Sentences, "", " ", "   ", "\t", "a", "\u0301", "\u0301a", " \u0301", "\uFEFFab", "a\uFEFFb", "\u200Bab\u200B", "a b ",
        "a  b", "a\t b", "a \tb",
        "a\u00A0b", "a\u2003 b", "\0", "a\0b", "\uFFFD", "unknown wörds ω∑ 𝔘𝔫𝔦 𐍈 ᏣᎳᎩ",
        "don't- 'tis o’clock 1.a a.1 1.2.3 1,,2 1.\u03012 1\u0301.2",
        "𝟏.𝟐 ١٢.٣ Ⅷ Ⓐ _a_b ‿", "LOWEST Newest WIDEST ÄPFEL ΣΑΣ İstanbul ǅ",
        "👩‍ 👩‍x 👩‍🇩🇪 🇩🇪🇫🇷🇬 🇩‍🇪 ∑‍∑ +‍+", "中文abc123", "abc中文 123中文",
        "🏽 a🏽 🏽🏽", "a'b'c''d", "a-\u0301b a\u0301-b", "１２３．４５", "ⅫⅫ", "½ ² ①",
        new('-', 700), " " + new string('a', 700), new(' ', 600), new string(' ', 513) + "b", string.Concat(Enumerable.Repeat("𝔘", 300)),
        " " + string.Concat(Enumerable.Repeat("𝔘", 300)), string.Concat(Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? "𝔘" : "b")),
    ];

    private static IEnumerable<(string Name, TextTokenizer Tokenizer)> Tokenizers()
    {
        yield return ("characters", TextTokenizer.Characters(Sentences, minimumCount: 2));
        yield return ("characters, nothing unknown", TextTokenizer.Characters(Texts, special: SpecialTokens.None));
        yield return ("words", TextTokenizer.Words(Sentences));
        yield return ("words in lower case", TextTokenizer.Words(Sentences, lowercase: true));
        yield return ("words of one letter", TextTokenizer.Words(["a b", "1"], lowercase: true));
        yield return ("byte pairs", TextTokenizer.BytePairEncoding(Sentences, 400, minimumCount: 1));
        yield return ("many byte pairs", TextTokenizer.BytePairEncoding(Texts, 2000, minimumCount: 1));
        yield return ("bytes alone", TextTokenizer.BytePairEncoding(Sentences, 260));
    }

    private static OnnxSession Session(TokenizingSettings settings)
    {
        var graph = new Graph("tokenizer");
        graph.Output("ids", TokenizerGraph.Ids(graph.Input("Text", ElementType.String, ["batch"]), settings, "Features"));
        return OnnxSession.Load(OnnxFile.ToBytes(graph, opset: TextOpset), ExecutionTarget.Cpu(1));
    }

    private static long[][] Ids(OnnxSession session, params string[] texts)
    {
        var ids = session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector(texts) })["ids"];
        Assert.AreEqual(texts.Length, (int)ids.Sizes[0]);
        return [.. ids.As<long>().Chunk((int)ids.Sizes[1])];
    }

    private static long[] Expected(TokenizingSettings settings, string text) => [.. settings.Tokenize(text, null).Select(id => id + 1L)];

    private static void AreTheSame(TokenizingSettings settings, OnnxSession session, string name, string[] texts)
    {
        var found = Ids(session, texts);
        var longest = Math.Max(1, texts.Max(text => Expected(settings, text).Length));
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.HasCount(longest, found[i]);
            var expected = Expected(settings, texts[i]);
            CollectionAssert.AreEqual(expected, found[i][..expected.Length],
                $"{name}, '{texts[i]}': expected {string.Join(' ', expected)}, found {string.Join(' ', found[i])}");
            Assert.IsTrue(found[i][expected.Length..].All(id => id == 0), $"{name}, '{texts[i]}'");
        }
    }

    [TestMethod]
    public void Ids_are_the_tokenizers()
    {
        foreach (var (name, tokenizer) in Tokenizers())
        {
            var settings = new TokenizingSettings("Text", tokenizer);
            using var session = Session(settings);
            AreTheSame(settings, session, name, Texts);
            foreach (var text in Texts)
                AreTheSame(settings, session, name, [text]);
            AreTheSame(settings, session, name, ["", ""]);
        }
    }

    [TestMethod]
    public void Random_texts_have_the_tokenizers_ids()
    {
        var random = new Random(1);
        string[] pools =
        [
            "ab1 .,'-", "ab \t\n  ", "aä\u0301\u200D\uFEFF\u200B😀👍🏽🇩🇪", "𝔘𝟏.1,\u0301a",
            "lowestnewr ", "—中文А́ ",
        ];
        string Text() => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ =>
        {
            var runes = pools[random.Next(pools.Length)].EnumerateRunes().ToArray();
            return runes[random.Next(runes.Length)].ToString();
        }));
        string[] texts = [.. Enumerable.Range(0, 1500).Select(_ => Text())];
        foreach (var (name, tokenizer) in Tokenizers())
        {
            var settings = new TokenizingSettings("Text", tokenizer);
            using var session = Session(settings);
            foreach (var some in texts.Where(text => tokenizer.Vocabulary.UnknownId is not null || text.All(c => c is 'a' or 'b'))
                .Chunk(64))
                AreTheSame(settings, session, name, some);
        }
    }

    // Letters, marks and digits that came with Unicode 16, which ONNX Runtime's regular expressions don't know yet.
    private static readonly (int First, int Last)[] New =
    [
        (0x897, 0x897), (0x1C89, 0x1C8A), (0xA7CB, 0xA7CD), (0xA7DA, 0xA7DC), (0x105C0, 0x105F3), (0x10D40, 0x10D85), (0x10EC2, 0x10EC4),
        (0x10EFC, 0x10EFC), (0x11380, 0x113E2), (0x116D0, 0x116E3), (0x11BC0, 0x11BF9), (0x11F5A, 0x11F5A), (0x13460, 0x143FA),
        (0x16100, 0x16139), (0x16D40, 0x16D79), (0x18CFF, 0x18CFF), (0x1CCF0, 0x1CCF9), (0x1E5D0, 0x1E5FA),
    ];

    [TestMethod]
    public void Every_character_is_cut_as_the_tokenizer_cuts_it()
    {
        string[] Around(IEnumerable<int> codes) => [.. codes.Chunk(128).Select(some =>
            string.Concat(some.Select(code => $"a{new Rune(code)}1 {new Rune(code)}.1 ")))];
        var all = Enumerable.Range(0, 0x110000).Where(code => Rune.IsValid(code) && (code < 0x10000 || code % 13 == 0)).ToArray();
        foreach (var tokenizer in (TextTokenizer[])[TextTokenizer.Words(["a 1 . b"]), TextTokenizer.BytePairEncoding(["a1 .1 a1"], 300, 1)])
        {
            var settings = new TokenizingSettings("Text", tokenizer);
            using var session = Session(settings);
            foreach (var text in Around(all.Where(code => tokenizer is not WordTokenizer
                || !New.Any(range => code >= range.First && code <= range.Last))))
                CollectionAssert.AreEqual(Expected(settings, text), Ids(session, text)[0], $"{tokenizer.Kind} '{text}'");
        }
    }

    [TestMethod]
    [DataRow(false, false, null, false)]
    [DataRow(true, true, 6, true)]
    [DataRow(true, false, 5, true)]
    [DataRow(false, true, 3, true)]
    [DataRow(true, true, null, false)]
    [DataRow(false, true, 40, false)]
    public void Begin_and_end_tokens_and_the_longest_allowed_are_the_pipelines(bool begin, bool end, int? most, bool truncates)
    {
        foreach (var (name, tokenizer) in Tokenizers().Where(one => one.Tokenizer.Vocabulary.UnknownId is not null))
        {
            var settings = new TokenizingSettings("Text", tokenizer, begin, end, most, truncates);
            using var session = Session(settings);
            AreTheSame(settings, session, name, ["the fox", "", "a", "low new wide", "the dog"]);
            if (most is not { } limit || truncates)
                continue;
            var longest = string.Join(' ', Enumerable.Repeat("a", limit));
            var error = Assert.Throws<Exception>(() => Ids(session, "a", longest + " a a"));
            StringAssert.Contains(error.Message, $"text_has_at_most_{limit - (begin ? 1 : 0) - (end ? 1 : 0)}_tokens");
        }
    }

    [TestMethod]
    public void A_megabyte_has_the_tokenizers_ids_in_seconds()
    {
        var random = new Random(1);
        string[] words = [.. Sentences.SelectMany(sentence => sentence.Split(' '))];
        var text = new StringBuilder();
        while (text.Length < 1 << 20)
            text.Append(words[random.Next(words.Length)]).Append(' ');
        foreach (var (name, tokenizer) in Tokenizers().Where(one => one.Tokenizer.Vocabulary.UnknownId is not null))
        {
            var settings = new TokenizingSettings("Text", tokenizer);
            using var session = Session(settings);
            foreach (var large in (string[])[text.ToString(), new('a', 1 << 20)])
            {
                var clock = Stopwatch.StartNew();
                var found = Ids(session, large)[0];
                Console.WriteLine($"{name}: {clock.ElapsedMilliseconds} ms, {found.Length} tokens");
                Assert.IsLessThan(20, clock.Elapsed.TotalSeconds, name);
                CollectionAssert.AreEqual(Expected(settings, large), found, name);
            }
            var one = Stopwatch.StartNew();
            for (var i = 0; i < 100; i++)
                Ids(session, "Who wrote the book, and when was it read?");
            Console.WriteLine($"{name}: a sentence {one.Elapsed.TotalMilliseconds / 100:0.00} ms");
        }
    }

    [TestMethod]
    public void Tokenizers_that_operators_cannot_be_written_for_are_named()
    {
        var words = TextTokenizer.Words(Sentences);
        Assert.IsNull(TokenizerGraph.WhyNot(new("Text", words)));
        StringAssert.Contains(TokenizerGraph.WhyNot(new("Text", words) { PairColumn = "Second" }), "pairs");
        StringAssert.Contains(TokenizerGraph.WhyNot(new("Text", TextTokenizer.WordPieces("[PAD]\n[UNK]\n[CLS]\n[SEP]\na"))), "word pieces");
    }
}
