using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>A deployed model among ML.NET's own transformers, engines, objects and evaluators.</summary>
[TestClass]
public class ScoringPipelineTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly Text[] _texts = [.. Enumerable.Range(0, 60).Select(i => new Text
    {
        Words = string.Join(' ', Enumerable.Range(0, 1 + i % 7).Select(j => "abcde"[(i * i + j) % 5])),
        Direction = new[] { "left", "right", "both" }[i % 3],
        Flag = i % 2 == 0,
        Number = i / 10f,
    })];

    private IDataView Data => _ml.Data.LoadFromEnumerable(_texts);

    /// <summary>Text, words, keys, predictions, and the predicted key's value.</summary>
    private ITransformer Fit(ModelTask task, int outputs = 1)
    {
        var model = TestModels.Bytes(task, TestModels.Keys with { Column = "Tokens" }, outputs: outputs);
        var words = _ml.Transforms.Text.TokenizeIntoWords("Tokens", "Words")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tokens"))
            .Append(_ml.Transforms.ApplySequenceModel(model));
        return task is ModelTask.Classification or ModelTask.Tagging
            ? words.Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Data)
            : words.Fit(Data);
    }

    [TestMethod]
    public void APipelineFromTextToTextPredictsRowsAndSingleObjects()
    {
        var pipeline = Fit(ModelTask.Classification);
        var rows = _ml.Data.CreateEnumerable<Classified>(pipeline.Transform(Data), reuseRowObject: false).ToArray();
        Assert.HasCount(_texts.Length, rows);
        Assert.IsGreaterThan(1, rows.Select(row => row.PredictedLabel).Distinct().Count());
        using var engine = _ml.Model.CreatePredictionEngine<Text, Classified>(pipeline);
        for (int i = 0; i < rows.Length; i++)
        {
            var single = engine.Predict(_texts[i]);
            Assert.AreEqual(rows[i].PredictedLabel, single.PredictedLabel);
            Assert.AreEqual(1, single.Score.Sum(), 1e-5);
            for (int j = 0; j < single.Score.Length; j++)
                Assert.AreEqual(rows[i].Score[j], single.Score[j], 1e-5f);
        }

        // A word that the vocabulary lacks is a token like any other, no words at all are an error.
        Assert.HasCount(3, engine.Predict(new Text { Words = "z a z" }).Score);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(new Text { Words = "" })).Message,
            "Column 'Tokens', row 61: the sequence is empty");
    }

    [TestMethod]
    public void TagsAreVectorsAsLongAsTheirSequences()
    {
        var rows = _ml.Data.CreateEnumerable<Tagged>(Fit(ModelTask.Tagging).Transform(Data), reuseRowObject: true).ToArray();
        var tags = _ml.Data.CreateEnumerable<Tagged>(Fit(ModelTask.Tagging).Transform(Data), reuseRowObject: false).ToArray();
        Assert.HasCount(rows.Length, tags);
        for (int i = 0; i < tags.Length; i++)
        {
            Assert.HasCount(_texts[i].Words.Split(' ').Length, tags[i].PredictedLabel);
            Assert.HasCount(3 * tags[i].PredictedLabel.Length, tags[i].Score);
        }
    }

    [TestMethod]
    public void EnginesOnOneModelDoNotDisturbOneAnother()
    {
        var pipeline = Fit(ModelTask.Binary);
        var expected = _ml.Data.CreateEnumerable<Decided>(pipeline.Transform(Data), reuseRowObject: false).ToArray();
        var shared = new PredictionEngineOptions { OwnsTransformer = false };
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
        {
            using var engine = _ml.Model.CreatePredictionEngine<Text, Decided>(pipeline, shared);
            for (int i = 0; i < _texts.Length; i++)
            {
                var decided = engine.Predict(_texts[i]);
                Assert.AreEqual(expected[i].PredictedLabel, decided.PredictedLabel);
                Assert.AreEqual(expected[i].Probability, decided.Probability, 1e-5f);
                Assert.AreEqual(decided.Score > 0, decided.PredictedLabel);
            }
        });
    }

    [TestMethod]
    public void EvaluatorsOfMLNetReadTheColumns()
    {
        var labeled = _ml.Transforms.Conversion.MapValueToKey("Label", "Direction").Fit(Data).Transform(Data);
        var model = TestModels.Bytes(ModelTask.Classification, TestModels.Keys with { Column = "Tokens" },
            new ModelLabels(3, "String", ["left", "right", "both"]));
        var keys = _ml.Transforms.Text.TokenizeIntoWords("Tokens", "Words").Append(_ml.Transforms.Conversion.MapValueToKey("Tokens"));
        var scored = keys.Append(_ml.Transforms.ApplySequenceModel(model)).Fit(labeled).Transform(labeled);
        var classes = _ml.MulticlassClassification.Evaluate(scored);
        double right = scored.GetColumn<uint>("Label").Zip(scored.GetColumn<uint>("PredictedLabel")).Count(
            pair => pair.First == pair.Second);
        Assert.AreEqual(right / _texts.Length, classes.MicroAccuracy, 1e-9);
        Assert.AreEqual(3, classes.ConfusionMatrix.NumberOfClasses);

        scored = Fit(ModelTask.Binary).Transform(Data);
        var binary = _ml.BinaryClassification.Evaluate(scored, "Flag");
        right = _texts.Zip(scored.GetColumn<bool>("PredictedLabel")).Count(pair => pair.First.Flag == pair.Second);
        Assert.AreEqual(right / _texts.Length, binary.Accuracy, 1e-9);

        scored = Fit(ModelTask.Regression).Transform(Data);
        var regression = _ml.Regression.Evaluate(scored, "Number");
        double error = _texts.Zip(scored.GetColumn<float>("Score")).Average(pair => Math.Abs(pair.First.Number - pair.Second));
        Assert.AreEqual(error, regression.MeanAbsoluteError, 1e-4);
    }

    [TestMethod]
    public void SeveralOutputsAreAVector()
    {
        var scored = Fit(ModelTask.Regression, outputs: 2).Transform(Data);
        Assert.IsTrue(scored.GetColumn<float[]>("Score").All(score => score.Length == 2));
    }

    [TestMethod]
    public void EvaluatorsAndEnginesReadSavedModelsAsTheyReadFittedOnes()
    {
        var fitted = Fit(ModelTask.Binary);
        using var file = new MemoryStream();
        _ml.Model.Save(fitted, Data.Schema, file);
        var saved = _ml.Model.Load(file, out _);
        var (expected, found) = (_ml.BinaryClassification.Evaluate(fitted.Transform(Data), "Flag"),
            _ml.BinaryClassification.Evaluate(saved.Transform(Data), "Flag"));
        Assert.AreEqual(expected.LogLoss, found.LogLoss, 1e-5);
        Assert.AreEqual(expected.AreaUnderRocCurve, found.AreaUnderRocCurve, 1e-9);
        using var engine = _ml.Model.CreatePredictionEngine<Text, Decided>(fitted);
        using var stock = _ml.Model.CreatePredictionEngine<Text, Decided>(saved);
        foreach (var text in _texts)
        {
            var (one, other) = (engine.Predict(text), stock.Predict(text));
            Assert.AreEqual(one.PredictedLabel, other.PredictedLabel);
            Assert.AreEqual(one.Score, other.Score, 1e-6f);
            Assert.AreEqual(one.Probability, other.Probability, 1e-6f);
        }

        fitted = Fit(ModelTask.Regression);
        using var second = new MemoryStream();
        _ml.Model.Save(fitted, Data.Schema, second);
        saved = _ml.Model.Load(second, out _);
        Assert.AreEqual(_ml.Regression.Evaluate(fitted.Transform(Data), "Number").RSquared,
            _ml.Regression.Evaluate(saved.Transform(Data), "Number").RSquared, 1e-6);
    }

    private sealed class Text
    {
        public string Words { get; set; } = "";

        public string Direction { get; set; } = "";

        public bool Flag { get; set; }

        public float Number { get; set; }
    }

    private sealed class Classified
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    private sealed class Tagged
    {
        public string[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    private sealed class Decided
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }
}
