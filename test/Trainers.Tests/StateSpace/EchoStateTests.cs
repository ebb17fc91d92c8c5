using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using static MLSeqGraph.Trainers.Tests.StateSpace.HiddenMarkovModelTests;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
public class EchoStateTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    public void A_ridge_regression_solves_its_equations()
    {
        // y = 2 a - b + 3, exactly; a ridge shrinks the weights and not the constant.
        var random = new Random(1);
        var (exact, shrunk) = (new RidgeRegression(2, 1), new RidgeRegression(2, 1));
        for (var row = 0; row < 200; row++)
        {
            double a = random.NextDouble() - 0.5, b = random.NextDouble() - 0.5;
            exact.Add([a, b], [2 * a - b + 3]);
            shrunk.Add([a, b], [2 * a - b + 3]);
        }
        var (weights, ridge, error) = exact.Solve();
        Assert.AreEqual(2, weights[0], 1e-6);
        Assert.AreEqual(-1, weights[1], 1e-6);
        Assert.AreEqual(3, weights[2], 1e-6);
        Assert.IsTrue(ridge < 1e-6 && error < 1e-9, $"{ridge} {error}");
        weights = shrunk.Solve(1e6).Weights;
        Assert.AreEqual(0, weights[0], 0.01);
        Assert.AreEqual(3, weights[2], 0.05);
    }

    [TestMethod]
    public void Noise_asks_for_a_ridge()
    {
        var random = new Random(2);
        var regression = new RidgeRegression(40, 1);
        for (var row = 0; row < 60; row++)
        {
            double[] x = [.. Enumerable.Range(0, 40).Select(_ => random.NextNormal())];
            regression.Add(x, [0.1 * x[0] + random.NextNormal()]);
        }
        Assert.IsGreaterThan(1, regression.Solve().Ridge);
    }

    [TestMethod]
    public void Recurrent_weights_have_the_spectral_radius()
    {
        var options = new EchoStateOptions { Units = 60, SpectralRadius = 0.7, Leaks = [1, 0.3], Connections = 8 };
        var reservoir = new EchoStateReservoir(options, 1);
        var dense = reservoir.Recurrent();
        // The growth of W^k between k = 200 and 400, of both reservoirs.
        for (var part = 0; part < 2; part++)
        {
            var at = part * 60;
            double[] power = [.. from i in Enumerable.Range(at, 60) from j in Enumerable.Range(at, 60) select dense[i * 120 + j] / 0.7];
            double Norm() => Math.Log(Math.Sqrt(VectorMath.Dot(power, power)));
            for (var doubling = 0; doubling < 7; doubling++)
                power = DenseMatrix.Product(power, power, 60, 60, 60);
            var before = Norm();
            for (var doubling = 0; doubling < 2; doubling++)
                power = DenseMatrix.Product(power, power, 60, 60, 60);
            Assert.AreEqual(0, (Norm() - before) / 384, 0.02);
        }
        Assert.AreEqual(0, dense[5 * 120 + 65]);
        Assert.AreEqual(8, Enumerable.Range(0, 120).Count(from => dense[from * 120 + 3] != 0));
    }

    [TestMethod]
    public void A_sine_goes_on()
    {
        var x = ObservedSequence.OfValues([.. Enumerable.Range(0, 600).Select(step => Math.Sin(step * 0.3))]);
        var model = EchoStateForecaster.Fit([x], new() { Units = 60, Seed = 3 });
        var ahead = model.Generate(x, 50);
        for (var step = 0; step < 50; step++)
            Assert.AreEqual(Math.Sin((600 + step) * 0.3), ahead[step], 0.01, $"step {step}");
        CollectionAssert.AreEqual(ahead, model.GenerateFrom(x, 50, [100, 599]).Last());
    }

    [TestMethod]
    [DataRow("Ragged", 0.9)]
    [DataRow("Fixed", 1.3)]
    public void Classes_are_scored_saved_and_exported(string column, double radius)
    {
        var ml = new MLContext(1);
        List<string> log = [];
        ml.Log += (_, e) => log.Add(e.Message);
        var data = EveryForm.Mapped(ml, 60);
        using var model = ml.Sequences().EchoState(new()
        {
            SequenceColumnName = column, FeatureCount = EveryForm.Features, LabelColumnName = "ClassKey",
            Reservoir = new() { Units = 30, Leaks = [1, 0.2], SpectralRadius = radius },
        }).Fit(data);
        Assert.AreEqual(radius >= 1, log.Any(line => line.Contains("may not forget its start")));
        var scored = model.Transform(data);
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(scored, labelColumnName: "ClassKey").MicroAccuracy);
        var scores = scored.GetColumn<float[]>("Score").ToArray();
        using var loaded = new SequenceScoringTransformer(model.ToOnnx());
        StateSpaceEstimatorTests.Same(scores, loaded.Transform(data).GetColumn<float[]>("Score").ToArray());
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        StateSpaceEstimatorTests.Same(scores, new MLContext().Model.Load(stream, out _).Transform(data).GetColumn<float[]>("Score")
            .ToArray());
    }

    [TestMethod]
    public void Forecasts_are_those_of_the_network_in_the_datas_units()
    {
        float[] values = [.. Enumerable.Range(0, 300).Select(step => 100 + 7 * MathF.Sin(step * 0.3f))];
        var data = Ml.Data.LoadFromEnumerable([new Series { Values = values }]);
        using var model = Ml.Sequences().EchoState(new()
        {
            Use = EchoStateUse.Forecasting, SequenceColumnName = "Values", Horizon = 10, Reservoir = new() { Units = 50 },
        }).Fit(data);
        var ahead = model.Transform(data).GetColumn<float[]>("Score").Single();
        for (var step = 0; step < 10; step++)
            Assert.AreEqual(100 + 7 * MathF.Sin((300 + step) * 0.3f), ahead[step], 0.2f, $"step {step}");
    }

    [TestMethod]
    public void Bad_input_is_said()
    {
        Says<ArgumentException>("SpectralRadius is -1", () => Fit(new() { Reservoir = new() { SpectralRadius = -1 } }));
        Says<ArgumentException>("Leaks is [0]", () => Fit(new() { Reservoir = new() { Leaks = [0] } }));
        Says<ArgumentException>("Ridge is -1", () => Fit(new() { Ridge = -1 }));
        Says<ArgumentException>("No series has more than 51 steps", () => Fit(new() { Use = EchoStateUse.Forecasting }));
        Says<ArgumentException>("expected a series, a vector of Single", () => Fit(new() { SequenceColumnName = "Keys" }));
        Says<ArgumentException>("expected a key", () => Fit(new() { LabelColumnName = "Yes" }));
        Says<ArgumentException>("has a NaN", () => EchoStateForecaster.Fit([ObservedSequence.OfValues([1, double.NaN])]));
        Says<ArgumentException>("are symbols", () => EchoStateForecaster.Fit([ObservedSequence.OfSymbols(1)]));

        void Fit(EchoStateEstimator.Options options)
        {
            if (options.SequenceColumnName == "Features")
                options.SequenceColumnName = "Ragged";
            if (options.LabelColumnName == "Label")
                options.LabelColumnName = "ClassKey";
            Ml.Sequences().EchoState(options).Fit(EveryForm.Mapped(Ml, 6));
        }
    }

    private sealed class Series
    {
        public float[] Values { get; set; } = [];
    }
}
