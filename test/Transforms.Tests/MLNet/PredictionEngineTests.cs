using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Prediction engines of ML.NET; the same for the real packages and the stand-in.</summary>
[TestClass]
public class PredictionEngineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Input
    {
        [VectorType(3)]
        public float[] X { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class Copied
    {
        [VectorType(3)]
        public float[] Copy { get; set; } = [];
    }

    private sealed class Other
    {
        public float Total { get; set; }
    }

    private DataViewSchema Schema => _ml.Data.LoadFromEnumerable(Array.Empty<Input>()).Schema;

    private ITransformer Copying => _ml.Transforms.CopyColumns("Copy", "X").Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Input>()));

    [TestMethod]
    public void AnEnginePredictsOneObjectAtATime()
    {
        using PredictionEngine<Input, Copied> engine = _ml.Model.CreatePredictionEngine<Input, Copied>(Copying);
        CollectionAssert.AreEqual(new float[] { 7, 8, 9 }, engine.Predict(new Input { X = [7, 8, 9] }).Copy);
        var reused = new Copied();
        engine.Predict(new Input { X = [1, 2, 3] }, ref reused);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, reused.Copy);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("Copy"));
        Assert.ThrowsExactly<ArgumentNullException>(() => engine.Predict(null!));
    }

    [TestMethod]
    public void AnEngineActivatesEveryColumnAndDisposesOfItsTransformer()
    {
        var holding = new HoldingTransformer(Copying);
        _ml.Model.CreatePredictionEngine<Input, Copied>(holding).Dispose();
        CollectionAssert.AreEqual(new[] { "X", "Name", "Copy" }, holding.Activated);
        Assert.IsTrue(holding.Disposed);

        var kept = new HoldingTransformer(Copying);
        _ml.Model.CreatePredictionEngine<Input, Copied>(kept, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
        Assert.IsFalse(kept.Disposed);
    }

    [TestMethod]
    public void AnEngineCanInsistOnEveryMember()
    {
        _ml.Model.CreatePredictionEngine<Input, Other>(Copying).Dispose();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, Other>(Copying,
            ignoreMissingColumns: false));
        using PredictionEngine<Input, Copied> bySchema = _ml.Model.CreatePredictionEngine<Input, Copied>(Copying, Schema);
        CollectionAssert.AreEqual(new float[] { 3, 2, 1 }, bySchema.Predict(new Input { X = [3, 2, 1] }).Copy);
    }
}
