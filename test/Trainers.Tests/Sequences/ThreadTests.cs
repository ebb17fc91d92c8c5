using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>One trained model used by several threads at once.</summary>
[TestClass]
public class ThreadTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }

    [TestMethod]
    public void Views_and_engines_of_one_transformer_do_not_disturb_each_other()
    {
        var rows = EveryForm.Rows(60);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, "Classification", "Keys")).Fit(data);
        var expected = Scored.All(model.Transform(data));
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 6).Select(i => new Thread(() =>
        {
            try
            {
                for (var time = 0; time < 10; time++)
                    Scored.AssertEqual(expected, i % 2 == 0 ? Scored.All(model.Transform(data)) : OneByOne());
            }
            catch (Exception exception)
            {
                lock (failures)
                    failures.Add(exception);
            }
        }))];
        List<Scored> OneByOne()
        {
            // Not disposed of: with it the model would be.
            var engine = new MLContext().Model.CreatePredictionEngine<EveryForm.Row, Prediction>(model);
            return [.. rows.Select((row, i) => expected[i] with { Score = engine.Predict(row).Score })];
        }
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.IsEmpty(failures, string.Join('\n', failures));
    }

    [TestMethod]
    public void Models_are_trained_side_by_side()
    {
        float[][] Train(int seed)
        {
            var ml = new MLContext(1);
            using var model = EveryForm.Trainer(ml, "Classification", "Ragged", options => options.Seed = seed).Fit(
                EveryForm.Mapped(ml, 20));
            return [.. Scored.All(model.Transform(EveryForm.Mapped(ml, 20))).Select(row => row.Score)];
        }
        var alone = Enumerable.Range(0, 2).Select(Train).ToArray();
        var together = new float[2][][];
        Parallel.For(0, 2, seed => together[seed] = Train(seed));
        for (var seed = 0; seed < 2; seed++)
            for (var row = 0; row < 20; row++)
                CollectionAssert.AreEqual(alone[seed][row], together[seed][row]);
    }
}
