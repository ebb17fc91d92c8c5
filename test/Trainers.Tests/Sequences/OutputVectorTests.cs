using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>The vector that the output layer reads, as a column.</summary>
[TestClass]
public class OutputVectorTests
{
    private readonly MLContext _ml = new(seed: 1);

    public sealed class Row
    {
        public float[] Series { get; set; } = [];

        public bool Label { get; set; }

        public string[] Tags { get; set; } = [];
    }

    public sealed class Vectors
    {
        public float[] Vector { get; set; } = [];
    }

    private static Row[] Rows => [.. Enumerable.Range(0, 30)
        .Select(i => new Row { Series = [i % 2, 2, 3, .. new float[i % 3]], Label = i % 2 == 0, Tags = ["a", "b"] })];

    private static SequenceBinaryClassificationTrainer.Options Options => new()
    {
        SequenceColumnName = "Series",
        Network = SequenceNetwork.Gru(hidden: 5),
        Epochs = 5,
        LearningRate = 0.02f,
        OutputVector = true,
    };

    [TestMethod]
    public void Vectors_are_a_column_of_views_engines_and_saved_models()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows);
        using var model = _ml.Sequences().BinaryClassification(Options).Fit(data);
        Assert.AreEqual(5, model.Info.VectorSize);
        Assert.AreEqual(5, ((VectorDataViewType)model.GetOutputSchema(data.Schema)["Vector"].Type).Size);
        var vectors = model.Transform(data).GetColumn<float[]>("Vector").ToArray();
        Assert.IsTrue(vectors.All(vector => vector.Length == 5 && vector.Any(value => value != 0)));
        Assert.AreNotEqual(vectors[0][0], vectors[1][0]);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var stock = _ml.Model.Load(file, out _).Transform(data).GetColumn<float[]>("Vector").ToArray();
        var engine = _ml.Model.CreatePredictionEngine<Row, Vectors>(model);
        for (var i = 0; i < vectors.Length; i++)
            for (var k = 0; k < 5; k++)
            {
                Assert.AreEqual(vectors[i][k], stock[i][k], 1e-6f);
                Assert.AreEqual(vectors[i][k], engine.Predict(Rows[i]).Vector[k], 1e-6f);
            }
    }

    [TestMethod]
    public void Another_trainer_stands_on_the_vectors()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows);
        var pipeline = _ml.Sequences().BinaryClassification(Options).Append(_ml.Transforms.NormalizeMinMax("Vector"));
        var normalized = pipeline.Fit(data).Transform(data).GetColumn<float[]>("Vector").ToArray();
        Assert.IsTrue(normalized.All(vector => vector.All(value => Math.Abs(value) <= 1.0001)));
    }

    [TestMethod]
    public void A_stock_trainer_on_the_vectors_is_saved_with_the_network()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows);
        var pipeline = _ml.Sequences().BinaryClassification(Options).Append(
            _ml.BinaryClassification.Trainers.LbfgsLogisticRegression(
                featureColumnName: "Vector", l1Regularization: 0, l2Regularization: 0.01f)).Fit(data);
        using var file = new MemoryStream();
        _ml.Model.Save(pipeline, data.Schema, file);
        var expected = pipeline.Transform(data).GetColumn<float>("Score").ToArray();
        var stock = _ml.Model.Load(file, out _).Transform(data).GetColumn<float>("Score").ToArray();
        Assert.IsGreaterThan(0.01f, expected.Max() - expected.Min(), string.Join(" ", expected));
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], stock[i], 1e-4f);
    }

    [TestMethod]
    public void Tags_have_no_vector_of_a_sequence()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows.Select(row => new Row { Series = [1, 2], Tags = row.Tags }));
        data = _ml.Transforms.Conversion.MapValueToKey("Tags").Fit(data).Transform(data);
        var trainer = _ml.Sequences().Tagging(new SequenceTaggingTrainer.Options { SequenceColumnName = "Series", LabelColumnName = "Tags",
            OutputVector = true, Epochs = 1 });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(data)).Message,
            "OutputVector is set, but a class is predicted for each step");
    }
}
