using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

/// <summary>What data are measured in changes nothing but the units of what comes out; numbers far outside do no harm.</summary>
[TestClass]
public class UnitTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Series
    {
        public float[] Values { get; set; } = [];

        public string Class { get; set; } = "a";
    }

    private static Series[] Waves(int features, float[] units, float mean = 3) => [.. Enumerable.Range(0, 5).Select(row =>
    {
        var random = new Random(row);
        return new Series
        {
            Values = [.. Enumerable.Range(0, (40 + row) * features).Select(i => units[i % features] * (mean
                + MathF.Sin(i / features * MathF.PI / 4) + 0.3f * (random.NextSingle() - 0.5f) + 0.02f * (i / features)))],
        };
    })];

    [TestMethod]
    [DataRow(LinearGaussianForm.Level, 0, 1e-6f)]
    [DataRow(LinearGaussianForm.Level, 0, 1e7f)]
    [DataRow(LinearGaussianForm.Trend, 8, 1e-6f)]
    [DataRow(LinearGaussianForm.Trend, 8, 1e6f)]
    [DataRow(LinearGaussianForm.General, 0, 1e-8f)]
    [DataRow(LinearGaussianForm.General, 0, 1e-3f)]
    [DataRow(LinearGaussianForm.General, 0, 1e3f)]
    [DataRow(LinearGaussianForm.General, 0, 1e8f)]
    public void Linear_dynamical_systems_forecast_the_same_in_any_unit(LinearGaussianForm form, int period, float unit)
    {
        // Dimensions have units of their own.
        float[] units = form == LinearGaussianForm.General ? [unit, 1, 1 / unit] : [unit];
        float[] Scores(float[] of, out double logLikelihood)
        {
            var data = Ml.Data.LoadFromEnumerable(Waves(of.Length, of));
            using var model = Ml.Sequences().LinearDynamicalSystem(new()
            {
                SequenceColumnName = "Values", Form = form, Period = period, FeatureCount = of.Length, Horizon = 3, States = 2,
                Fitting = form == LinearGaussianForm.General ? new() { MaximumIterations = 30 } : null,
            }).Fit(data);
            Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
            logLikelihood = model.Fit.LogLikelihood;
            return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];
        }
        float[] plain = Scores([.. units.Select(_ => 1f)], out var expectedLikelihood), other = Scores(units, out var logLikelihood);
        for (var i = 0; i < plain.Length; i++)
            Assert.AreEqual(plain[i], other[i] / units[i % units.Length], 0.01, $"value {i}");
        var perStep = Waves(1, [1]).Sum(row => row.Values.Length) * units.Sum(each => Math.Log(each));
        Assert.AreEqual(expectedLikelihood, logLikelihood + perStep, 0.01 * Math.Abs(expectedLikelihood));
    }

    [TestMethod]
    [DataRow(1e-6f, 0)]
    [DataRow(1e6f, 0)]
    [DataRow(1e6f, 100)]
    public void Echo_state_networks_forecast_the_same_in_any_unit(float unit, float mean)
    {
        float[] Scores(float of)
        {
            var data = Ml.Data.LoadFromEnumerable(Waves(2, [of, 1 / of], mean));
            using var model = Ml.Sequences().EchoState(new()
            {
                Use = EchoStateUse.Forecasting, SequenceColumnName = "Values", FeatureCount = 2, Washout = 10, Ridge = 0.01,
                Reservoir = new() { Units = 30 },
            }).Fit(data);
            return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];
        }
        float[] plain = Scores(1), other = Scores(unit);
        for (var i = 0; i < plain.Length; i++)
            Assert.AreEqual(plain[i], other[i] / (i % 2 == 0 ? unit : 1 / unit), 0.01, $"value {i}");
    }

    [TestMethod]
    [DataRow(HiddenMarkovUse.States)]
    [DataRow(HiddenMarkovUse.Classification)]
    [DataRow(HiddenMarkovUse.Clustering)]
    public void Numbers_far_from_all_states_of_hidden_Markov_models_score_finite(HiddenMarkovUse use)
    {
        foreach (var kind in Enum.GetValues<CovarianceKind>())
            foreach (var mixtures in (int[])[1, 2])
            {
                var rows = Waves(2, [1, 1]).Concat(Waves(2, [5, 2])).ToArray();
                for (var i = 0; i < rows.Length; i++)
                    rows[i].Class = i < 5 ? "narrow" : "wide";
                var map = Ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(Ml.Data.LoadFromEnumerable(rows));
                using var model = Ml.Sequences().HiddenMarkov(new()
                {
                    Use = use, SequenceColumnName = "Values", FeatureCount = 2, Clusters = 2,
                    Model = new() { States = 2, Covariance = kind, Mixtures = mixtures, MaximumIterations = 10 },
                }).Fit(map.Transform(Ml.Data.LoadFromEnumerable(rows)));
                float[] far = [1, 1, 1e30f, -1e30f, 1, 1, float.MaxValue, 0, 2, 2];
                var scores = model.Transform(map.Transform(Ml.Data.LoadFromEnumerable([new Series { Values = far, Class = "wide" }])))
                    .GetColumn<float[]>("Score").Single();
                Assert.IsTrue(scores.All(float.IsFinite), $"{kind}: {string.Join(", ", scores)}");
                Assert.AreEqual(use == HiddenMarkovUse.States ? 5 : 1, scores.Sum(), 1e-3);
                if (use == HiddenMarkovUse.Classification && kind == CovarianceKind.Diagonal)
                    Assert.IsGreaterThan(0.5f, scores[1], "the class of wider states is likelier");
            }
    }
}
