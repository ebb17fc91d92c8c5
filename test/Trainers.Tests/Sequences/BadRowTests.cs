using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Rows that can't be read: left out of training, without prediction in scoring, or errors.</summary>
[TestClass]
public class BadRowTests
{
    private readonly MLContext _ml = new(seed: 1);

    public sealed class Row
    {
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";

        public float Age { get; set; }
    }

    public sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    // Rows 3, 7 and 11 are bad: empty, NaN, and NaN in another column.
    private static Row[] Rows(bool withBad = true)
    {
        Row[] rows = [.. Enumerable.Range(0, 40).Select(i => new Row { Series = [i % 2, 1 - i % 2, i % 3], Label = i % 2 == 0 ? "a" : "b",
            Age = i })];
        if (withBad)
            (rows[3].Series, rows[7].Series, rows[11].Age) = ([], [1, float.NaN], float.NaN);
        return rows;
    }

    private IDataView View(IEnumerable<Row> rows) => _ml.Transforms.Conversion.MapValueToKey("Label",
        keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
        .Fit(_ml.Data.LoadFromEnumerable(Rows(false))).Transform(_ml.Data.LoadFromEnumerable(rows.ToArray()));

    private static SequenceClassificationTrainer.Options Options(BadRows badRows, int memoryMegabytes = 256) => new()
    {
        SequenceColumnName = "Series",
        Network = SequenceNetwork.Gru(hidden: 4),
        Epochs = 2,
        BatchSize = 8,
        BadRows = badRows,
        MemoryMegabytes = memoryMegabytes,
        Inputs = [InputColumn.Vector("Age")],
    };

    [TestMethod]
    public void By_default_a_bad_row_is_an_error_that_names_it()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.Sequences().Classification(Options(BadRows.Error)).Fit(View(Rows())));
        StringAssert.Contains(error.Message, "Column 'Series', row 3: the sequence is empty");
    }

    [TestMethod]
    public void Skipped_rows_are_counted_and_train_nothing()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.RawMessage);
        using var skipping = _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(Rows()));
        using var clean = _ml.Sequences().Classification(Options(BadRows.Error)).Fit(View(Rows().Where((_, i) => i is not (3 or 7 or 11))));
        Assert.AreEqual(3, skipping.History.SkippedRows);
        Assert.AreEqual(0, clean.History.SkippedRows);
        Assert.IsTrue(lines.Contains("3 training rows can't be read and are left out; the first: Column 'Series', row 3: the sequence is "
            + "empty, expected at least one step."), string.Join("\n", lines));
        Assert.AreEqual(37, skipping.History.Epochs[0].Rows);
        Assert.AreEqual(clean.History.Epochs[1].Loss, skipping.History.Epochs[1].Loss);
    }

    [TestMethod]
    public void A_missing_label_is_a_bad_row_and_all_rows_bad_is_an_error()
    {
        var rows = Rows(false);
        rows[5].Label = "unheard of";
        using var model = _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(rows));
        Assert.AreEqual(1, model.History.SkippedRows);
        foreach (var row in rows)
            row.Series = [];
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(rows)));
        StringAssert.Contains(error.Message, "no rows but 40 that can't be read");
    }

    [TestMethod]
    public void Scores_of_bad_rows_are_missing_in_views_and_engines_and_others_are_as_ever()
    {
        using var model = _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(Rows()));
        var all = _ml.Data.CreateEnumerable<Prediction>(model.Transform(View(Rows())), false, ignoreMissingColumns: true).ToArray();
        var clean = _ml.Data.CreateEnumerable<Prediction>(model.Transform(View(Rows(false))), false, ignoreMissingColumns: true).ToArray();
        Assert.HasCount(40, all);
        for (var i = 0; i < 40; i++)
        {
            var isBad = i is 3 or 7 or 11;
            Assert.AreEqual(isBad ? 0 : clean[i].PredictedLabel, all[i].PredictedLabel, $"row {i}");
            Assert.HasCount(2, all[i].Score);
            Assert.AreEqual(isBad, float.IsNaN(all[i].Score[0]), $"row {i}");
        }
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(Rows(false)));
        var engine = _ml.Model.CreatePredictionEngine<Row, Prediction>(keys.Append(model));
        Assert.IsTrue(float.IsNaN(engine.Predict(new Row { Label = "a" }).Score[1]));
        Assert.AreEqual(clean[0].Score[1], engine.Predict(Rows(false)[0]).Score[1], 1e-6f);
    }

    [TestMethod]
    public void Exported_models_score_bad_rows_as_asked()
    {
        using var model = _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(Rows()));
        var path = Path.GetTempFileName();
        try
        {
            model.ExportToOnnx(path);
            using var skipping = _ml.Transforms.ApplySequenceModel(path, options: new() { BadRows = BadRows.Skip }).Fit(View(Rows()));
            Assert.AreEqual(3, skipping.Transform(View(Rows())).GetColumn<float[]>("Score").Count(scores => float.IsNaN(scores[0])));
            using var strict = _ml.Transforms.ApplySequenceModel(path).Fit(View(Rows()));
            Assert.ThrowsExactly<InvalidDataException>(() => strict.Transform(View(Rows())).GetColumn<float[]>("Score").Count());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Bad_validation_rows_are_counted_too_and_nodes_have_no_bad_rows()
    {
        using var model = _ml.Sequences().Classification(Options(BadRows.Skip)).Fit(View(Rows(false)), View(Rows()));
        Assert.AreEqual(0, model.History.SkippedRows);
        Assert.AreEqual(3, model.History.SkippedValidationRows);
        var edges = new GraphEdgeColumns(View(Rows(false)));
        NodeClassificationTrainer.Options nodes = new() { Edges = edges, BadRows = BadRows.Skip };
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Graphs().NodeClassification(nodes).Fit(View(Rows(false))));
        StringAssert.Contains(error.Message, "BadRows is Skip; expected Error: nodes can't be left out of their graph");
    }

    [TestMethod]
    public void Language_models_leave_out_empty_texts()
    {
        var texts = _ml.Data.LoadFromEnumerable(new[] { "a b c", "", "b c a", "c a b" }.Select(text => new { Text = text }));
        var data = _ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Append(
            _ml.Transforms.Conversion.MapValueToKey("Features", "Words")).Fit(texts).Transform(texts);
        LanguageModelTrainer.Options options = new() { Decoder = SequenceDecoder.Gru(hidden: 4), Epochs = 1, BadRows = BadRows.Skip,
            EmbeddingSize = 4 };
        using var model = _ml.Sequences().LanguageModel(options).Fit(data);
        Assert.AreEqual(1, model.History.SkippedRows);
        options.BadRows = BadRows.Error;
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.Sequences().LanguageModel(options).Fit(data));
    }
}
