using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class StateSpaceCode
{
    private static readonly MLContext ml = new(1);

    private static IDataView Data => ml.Transforms.Conversion.MapValueToKey("Label").Fit(Rows()).Transform(Rows());

    private static IDataView Rows()
    {
        var random = new Random(1);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row => new Row
        {
            Label = row % 2 == 0 ? "up" : "down",
            Values = [.. Enumerable.Range(0, 40 + row).Select(step => (row % 2 == 0 ? step : -step) * 0.1f + random.NextSingle())],
        }).ToArray());
    }

    [TestMethod]
    public void Series_are_segmented()
    {
        // docs
        var segments = ml.Sequences().HiddenMarkov(new()
        {
            Use = HiddenMarkovUse.States,
            SequenceColumnName = "Values",
            Model = new() { States = 3, Covariance = CovarianceKind.Full, Starts = 4, PseudoCount = 0.01 },
        });
        // docs
        using var model = segments.Fit(Data);
        Assert.AreEqual(40, model.Transform(Data).GetColumn<uint[]>("PredictedLabel").First().Length);
    }

    [TestMethod]
    public void Models_are_used_by_themselves()
    {
        ObservedSequence[] sequences = [ObservedSequence.OfSymbols(0, 0, 1, 1, 0), ObservedSequence.OfSymbols(1, 1, 0)];
        // docs
        var fit = BaumWelch.Fit(sequences, new() { States = 2, Starts = 3 });
        var (path, logProbability) = fit.Model.Viterbi(sequences[0]);
        var posterior = fit.Model.Posterior(sequences[0]);             // [steps, states]
        var (drawn, states) = fit.Model.Sample(steps: 100, new Random(1));
        // docs
        Assert.AreEqual((5, 10, 100, 100), (path.Length, posterior.Length, drawn.Steps, states.Length));
        Assert.IsLessThanOrEqualTo(fit.Model.LogLikelihood(sequences[0]), logProbability);
    }

    [TestMethod]
    public void Series_are_forecast()
    {
        // docs
        var forecast = ml.Sequences().LinearDynamicalSystem(new()
        {
            Form = LinearGaussianForm.Trend,
            Period = 4,
            Horizon = 6,
            SequenceColumnName = "Values",
        });
        // docs
        using var model = forecast.Fit(Data);
        Assert.AreEqual(12, model.Transform(Data).GetColumn<float[]>("Score").First().Length);
    }

    [TestMethod]
    public void States_are_smoothed()
    {
        var series = ObservedSequence.OfValues([1, 2, double.NaN, 1.5, 2.5, 2]);
        // docs
        var start = StructuralModels.Of(series);                       // a level; hasTrend and period add to it
        var level = KalmanEm.Fit(start, [series], StructuralModels.Variances).Model;
        var smoothed = level.Smooth(series);                           // means, covariances, those between neighboring steps
        var (mean, covariance) = level.Forecast(series, horizon: 3)[2];
        // docs
        Assert.AreEqual(6, smoothed.Means.Count);
        Assert.IsTrue(mean[0] is > 0.5 and < 3 && covariance[0, 0] > 0);
    }

    [TestMethod]
    public void Reservoirs_classify()
    {
        // docs
        var speakers = ml.Sequences().EchoState(new()
        {
            SequenceColumnName = "Values",
            LabelColumnName = "Label",
            Reservoir = new() { Units = 100, Leaks = [1, 0.3], SpectralRadius = 0.8, InputScale = 0.5 },
        });
        // docs
        using var model = speakers.Fit(Data);
        Assert.AreEqual(1, ml.Sequences().EvaluateClassification(model.Transform(Data)).MicroAccuracy);
    }

    [TestMethod]
    public void Layers_have_rhythms_and_skip()
    {
        // docs
        var network = SequenceNetwork.Recurrent(new PhasedLstmOptions { Hidden = 16, LongestPeriod = 100 });
        var skipping = SequenceNetwork.Recurrent(new SkipRnnOptions { Cell = new LstmOptions(), Hidden = 16, CostPerUpdate = 1e-4f });
        // docs
        Assert.AreEqual(("Phased-LSTM", "Skip-LSTM"), (network.Name, skipping.Name));
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public float[] Values { get; set; } = [];
    }
}
