namespace MLSeqGraph.Transforms.Tests.Text;

[TestClass]
public class BleuTests
{
    [TestMethod]
    public void The_same_text_scores_100()
    {
        var bleu = Bleu.Of(["The cat sat on the mat."], ["The cat sat on the mat."]);
        Assert.AreEqual(100, bleu.Score, 1e-9);
        Assert.AreEqual(7, bleu.SystemLength);
    }

    [TestMethod]
    public void Precisions_and_brevity_by_hand()
    {
        // 1-grams 5/5, 2-grams 3/4 (not "cat on"), 3-grams 1/3 ("on the mat"), 4-grams 0/2, smoothed to 1/(2·2)
        var bleu = Bleu.Of(["the cat on the mat"], ["the cat sat on the mat"]);
        double[] expected = [100, 75, 100.0 / 3, 25];
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], bleu.Precisions[i], 1e-9);
        Assert.AreEqual(Math.Exp(1 - 6.0 / 5), bleu.BrevityPenalty, 1e-12);
        Assert.AreEqual(100 * Math.Exp(-0.2) * Math.Pow(0.75 / 3 * 0.25, 0.25), bleu.Score, 1e-9);
    }

    [TestMethod]
    public void Each_order_without_match_halves_again()
    {
        // 1-grams 2/5, 2-grams 0/4 → 1/8, 3-grams 0/3 → 1/12, 4-grams 0/2 → 1/16
        var bleu = Bleu.Of(["a x b y z"], ["a q b r s"]);
        double[] expected = [40, 100.0 / 8, 100.0 / 12, 100.0 / 16];
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], bleu.Precisions[i], 1e-9);
        Assert.AreEqual(0, Bleu.Of(["a b c d e"], ["v w x y z"]).Score);
        Assert.AreEqual(0, Bleu.Of(["a b c"], ["a b c"]).Score);
        Assert.AreEqual(0, Bleu.Of([""], ["a b c"]).BrevityPenalty);
    }

    [TestMethod]
    public void Several_references_clip_by_the_largest_and_take_the_closest_length()
    {
        // "the" is there at most twice in one reference: 2 of 5; lengths 3 and 7 are equally close to 5, the shorter counts
        var bleu = Bleu.Of(["the the the the the"], [["the the cat", "the a b c d e f"]]);
        Assert.AreEqual(40, bleu.Precisions[0], 1e-9);
        Assert.AreEqual(25, bleu.Precisions[1], 1e-9);
        Assert.AreEqual(3, bleu.ReferenceLength);
        Assert.AreEqual(1, bleu.BrevityPenalty);
    }

    [TestMethod]
    public void Counts_add_up_over_the_corpus()
    {
        var bleu = Bleu.Of(["a b c d", "e f g h"], ["a b c d", "e f x h"]);
        double[] expected = [700.0 / 8, 400.0 / 6, 50, 50];
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], bleu.Precisions[i], 1e-9);
    }

    [TestMethod]
    [DataRow("Hello, world!", "Hello , world !")]
    [DataRow("It's 3.14 or 1,000.", "It's 3.14 or 1,000 .")]
    [DataRow("a well-known 5-4 win", "a well-known 5 - 4 win")]
    [DataRow("&quot;x&quot; &amp; &lt;y&gt; (z) a/b", "\" x \" & < y > ( z ) a / b")]
    [DataRow("end.Next .5 5. wait...", "end . Next . 5 5 . wait . . .")]
    [DataRow("line-\nbreak and\nmore<skipped>", "linebreak and more")]
    [DataRow("50% $3 über_all", "50 % $ 3 über _ all")]
    public void Tokenization_13a(string text, string expected) => Assert.AreEqual(expected, string.Join(' ', Bleu.Tokenize(text)));

    [TestMethod]
    public void Numbers_of_texts_must_agree()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Bleu.Of([], Array.Empty<string>()));
        Assert.ThrowsExactly<ArgumentException>(() => Bleu.Of(["a"], ["a", "b"]));
    }
}
