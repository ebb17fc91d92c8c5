using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class SpanEvaluationTests
{
    private const string Names = "O B-PER I-PER B-LOC I-LOC";

    [TestMethod]
    public void Spans_are_those_counted_by_hand()
    {
        var spans = Evaluate(Row("B-PER I-PER O B-LOC", "B-PER I-PER O O"), Row("B-PER O B-PER", "B-LOC O B-PER"));
        Assert.AreEqual(new ClassMetrics("micro", 4, 3, 2), spans.Overall);
        Assert.AreEqual((2.0 / 3, 0.5), (spans.Precision, spans.Recall));
        Assert.AreEqual(4.0 / 7, spans.F1Score, 1e-12);
        Assert.AreEqual(new ClassMetrics("LOC", 1, 1, 0), spans.PerType[0]);
        Assert.AreEqual(new ClassMetrics("PER", 3, 2, 2), spans.PerType[1]);
        Assert.AreEqual(0.4, spans.MacroF1Score, 1e-12);
        Assert.AreEqual(0.5, spans.MacroPrecision, 1e-12);
        Assert.AreEqual(1.0 / 3, spans.MacroRecall, 1e-12);
        StringAssert.Contains(spans.ToString(), "micro");
    }

    [TestMethod]
    [DataRow("I-PER I-PER O", "B-PER I-PER O", 1, 1, 1, DisplayName = "first in the sequence")]
    [DataRow("O I-LOC I-LOC", "O B-LOC I-LOC", 1, 1, 1, DisplayName = "after O")]
    [DataRow("B-PER I-LOC O", "B-PER B-LOC O", 2, 2, 2, DisplayName = "after another type")]
    [DataRow("B-PER B-PER O", "B-PER I-PER O", 2, 1, 0, DisplayName = "B starts a span inside of one")]
    [DataRow("B-PER I-PER I-PER", "B-PER I-PER O", 1, 1, 0, DisplayName = "another end")]
    public void An_inside_tag_without_a_begin_starts_a_span(
        string labels, string predicted, long ofLabels, long ofPredictions, long correct)
    {
        Assert.AreEqual(new ClassMetrics("micro", ofLabels, ofPredictions, correct), Evaluate(Row(labels, predicted)).Overall);
    }

    [TestMethod]
    public void Steps_without_label_are_taken_out_and_missing_predictions_are_outside()
    {
        Assert.AreEqual(new ClassMetrics("micro", 1, 1, 1), Evaluate(Row("B-PER ? I-PER", "B-PER O I-PER")).Overall);
        Assert.AreEqual(new ClassMetrics("micro", 1, 2, 0), Evaluate(Row("B-PER I-PER I-PER", "B-PER ? I-PER")).Overall);
    }

    [TestMethod]
    public void Spans_do_not_run_on_into_the_next_row()
    {
        Assert.AreEqual(2, Evaluate(Row("O B-PER", "O O"), Row("I-PER O", "O O")).Overall.LabelCount);
    }

    [TestMethod]
    public void Other_names_are_no_tags()
    {
        var data = Tagged("O B-PER noun", "O B-PER", Row("O", "O"));
        Assert.IsNull(Ml.Sequences().EvaluateTagging(data, scoreColumnName: null).Spans);
    }

    [TestMethod]
    public void Agrees_with_sets_of_spans_on_random_tags()
    {
        var random = new Random(5);
        string[] names = Names.Split(' ');
        var rows = Enumerable.Range(0, 300).Select(_ =>
        {
            string[] tags = [.. Enumerable.Range(0, random.Next(1, 15)).Select(_ => names[random.Next(names.Length)])];
            string[] predicted = [.. tags.Select(tag => random.Next(4) == 0 ? names[random.Next(names.Length)] : tag)];
            return new Sentence { Tags = tags, Predicted = predicted };
        }).ToArray();
        var expected = rows.Select((row, i) => (Labels: Slow(row.Tags, i), Predictions: Slow(row.Predicted, i))).ToArray();
        var spans = Evaluate(rows);
        var labels = expected.SelectMany(row => row.Labels).ToHashSet();
        var predictions = expected.SelectMany(row => row.Predictions).ToHashSet();
        foreach (var type in spans.PerType)
        {
            Assert.AreEqual(labels.Count(span => span.Type == type.Name), type.LabelCount);
            Assert.AreEqual(predictions.Count(span => span.Type == type.Name), type.PredictedCount);
            Assert.AreEqual(labels.Intersect(predictions).Count(span => span.Type == type.Name), type.CorrectCount);
        }

        Assert.AreEqual(labels.Intersect(predictions).Count(), spans.Overall.CorrectCount);
    }

    private static SpanMetrics Evaluate(params Sentence[] rows) =>
        Ml.Sequences().EvaluateTagging(Tagged(Names, Names, rows), scoreColumnName: null).Spans!;

    // The rules of conlleval.pl, startOfChunk and endOfChunk, one after the other.
    private static List<(int Row, string Type, int Start, int End)> Slow(string[] tags, int row)
    {
        var spans = new List<(int, string, int, int)>();
        for (int start = 0; start < tags.Length; start++)
        {
            string type = tags[start] == "O" ? "" : tags[start][2..];
            bool isStart = tags[start][0] == 'B'
                || (tags[start][0] == 'I' && (start == 0 || tags[start - 1] == "O" || tags[start - 1][2..] != type));
            if (!isStart)
                continue;
            int end = start + 1;
            while (end < tags.Length && tags[end] == "I-" + type)
                end++;
            spans.Add((row, type, start, end));
        }

        return spans;
    }
}
