using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Random convolutions with an output layer in closed form, as the network of the trainers of labels.</summary>
[TestClass]
public class MiniRocketTests
{
    private readonly MLContext _ml = new(1);

    internal sealed class Row
    {
        public string Label { get; set; } = "";
        public float[] Features { get; set; } = [];
        public float Weight { get; set; } = 1;
        public bool Flag { get; set; }
        public float Number { get; set; }
    }

    // A bump somewhere, upward or downward before or after a dip of the second channel: shapes, not order.
    internal static Row[] Rows(int count, int seed, int channels = 1, bool ragged = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (steps, wide) = (ragged ? random.Next(24, 50) : 40, i % 2 == 0);
            var (start, width) = (random.Next(0, 10), wide ? 12 : 4);
            var features = new float[steps * channels];
            for (var t = 0; t < steps; t++)
                for (var channel = 0; channel < channels; channel++)
                    features[t * channels + channel] = 0.4f * (random.NextSingle() - 0.5f)
                        + (channel == channels - 1 && t >= start && t < start + width ? 1 : 0);
            return new Row { Label = wide ? "wide" : "narrow", Features = features, Flag = wide, Number = width };
        })];
    }

    private IDataView View(Row[] rows) => _ml.Transforms.Conversion.MapValueToKey("Label",
        keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
        .Fit(_ml.Data.LoadFromEnumerable(Rows(2, 1))).Transform(_ml.Data.LoadFromEnumerable(rows));

    private static SequenceClassificationTrainer.Options Options(int features = 504, int channels = 1) => new()
    {
        Network = SequenceNetwork.MiniRocket(new() { Features = features }), FeatureCount = channels,
    };

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void Learns_shapes_of_few_rows_deploys_saves_and_loads(int channels, bool ragged)
    {
        IDataView train = View(Rows(40, 1, channels, ragged)), test = View(Rows(60, 2, channels, ragged));
        using var model = _ml.Sequences().Classification(Options(channels: channels)).Fit(train, View(Rows(30, 3, channels, ragged)));
        var scored = model.Transform(test);
        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var epoch = model.History.Epochs.Single();
        Assert.IsGreaterThan(0.9, epoch.ValidationMetrics!["accuracy"]);
        Assert.AreEqual(TrainingEnd.Completed, model.History.StoppedBecause);
        foreach (var row in scored.GetColumn<float[]>("Score"))
            Assert.AreEqual(1, row.Sum(), 1e-5);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        Scored.AssertEqual(Scored.All(scored), Scored.All(new MLContext().Model.Load(stream, out _).Transform(test)));
    }

    [TestMethod]
    public void Gives_true_or_false_and_numbers_too()
    {
        IDataView train = View(Rows(40, 1)), test = View(Rows(40, 2));
        var network = SequenceNetwork.MiniRocket(new() { Features = 504 });
        using var binary = _ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            Network = network, LabelColumnName = nameof(Row.Flag), ExampleWeightColumnName = nameof(Row.Weight),
        }).Fit(train);
        Assert.IsGreaterThan(0.9, _ml.BinaryClassification.Evaluate(binary.Transform(test), nameof(Row.Flag)).Accuracy);
        using var regression = _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            Network = network, LabelColumnName = nameof(Row.Number),
        }).Fit(train);
        Assert.IsGreaterThan(0.6, _ml.Regression.Evaluate(regression.Transform(test), nameof(Row.Number)).RSquared);
    }

    [TestMethod]
    public void More_rows_than_features_are_streamed_and_steps_of_the_optimizer_learn_too()
    {
        IDataView train = View(Rows(200, 1)), test = View(Rows(60, 2));
        foreach (var options in (SequenceClassificationTrainer.Options[])[Options(84), new()
        {
            Network = SequenceNetwork.MiniRocket(new() { Features = 504, Readout = Readout.Gradient }), Epochs = 10, LearningRate = 0.01f,
        }])
        {
            using var model = _ml.Sequences().Classification(options).Fit(train);
            Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
        }
    }

    [TestMethod]
    public void Features_equal_their_definition()
    {
        var (steps, channels) = (30, 2);
        var random = new Random(5);
        float[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Initializers.Normal(1)([steps, channels], random))];
        var data = _ml.Data.LoadFromEnumerable(rows.Select((row, i) => new Row { Features = row, Label = i == 0 ? "narrow" : "wide" }));
        var column = SequenceColumn.FromData(data, "Features", channels);
        using var source = new SequenceBatchSource(data, new(column, null));
        foreach (var _ in source.ReadEpoch(0))
        {
        }
        var kernels = MiniRocketKernels.Fit(new() { Features = 252 }, new(source, column, null, steps, seed: 3));
        Assert.AreEqual(84, MiniRocketKernels.Places.Select(places => string.Join(' ', places)).Distinct().Count());
        foreach (var usesKernels in (bool[])[false, true])
        {
            var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
            network.Graph.UsesKernels = usesKernels;
            var x = network.Input("x", ElementType.Float, ["batch", "time", channels]);
            network.Graph.Output("y", new Sequence(network, Op.Transpose(x, 1, 0, 2), null).MiniRocket(kernels));
            using var session = new OnnxSession(network.Graph);
            var found = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create(rows[1], 1, steps, channels) })["y"]
                .As<float>();
            float[] expected = [.. Expected(kernels, rows[1], channels)];
            Assert.HasCount(252, found);
            for (var i = 0; i < found.Length; i++)
                Assert.AreEqual(expected[i], found[i], 1e-6f, $"feature {i}");
        }
    }

    // Kernels that count all steps come first in each dilation.
    private static IEnumerable<float> Expected(MiniRocketKernels kernels, float[] row, int channels)
    {
        var steps = row.Length / channels;
        for (var d = 0; d < kernels.Dilations.Count; d++)
            foreach (var inside in (bool[])[false, true])
                for (var kernel = 0; kernel < 84; kernel++)
                {
                    if (((d + kernel) % 2 == 1) != inside)
                        continue;
                    var dilation = kernels.Dilations[d];
                    var values = new float[steps];
                    for (var t = 0; t < steps; t++)
                        for (var i = 0; i < 9; i++)
                            if (t + (i - 4) * dilation is var at && at >= 0 && at < steps)
                                values[t] += MiniRocketKernels.Weights(kernel)[i]
                                    * kernels.Channels(d)[kernel].Sum(channel => row[at * channels + channel]);
                    var counted = inside && steps > 8 * dilation ? values[(4 * dilation)..(steps - 4 * dilation)] : values;
                    foreach (var threshold in kernels.Thresholds(d)[kernel])
                        yield return counted.Count(value => value > threshold) / (float)counted.Length;
                }
    }

    [TestMethod]
    [DataRow(24, new[] { 1, 2 })]
    [DataRow(96, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    [DataRow(5, new[] { 1 })]
    public void Dilations_reach_the_length_of_the_series(int length, int[] expected)
    {
        var (dilations, counts) = MiniRocketKernels.Spread(119, 32, length);
        CollectionAssert.IsSubsetOf(dilations, expected);
        Assert.AreEqual(expected[^1], dilations[^1]);
        Assert.AreEqual(119, counts.Sum());
    }

    [TestMethod]
    public void Few_rows_choose_it_by_themselves_and_say_so()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.Message);
        using var chosen = _ml.Sequences().Classification(new SequenceClassificationTrainer.Options()).Fit(View(Rows(20, 1)));
        Assert.IsTrue(lines.Exists(line => line.Contains("MiniRocket, ") && line.Contains("chosen by kind and number of rows")));
        lines.Clear();
        using var own = _ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Lstm(4), Epochs = 1,
        }).Fit(View(Rows(20, 1)));
        Assert.IsTrue(lines.Exists(line => line.Contains("LSTM, ") && !line.Contains("chosen")));
    }

    [TestMethod]
    public void Statistics_that_overflow_are_an_error()
    {
        // The squares of these numbers are beyond Single, so that the deployed model would give no number for any row.
        var rows = Rows(20, 1);
        foreach (var row in rows)
            row.Features = Array.ConvertAll(row.Features, value => value * 1e20f);
        StringAssert.Contains(Assert.ThrowsExactly<TrainingDivergedException>(() => _ml.Sequences().Classification(new()
        {
            Network = SequenceNetwork.Fcn(4), Standardize = false, Epochs = 2,
        }).Fit(View(rows))).Message, "as the deployed model has them, the loss is NaN");
    }

    [TestMethod]
    public void Bad_series_and_options_are_errors()
    {
        var rows = Rows(10, 1);
        rows[4].Features[7] = float.NaN;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Sequences().Classification(Options()).Fit(View(rows)))
            .Message, "Column 'Features', row 4");
        var skipping = Options();
        skipping.BadRows = BadRows.Skip;
        using (var model = _ml.Sequences().Classification(skipping).Fit(View(rows)))
            Assert.AreEqual(1, model.History.SkippedRows);
        foreach (var options in (MiniRocketOptions[])[new() { Features = 83 }, new() { Ridge = 0 }, new() { MaximumDilations = 0 },
            new() { Readout = (Readout)7 }])
            Assert.ThrowsExactly<ArgumentException>(() => SequenceNetwork.MiniRocket(options));
        var attention = Options();
        attention.OutputAttention = true;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Sequences().Classification(attention).Fit(View(Rows(10, 1)))).Message, "OutputAttention is set");
        var pooled = Options();
        pooled.Network = SequenceNetwork.MiniRocket(new() { Readout = Readout.ClosedForm });
        pooled.Pooling = Pooling.Attention;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Sequences().Classification(pooled).Fit(View(Rows(10, 1)))).Message, "Pooling is Attention; expected Gradient");
    }
}
