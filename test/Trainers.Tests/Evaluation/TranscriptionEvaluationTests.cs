using Microsoft.ML;
using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class TranscriptionEvaluationTests
{
    private sealed class Line
    {
        public string Label { get; set; } = "";
        public string PredictedLabel { get; set; } = "";
        public string[] Several { get; set; } = [];
        public int Number { get; set; }
    }

    [TestMethod]
    public void Error_rates_are_those_computed_by_hand()
    {
        // kitten → sitting: 2 replaced, 1 inserted; "a cat" → "cat": 2 deleted, 1 word deleted; right; all missing
        var metrics = Ml.Sequences().EvaluateTranscription(Lines(("kitten", "sitting"), ("a cat", "cat"), ("of it", "of it"), ("", ""),
            ("go", "")));
        Assert.AreEqual(new EditCounts(2, 1, 4, 18), metrics.Symbols);
        Assert.AreEqual(7.0 / 18, metrics.CharacterErrorRate, 1e-12);
        Assert.AreEqual(new EditCounts(1, 0, 2, 6), metrics.Words);
        Assert.AreEqual(0.5, metrics.WordErrorRate, 1e-12);
        Assert.AreEqual((5L, 3L, 0.6), (metrics.RowCount, metrics.WrongRowCount, metrics.RowErrorRate));
        StringAssert.Contains(metrics.ToString(), "0.3889");
    }

    [TestMethod]
    public void Separated_symbols_are_one_word_a_row()
    {
        var metrics = Ml.Sequences().EvaluateTranscription(Lines(("AE B D", "AE P D"), ("K AE T", "K AE T")), symbolsAreSeparated: true);
        Assert.AreEqual(new EditCounts(1, 0, 0, 6), metrics.Symbols);
        Assert.AreEqual(new EditCounts(1, 0, 0, 2), metrics.Words);
    }

    [TestMethod]
    public void The_closest_of_several_answers_counts()
    {
        var data = Ml.Data.LoadFromEnumerable<Line>([new() { Several = ["AH B", "EY B IY", "EY B"], PredictedLabel = "EY B IY" }]);
        var metrics = Ml.Sequences().EvaluateTranscription(data, "Several", symbolsAreSeparated: true);
        Assert.AreEqual(new EditCounts(0, 0, 0, 3), metrics.Symbols);
        Assert.AreEqual(0, metrics.WordErrorRate);
    }

    [TestMethod]
    public void Keys_are_compared_by_name_and_unknown_ones_are_wrong()
    {
        var metrics = Ml.Sequences().EvaluateTranscription(Tagged("x y z", "z y x", Row("x y new", "x z y new")));
        Assert.AreEqual(3, metrics.Symbols.Length);
        Assert.AreEqual(2, metrics.Symbols.Errors);
        Assert.AreEqual(new EditCounts(1, 0, 0, 1), metrics.Words);
    }

    [TestMethod]
    public void Character_edits_are_the_fewest()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            string Text() => new([.. Enumerable.Range(0, random.Next(6)).Select(_ => (char)('a' + random.Next(3)))]);
            var (from, to) = (Text(), Text());
            var edits = EditCounts.Between<char>(from, to);
            Assert.AreEqual(Fewest(from, to), edits.Errors);
            Assert.AreEqual(to.Length - from.Length, edits.Insertions - edits.Deletions);
        }
        static long Fewest(string a, string b) => a.Length == 0 || b.Length == 0 ? a.Length + b.Length
            : Math.Min(Fewest(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1), 1 + Math.Min(Fewest(a[1..], b), Fewest(a, b[1..])));
    }

    [TestMethod]
    public void Other_columns_are_errors()
    {
        Fails<ArgumentException>(() => Ml.Sequences().EvaluateTranscription(Lines(("a", "b")), "Number"),
            "Column 'Number' is Int32", "expected vectors of keys in both, or text in both");
        Fails<ArgumentException>(() => Ml.Sequences().EvaluateTranscription(Tagged("x", "x", Row("x", "x")), symbolsAreSeparated: true),
            "Column 'Label'", "expected text where symbols are separated");
        Fails<InvalidDataException>(() => Ml.Sequences().EvaluateTranscription(Lines(("", "b"))), "has no symbol in any row");
        Fails<InvalidDataException>(() => Ml.Sequences().EvaluateTranscription(
            Ml.Data.LoadFromEnumerable<Line>([new() { PredictedLabel = "x" }]), "Several"),
            "Column 'Several', row 0: there is no right answer");
    }

    private static IDataView Lines(params (string Label, string Written)[] lines) =>
        Ml.Data.LoadFromEnumerable(lines.Select(line => new Line { Label = line.Label, PredictedLabel = line.Written }));
}
