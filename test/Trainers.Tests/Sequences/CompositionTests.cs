using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Trainers together with the rest of ML.NET: what comes before and after them, cross-validation, prediction engines.</summary>
[TestClass]
public class CompositionTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
        public float[] Score { get; set; } = [];
    }

    private sealed class Answer
    {
        public bool PredictedLabel { get; set; }
        public float Score { get; set; }
        public float Probability { get; set; }
    }

    private sealed class Tagged
    {
        public string[] Predicted { get; set; } = [];
    }

    private sealed class Numbered
    {
        public float Score { get; set; }
    }

    private IDataView Data(int count = 30) => _ml.Data.LoadFromEnumerable(EveryForm.Rows(count));

    [TestMethod]
    public void Predicted_keys_are_mapped_back_to_values_by_the_same_pipeline()
    {
        var pipeline = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Classification", "Ragged"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var data = Data();
        using var model = pipeline.Fit(data);
        var scored = model.Transform(data);
        PipelineTests.CheckShape(pipeline.GetOutputSchema(SchemaShapes.FromSchema(data.Schema)), SchemaShapes.FromSchema(scored.Schema));
        var predictions = _ml.Data.CreateEnumerable<Prediction>(scored, false).ToList();
        foreach (var prediction in predictions)
            Assert.AreEqual(((string[])["low", "middle", "high"])[Array.IndexOf(prediction.Score, prediction.Score.Max())],
                prediction.PredictedLabel);

        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        foreach (var load in (Func<ITransformer>[])[() => _ml.Model.Load(file, out _), () => _ml.Model.LoadSequenceGraph(file, out _)])
        {
            file.Position = 0;
            var again = load();
            CollectionAssert.AreEqual(predictions.ConvertAll(prediction => prediction.PredictedLabel),
                _ml.Data.CreateEnumerable<Prediction>(again.Transform(data), false).Select(prediction => prediction.PredictedLabel)
                    .ToList());
            ((IDisposable)again).Dispose();
        }
    }

    [TestMethod]
    public void Predicted_tags_are_mapped_back_to_values()
    {
        var data = Data();
        using var model = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Tagging", "Keys"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel")).Fit(data);
        var rows = EveryForm.Rows(30);
        var tagged = _ml.Data.CreateEnumerable<Tagged>(model.Transform(data), false).ToList();
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.HasCount(rows[row].Words.Length, tagged[row].Predicted);
            CollectionAssert.IsSubsetOf(tagged[row].Predicted.Distinct().ToArray(), (string[])["first", "low", "high"]);
        }
    }

    [TestMethod]
    public void A_prediction_engine_says_what_a_batch_says()
    {
        var data = Data();
        using var model = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Classification", "Keys"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        var batch = _ml.Data.CreateEnumerable<Prediction>(model.Transform(data), false).ToList();
        using var engine = _ml.Model.CreatePredictionEngine<EveryForm.Row, Prediction>(model);
        var one = EveryForm.Rows(30).Select(engine.Predict).ToList();
        for (var row = 0; row < batch.Count; row++)
        {
            Assert.AreEqual(batch[row].PredictedLabel, one[row].PredictedLabel);
            for (var i = 0; i < 3; i++)
                Assert.AreEqual(batch[row].Score[i], one[row].Score[i], 1e-5f);
        }
    }

    [TestMethod]
    public void A_prediction_engine_gives_answers_and_numbers()
    {
        var data = Data();
        using var yes = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Binary", "Grid")).Fit(data);
        using var answers = _ml.Model.CreatePredictionEngine<EveryForm.Row, Answer>(yes);
        using var number = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Number", "Fixed")).Fit(data);
        using var numbers = _ml.Model.CreatePredictionEngine<EveryForm.Row, Numbered>(number);
        var scores = number.Transform(data).GetColumn<float>("Score").ToArray();
        var rows = EveryForm.Rows(30);
        for (var row = 0; row < rows.Length; row++)
        {
            var answer = answers.Predict(rows[row]);
            Assert.AreEqual(answer.Score > 0, answer.PredictedLabel);
            Assert.AreEqual(1 / (1 + MathF.Exp(-answer.Score)), answer.Probability, 1e-5f);
            Assert.AreEqual(scores[row], numbers.Predict(rows[row]).Score, 1e-4f);
        }
    }

    [TestMethod]
    public void Cross_validation_of_each_task()
    {
        var data = Data(40);
        IEstimator<ITransformer> Pipeline(string task) => EveryForm.Keys(_ml).Append(
            EveryForm.Trainer(_ml, task, "Ragged", options => options.Epochs = 12));
        var classes = _ml.MulticlassClassification.CrossValidate(data, Pipeline("Classification"), 2, "ClassKey");
        Assert.HasCount(2, classes);
        foreach (var fold in classes)
            Assert.IsGreaterThan(0.6, fold.Metrics.MicroAccuracy);
        foreach (var fold in _ml.BinaryClassification.CrossValidate(data, Pipeline("Binary"), 2, "Yes"))
            Assert.IsGreaterThan(0.6, fold.Metrics.Accuracy);
        foreach (var fold in _ml.Regression.CrossValidate(data, Pipeline("Number"), 2, "Number"))
            Assert.IsGreaterThan(0.3, fold.Metrics.RSquared);
    }

    [TestMethod]
    public void Values_of_the_label_may_be_of_any_type()
    {
        var rows = EveryForm.Rows(30);
        int[] classes = [7, -3, 1000];
        var data = _ml.Data.LoadFromEnumerable(rows.Select(row => new Numeric { Features = row.Ragged,
            Label = classes[Array.IndexOf(["low", "middle", "high"], row.Class)] }));
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label").Append(
            EveryForm.Trainer(_ml, "Classification", "Features", options =>
        {
            options.LabelColumnName = "Label";
            options.FeatureCount = EveryForm.Features;
        })).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(data);
        var scored = model.Transform(data);
        PipelineTests.CheckShape(pipeline.GetOutputSchema(SchemaShapes.FromSchema(data.Schema)), SchemaShapes.FromSchema(scored.Schema));
        CollectionAssert.IsSubsetOf(scored.GetColumn<int>("PredictedLabel").Distinct().ToArray(), classes);
    }

    [TestMethod]
    public void Keys_without_values_give_keys_without_values()
    {
        var rows = EveryForm.Rows(30);
        var data = _ml.Data.LoadFromEnumerable(rows.Select(row => new Counted { Features = row.Ragged,
            Label = (uint)Array.IndexOf(["low", "middle", "high"], row.Class) }));
        var trainer = EveryForm.Trainer(_ml, "Classification", "Features", options =>
        {
            options.LabelColumnName = "Label";
            options.FeatureCount = EveryForm.Features;
        });
        using var model = trainer.Fit(data);
        var scored = model.Transform(data);
        PipelineTests.CheckShape(trainer.GetOutputSchema(SchemaShapes.FromSchema(data.Schema)), SchemaShapes.FromSchema(scored.Schema));
        Assert.AreEqual("Key<UInt32, 0-2>", scored.Schema["PredictedLabel"].Type.ToString());
        Assert.IsNull(scored.Schema["PredictedLabel"].Annotations.Schema.GetColumnOrNull("KeyValues"));
        Assert.IsFalse(scored.Schema["Score"].HasSlotNames());
        Assert.AreEqual(3, _ml.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses);
    }

    private sealed class Numeric
    {
        public float[] Features { get; set; } = [];
        public int Label { get; set; }
    }

    private sealed class Counted
    {
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
