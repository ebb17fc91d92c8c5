using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using static MLSeqGraph.Trainers.Tests.StateSpace.HiddenMarkovModelTests;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
public class StateSpaceEstimatorTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    [DataRow(HiddenMarkovUse.States, "Keys")]
    [DataRow(HiddenMarkovUse.States, "Ragged")]
    [DataRow(HiddenMarkovUse.Tagging, "Longs")]
    [DataRow(HiddenMarkovUse.Tagging, "Ragged")]
    [DataRow(HiddenMarkovUse.Classification, "Keys")]
    [DataRow(HiddenMarkovUse.Classification, "Grid")]
    [DataRow(HiddenMarkovUse.Clustering, "Ints")]
    [DataRow(HiddenMarkovUse.Clustering, "Fixed")]
    public void Every_use_of_hidden_Markov_models_scores_saves_and_exports(HiddenMarkovUse use, string column)
    {
        var data = EveryForm.Mapped(Ml, 30);
        using var model = Ml.Sequences().HiddenMarkov(Options(use, column)).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsTrue(double.IsFinite(model.LogLikelihood) && model.Aic > -2 * model.LogLikelihood && model.Bic > -2 * model.LogLikelihood);
        var scored = model.Transform(data);
        var scores = scored.GetColumn<float[]>("Score").ToArray();
        Assert.IsTrue(scores.All(row => row.All(float.IsFinite)));
        var width = model.Info.Outputs;
        Assert.IsTrue(scores.All(row => Enumerable.Range(0, row.Length / width).All(step =>
            Math.Abs(row.AsSpan(step * width, width).ToArray().Sum() - 1) < 1e-4)));
        using var loaded = new SequenceScoringTransformer(model.ToOnnx());
        Same(scores, loaded.Transform(data).GetColumn<float[]>("Score").ToArray());
        using var stream = new MemoryStream();
        Ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        Same(scores, new MLContext().Model.Load(stream, out _).Transform(data).GetColumn<float[]>("Score").ToArray());
        if (use == HiddenMarkovUse.Classification)
            Assert.IsGreaterThan(0.8, Ml.Sequences().EvaluateClassification(scored, labelColumnName: "ClassKey").MicroAccuracy);
        if (use == HiddenMarkovUse.Tagging)
            Assert.IsGreaterThan(0.8, Ml.Sequences().EvaluateTagging(scored, labelColumnName: "TagKeys").MicroAccuracy);
    }

    [TestMethod]
    public void Clusters_are_those_the_rows_came_from()
    {
        var data = EveryForm.Mapped(Ml, 60);
        var options = Options(HiddenMarkovUse.Clustering, "Ragged");
        options.Clusters = 3;
        options.Model = options.Model with { Starts = 3 };
        using var model = Ml.Sequences().HiddenMarkov(options).Fit(data);
        for (var i = 1; i < model.LogLikelihoods.Count; i++)
            Assert.IsGreaterThan(model.LogLikelihoods[i - 1] - 0.05 * Math.Abs(model.LogLikelihoods[0]), model.LogLikelihoods[i]);
        var clusters = model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray();
        // Of each cluster those that came from the same source as most of it.
        var right = clusters.Select((cluster, row) => (cluster, row % 3)).GroupBy(pair => pair.cluster)
            .Sum(cluster => cluster.GroupBy(pair => pair.Item2).Max(source => source.Count()));
        Assert.IsGreaterThan(54, right);
    }

    [TestMethod]
    public void Unknown_symbols_and_bad_rows_are_said()
    {
        var data = EveryForm.Mapped(Ml, 30);
        using var model = Ml.Sequences().HiddenMarkov(Options(HiddenMarkovUse.Classification, "Keys")).Fit(data);
        var strange = EveryForm.Mapped(Ml, [new() { Words = ["never", "seen"], Class = "low" }]);
        var score = model.Transform(strange).GetColumn<float[]>("Score").Single();
        for (var i = 0; i < 3; i++)
            Assert.AreEqual(model.Shares[i], score[i], 1e-4);
        Says<InvalidDataException>("the sequence is empty", () => Fit([new() { Words = [] }], Options(HiddenMarkovUse.States, "Keys")));
        Says<InvalidDataException>("expected a finite number",
            () => Fit([new() { Ragged = [1, float.PositiveInfinity] }], Options(HiddenMarkovUse.States, "Ragged")));
        Says<InvalidDataException>("The training data has no rows", () => Fit([], Options(HiddenMarkovUse.States, "Ragged")));
        Says<ArgumentException>("Clusters is 0", () => Fit([], new() { Clusters = 0 }));
        Says<ArgumentException>("expected a key",
            () => Fit([new()], new() { Use = HiddenMarkovUse.Classification, SequenceColumnName = "Keys", LabelColumnName = "Yes" }));

        void Fit(EveryForm.Row[] rows, HiddenMarkovEstimator.Options options) =>
            Ml.Sequences().HiddenMarkov(options).Fit(EveryForm.Mapped(Ml, rows));
    }

    [TestMethod]
    [DataRow(LinearGaussianForm.Level, 0, 1)]
    [DataRow(LinearGaussianForm.Trend, 4, 1)]
    [DataRow(LinearGaussianForm.General, 0, 2)]
    public void Linear_dynamical_systems_forecast_save_and_export(LinearGaussianForm form, int period, int features)
    {
        var random = new Random(1);
        Series[] rows = [.. Enumerable.Range(0, 6).Select(row => new Series
        {
            Values = [.. Enumerable.Range(0, (20 + row) * features).Select(i => random.Next(9) == 0 ? float.NaN
                : 5 + i * 0.1f + MathF.Sin(i / features * MathF.PI / 2) + 0.1f * random.NextSingle())],
        })];
        var data = Ml.Data.LoadFromEnumerable(rows);
        using var model = Ml.Sequences().LinearDynamicalSystem(new()
        {
            SequenceColumnName = "Values", Form = form, Period = period, FeatureCount = features, Horizon = 3, States = 2,
            Fitting = form == LinearGaussianForm.General ? new() { MaximumIterations = 20 } : null,
        }).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var scored = model.Transform(data);
        var scores = scored.GetColumn<float[]>("Score").ToArray();
        var expected = model.Model.Forecast(ObservedSequence.OfValues(Array.ConvertAll(rows[0].Values, value => (double)value), features),
            3);
        for (var step = 0; step < 3; step++)
            for (var d = 0; d < features; d++)
            {
                Assert.AreEqual(expected[step].Mean[d], scores[0][step * features + d], 1e-3);
                Assert.AreEqual(Math.Sqrt(expected[step].Covariance[d, d]), scores[0][(3 + step) * features + d], 1e-3);
            }
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        Assert.AreEqual("+1.0", slots.GetValues()[0].ToString());
        Assert.AreEqual(model.Model.States, scored.GetColumn<float[]>("Vector").First().Length);
        using var loaded = new SequenceScoringTransformer(model.ToOnnx());
        Same(scores, loaded.Transform(data).GetColumn<float[]>("Score").ToArray());
        using var stream = new MemoryStream();
        Ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        Same(scores, new MLContext().Model.Load(stream, out _).Transform(data).GetColumn<float[]>("Score").ToArray());
    }

    // A level that wanders, 5 higher where the input is 1; the last steps of the rows to score are to be forecast.
    [TestMethod]
    [DataRow(LinearGaussianForm.Level, 1f)]
    [DataRow(LinearGaussianForm.Level, 1e6f)]
    [DataRow(LinearGaussianForm.General, 1f)]
    public void Known_inputs_are_learned_and_forecast_with(LinearGaussianForm form, float unit)
    {
        const int Steps = 60, Horizon = 4;
        var random = new Random(1);
        float[][] whole = [.. Enumerable.Range(0, 8).Select(_ =>
        {
            var level = 20.0;
            return Enumerable.Range(0, Steps).SelectMany(_ =>
            {
                var input = random.Next(2);
                level += 0.1 * random.NextNormal();
                return (float[])[unit * (float)(level + 5 * input + 0.2 * random.NextNormal()), input];
            }).ToArray();
        })];
        float[][] known = Array.ConvertAll(whole, row => (float[])[.. row.Select((value, i) =>
            i % 2 == 0 && i / 2 >= Steps - Horizon ? float.NaN : value)]);
        using var model = Ml.Sequences().LinearDynamicalSystem(new()
        {
            SequenceColumnName = "Values", Form = form, FeatureCount = 2, InputCount = 1, Horizon = Horizon, States = 1,
            Fitting = form == LinearGaussianForm.General ? new() { MaximumIterations = 50 } : null,
        }).Fit(View(whole));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.AreEqual(1, model.Model.Inputs);
        if (form == LinearGaussianForm.Level)
            Assert.AreEqual(5, model.Model.InputFeedthrough[0] / unit, 0.1);
        float[][] scores = Scores(known);
        for (var row = 0; row < whole.Length; row++)
        {
            ObservedSequence Part(int feature, int steps) => ObservedSequence.OfValues(
                [.. Enumerable.Range(0, steps).Select(step => (double)whole[row][2 * step + feature])]);
            var expected = model.Model.Forecast(Part(0, Steps - Horizon), Horizon, Part(1, Steps));
            for (var step = 0; step < Horizon; step++)
            {
                Assert.AreEqual(expected[step].Mean[0], scores[row][step], 1e-3 * unit);
                Assert.AreEqual(Math.Sqrt(expected[step].Covariance[0, 0]), scores[row][Horizon + step], 1e-3 * unit);
                Assert.AreEqual(whole[row][2 * (Steps - Horizon + step)], scores[row][step], 2 * unit);
            }
        }
        using var loaded = new SequenceScoringTransformer(model.ToOnnx());
        Same(scores, [.. loaded.Transform(View(known)).GetColumn<float[]>("Score")]);
        // A row of fewer steps has no others to predict; an input that is missing leaves nothing to say.
        var shorter = Scores([known[0][..6]])[0];
        CollectionAssert.AreEqual((bool[])[true, false, false, false, true, false, false, false], Array.ConvertAll(shorter, float.IsNaN));
        known[0][1] = float.NaN;
        Assert.IsTrue(Scores([known[0]])[0][..Horizon].All(float.IsNaN));
        Says<InvalidDataException>("row 0: a known input, one of the last 1 features of a step, is NaN", () =>
            Ml.Sequences().LinearDynamicalSystem(new() { SequenceColumnName = "Values", FeatureCount = 2, InputCount = 1 })
                .Fit(View(known)));

        static IDataView View(float[][] rows) => Ml.Data.LoadFromEnumerable(rows.Select(row => new Series { Values = row }));

        float[][] Scores(float[][] rows) => [.. model.Transform(View(rows)).GetColumn<float[]>("Score")];
    }

    [TestMethod]
    public void Bad_series_are_said()
    {
        Says<ArgumentException>("has 2 features per step: expected more than the 2 known inputs", () =>
            Fit([1, 2], new() { FeatureCount = 2, InputCount = 2 }));
        Says<ArgumentException>("InputCount is -1", () => Fit([1], new() { InputCount = -1 }));
        Says<ArgumentException>("with 0 known inputs; expected one with 1, as InputCount says", () => Fit([1, 2], new()
        {
            FeatureCount = 2, InputCount = 1, Model = StructuralModels.Of(ObservedSequence.OfValues([1.0, 2])),
        }));
        Says<InvalidDataException>("all values of all rows are missing", () => Fit([float.NaN, float.NaN], new()));
        Says<InvalidDataException>("expected a finite number, or NaN for a missing one", () => Fit([1, float.PositiveInfinity], new()));
        Says<InvalidDataException>("the sequence is empty", () => Fit([], new()));
        Says<ArgumentException>("a Level has 1", () => Fit([1, 2, 3, 4], new() { FeatureCount = 2 }));
        Says<ArgumentException>("Horizon is 0", () => Fit([1], new() { Horizon = 0 }));
        Says<ArgumentException>("expected a series, a vector of Single", () => Ml.Sequences().LinearDynamicalSystem(
            new() { SequenceColumnName = "Keys" }).Fit(EveryForm.Mapped(Ml, 3)));

        void Fit(float[] values, LinearGaussianEstimator.Options options)
        {
            options.SequenceColumnName = "Values";
            Ml.Sequences().LinearDynamicalSystem(options).Fit(Ml.Data.LoadFromEnumerable([new Series { Values = values }]));
        }
    }

    internal static void Same(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var row = 0; row < expected.Length; row++)
            for (var i = 0; i < expected[row].Length; i++)
                Assert.AreEqual(expected[row][i], actual[row][i], 1e-4f * Math.Max(1, Math.Abs(expected[row][i])), $"row {row}, value {i}");
    }

    private static HiddenMarkovEstimator.Options Options(HiddenMarkovUse use, string column) => new()
    {
        Use = use, SequenceColumnName = column, FeatureCount = column is "Ragged" or "Fixed" ? EveryForm.Features : null,
        LabelColumnName = use == HiddenMarkovUse.Tagging ? "TagKeys" : "ClassKey", Clusters = 3,
        Model = new() { States = 2, PseudoCount = 0.1, MaximumIterations = 20 },
    };

    private sealed class Series
    {
        public float[] Values { get; set; } = [];
    }
}
