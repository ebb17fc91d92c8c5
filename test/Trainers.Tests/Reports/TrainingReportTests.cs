using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Reports of trainings as HTML files.</summary>
[TestClass]
public class TrainingReportTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string Predicted { get; set; } = "";
        public float[] Score { get; set; } = [];
        public string Note { get; set; } = "";
    }

    private sealed class Truth
    {
        public bool Label { get; set; }
        public bool PredictedLabel { get; set; }
        public float Score { get; set; }
        public float Probability { get; set; }
        public string Note { get; set; } = "";
    }

    private sealed class Numbers
    {
        public float Label { get; set; }
        public float Score { get; set; }
    }

    private sealed class Series
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Features { get; set; } = [];
    }

    [TestMethod]
    public void A_training_is_one_file_that_loads_nothing()
    {
        var random = new Random(1);
        var rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 80).Select(row => new Series
        {
            Label = row % 2 == 0 ? "up" : "down",
            Features = [.. Enumerable.Range(0, 6).Select(step => (row % 2 == 0 ? step : -step) + random.NextSingle())],
        }).ToArray());
        var options = new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), Epochs = 3, ValidationFraction = 0.2f, Seed = 7, FeatureCount = 1,
        };
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Sequences().Classification(options)).Fit(rows);
        var html = Write(new(model, model.Transform(rows)) { Title = "Ups & downs", TrainerOptions = options });
        foreach (var expected in (string[])["<h1>Ups &amp; downs</h1>", "3 of 3 epochs", "validation", "Confusion matrix", "ROC",
            "Calibration", "<td>seed</td><td>7</td>", "<td>LearningRate</td><td>0.001</td>", "compared with its training graph",
            "ML.NET 5.0.1", "Errors worth looking at"])
            Assert.Contains(expected, html);
        Assert.AreEqual(8, Count(html, "<svg"), "loss, accuracy, rate, norm, rows per second, confusion, ROC, calibration");
        var loss = FormattableString.Invariant($"{model.LastTransformer.History.Epochs.Count}");
        Assert.AreEqual("3", loss);
        // Without validation rows, and of a model that was not trained here.
        options.ValidationFraction = 0;
        using var bare = Ml.Sequences().Classification(options).Fit(Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows)
            .Transform(rows));
        Assert.Contains("No rows were held out for validation.", Write(new(bare)));
        Assert.Contains("There is no record of epochs", Write(new(null)));
    }

    [TestMethod]
    public void Figures_are_those_computed_by_hand()
    {
        // Scores of true for positives 0.9, 0.45 and negatives 0.6, 0.1: of 4 pairs 3 are in order.
        var html = Write(new(null, Ml.Data.LoadFromEnumerable(new[]
        {
            new Truth { Label = true, PredictedLabel = true, Score = 2, Probability = 0.9f, Note = "sure" },
            new Truth { Label = true, PredictedLabel = false, Score = -1, Probability = 0.45f, Note = "shy" },
            new Truth { Label = false, PredictedLabel = true, Score = 1, Probability = 0.6f, Note = "bold" },
            new Truth { Label = false, PredictedLabel = false, Score = -2, Probability = 0.1f, Note = "fine" },
        })));
        Assert.Contains("2 of 4 labels are predicted correctly: accuracy 0.5000.", html);
        Assert.Contains("True 0.7500", html);
        // (|0.9 − 1| + |0.45 − 1| + |0.6 − 0| + |0.1 − 0|) / 4
        Assert.Contains("expected error 0.3375", html);
        var rows = Table(html, "score of the label");
        Assert.AreEqual("row 2|False|True|0.6|0.4|bold", string.Join('|', rows[1]));
        Assert.AreEqual("row 1|True|False|0.55|0.45|shy", string.Join('|', rows[2]));
        Assert.HasCount(3, rows);
        Assert.DoesNotContain("fine", html);
        var numbers = Write(new(null, Ml.Data.LoadFromEnumerable(new[]
        {
            new Numbers { Label = 1, Score = 2 }, new Numbers { Label = 2, Score = 2 }, new Numbers { Label = 3, Score = 0 },
            new Numbers { Label = float.NaN, Score = 0 },
        })));
        // Errors 1, 0, −3: mean absolute 4/3, root of 10/3, R² 1 − 10/2, mean −2/3.
        Assert.AreEqual("Label|3|1.3333|1.8257|-4.0000|-0.6667", string.Join('|', Table(numbers, "R²")[1]));
        Assert.AreEqual("row 2|Label|3|0|-3", string.Join('|', Table(numbers, "error")[1]));
        Assert.Contains("1 have no label or no prediction", numbers);
    }

    [TestMethod]
    public void Ties_count_half_in_the_area()
    {
        Row One(string label, float p) => new() { Label = label, Predicted = p > 0.5f ? "a" : "b", Score = [p, 1 - p] };
        var html = Write(new(null, Keyed([One("a", 0.5f), One("b", 0.5f), One("a", 0.7f), One("b", 0.2f)], ["a", "b"])));
        // Pairs: 0.5 and 0.5 half, the other three in order.
        Assert.AreEqual("0.8750", Table(html, "area under ROC")[1][^1]);
    }

    [TestMethod]
    public void Names_of_any_text_and_a_hundred_classes_are_drawn()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(i => i switch
        {
            0 => "<script>alert(\"&\")</script>", 1 => new string('w', 300), 2 => "tab\tand \u0001 bell", 3 => "\ud83d\ude00 one", _ =>
                $"class {i}",
        })];
        var random = new Random(1);
        var rows = Enumerable.Range(0, 1000).Select(row =>
        {
            float[] scores = [.. names.Select(_ => random.NextSingle())];
            scores[row % 100] += 0.7f;
            var sum = scores.Sum();
            return new Row
            {
                Label = names[row % 100], Predicted = names[Array.IndexOf(scores, scores.Max())], Score = [.. scores.Select(one =>
                    one / sum)],
                Note = row == 1 ? "<b>" + new string('x', 1000) : $"note {row}",
            };
        }).ToArray();
        var html = Write(new(null, Keyed(rows, names)) { Title = names[0], Facts = new Dictionary<string, string> { ["<a>"] = "&b;" } });
        Assert.Contains("&lt;script&gt;alert", html);
        Assert.IsTrue(Parsed(html).Descendants("td").All(cell => cell.Value.Length <= 200));
        Assert.HasCount(101, Table(html, "area under ROC"));
        Assert.Contains("Classes are numbered as in the table above.", html);
        var few = Write(new(null, Keyed([.. rows.Where(row => Array.IndexOf(names, row.Label) < 5)], names)));
        Assert.Contains("classes are neither among the labels nor predicted", few);
    }

    [TestMethod]
    public void An_empty_view_and_one_without_labels_are_said()
    {
        const string Expected = "The evaluated view has no row with a label: there is nothing to compare.";
        Assert.Contains(Expected, Write(new(null, Keyed([], ["a", "b"]))));
        Assert.Contains(Expected, Write(new(null, Keyed([new() { Label = "?", Predicted = "a", Score = [1, 0] }], ["a", "b"]))));
        Assert.Contains(Expected, Write(new(null, Ml.Data.LoadFromEnumerable(new[] { new Numbers { Label = float.NaN } }))));
        Assert.Contains(Expected, Write(new(null, Ml.Data.LoadFromEnumerable(Array.Empty<Truth>()))));
    }

    [TestMethod]
    public void Steps_are_labels_of_their_own()
    {
        var html = Write(new(null, Views.Tagged("A B", "A B", Views.Row("A B ?", "A A B", 0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f))));
        Assert.Contains("1 of 2 labels are predicted correctly: accuracy 0.5000. 1 labels are missing and aren't counted.", html);
        Assert.AreEqual("row 0, step 1|B|A|0.8|0.2", string.Join('|', Table(html, "score of the label")[1]));
    }

    [TestMethod]
    public void Scores_that_are_no_probabilities_have_no_calibration()
    {
        var html = Write(new(null, Keyed([new() { Label = "a", Predicted = "a", Score = [3, -1] },
            new() { Label = "b", Predicted = "a", Score = [2, 1] }], ["a", "b"])));
        Assert.Contains("The scores are no probabilities, so there is no calibration.", html);
        Assert.DoesNotContain("Calibration:", html);
        Assert.Contains("ROC", html);
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        var rows = Keyed([new() { Label = "a", Predicted = "a", Score = [1, 0] }], ["a", "b"]);
        Views.Fails<ArgumentException>(() => Write(new(null, rows) { ShownColumnNames = ["Nothing"] }), "no column 'Nothing' to show",
            "Note");
        Views.Fails<ArgumentException>(() => Write(new(null, rows) { ShownColumnNames = ["Label"] }), "Column 'Label' is Key", "to show");
        Views.Fails<ArgumentException>(() => Write(new(null, rows) { LabelColumnName = "Other" }), "'Other'");
        Views.Fails<ArgumentException>(() => Write(new(null, Ml.Data.LoadFromEnumerable([new { Label = 1f }]))),
            "neither column 'PredictedLabel' nor column 'Score'");
        Views.Fails<IOException>(() => new TrainingReport(null).Write("/no/folder/report.html"), "/no/folder/report.html");
    }

    private static IDataView Keyed(Row[] rows, string[] names)
    {
        var keys = Ml.Data.LoadFromEnumerable(names.Select(name => new { Name = name }));
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Score"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, names.Length);
        var view = Ml.Data.LoadFromEnumerable(rows, schema);
        return Ml.Transforms.Conversion.MapValueToKey("Label", keyData: keys)
            .Append(Ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Predicted", keyData: keys)).Fit(view).Transform(view);
    }

    /// <summary>The page, which is well-formed and loads nothing.</summary>
    private static string Write(TrainingReport report)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.html");
        try
        {
            report.Write(path);
            var html = File.ReadAllText(path);
            foreach (var outside in (string[])["http:", "https:", "src=", "href=", "<script", "NaN", "Infinity"])
                Assert.DoesNotContain(outside, html);
            Parsed(html);
            return html;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static XDocument Parsed(string html) =>
        XDocument.Parse(html.Replace("<!DOCTYPE html>", "").Replace("<meta charset=\"utf-8\">", ""));

    private static int Count(string html, string what) => html.Split(what).Length - 1;

    /// <summary>The cells of the table that has a column of that name, its header first.</summary>
    private static string[][] Table(string html, string column) => [.. Parsed(html).Descendants("table")
        .First(table => table.Descendants("th").Any(cell => cell.Value == column)).Elements("tr")
        .Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
}
