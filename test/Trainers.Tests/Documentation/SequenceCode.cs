using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class SequenceCode
{
    private static readonly MLContext ml = new(1);

    // docs
    class Walk                                                // three measurements per step, any number of steps
    {
        public float[] Acceleration { get; set; } = [];       // x y z of the first step, x y z of the second …
        public string Activity { get; set; } = "";
    }
    // docs

    private sealed class Folded
    {
        public float[] Pairs { get; set; } = [];

        public float[] Chain { get; set; } = [];

        public string[] Touch { get; set; } = [];
    }

    [TestMethod]
    public void Pairs_are_told()
    {
        var chains = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Folded
        {
            Chain = [.. Enumerable.Range(0, 4 * (5 + i % 3)).Select(t => MathF.Sin(i + t))],
            Pairs = [0, 2, 1, 3, 2, 4, 4, 0], Touch = ["no", i % 2 == 0 ? "yes" : "no", "no", "yes"],
        }));
        // docs
        var contacts = ml.Transforms.Conversion.MapValueToKey("Label", "Touch")                       // one per pair
            .Append(ml.Sequences().Tagging(new()
            {
                SequenceColumnName = "Pairs",                                                         // [pairs × 2]: steps from 0
                Inputs = [InputColumn.Series("Chain", featureCount: 4)],
                Network = SequenceNetwork.PairMap(SequenceNetwork.Lstm(hidden: 16, bidirectional: true), new() { Channels = 8 }),
                Epochs = 3,
            }));
        // docs
        Assert.HasCount(8, contacts.Fit(chains).Transform(chains).GetColumn<float[]>("Score").First());
    }

    [TestMethod]
    public void Series_are_classified()
    {
        var walks = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Walk
        {
            Acceleration = [.. Enumerable.Range(0, 3 * (4 + i % 5)).Select(t => i % 2 == 0 ? t * 0.1f : -t * 0.1f)],
            Activity = i % 2 == 0 ? "up" : "down",
        }));
        var model = Classify(walks);
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(model.Transform(walks)).MicroAccuracy);
    }

    private static ITransformer Classify(IDataView walks)
    {
        // docs
        var activity = ml.Transforms.Conversion.MapValueToKey("Label", "Activity")
            .Append(ml.Sequences().Classification(new()
            {
                SequenceColumnName = "Acceleration",
                FeatureCount = 3,
                Network = SequenceNetwork.Gru(hidden: 32, layers: 2),
                Pooling = Pooling.Attention,
                Epochs = 30,
                LearningRate = 0.01f,
            }));
        // docs
        return activity.Fit(walks);
    }

    [TestMethod]
    public void Series_are_classified_by_their_shapes()
    {
        var walks = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Walk
        {
            Acceleration = [.. Enumerable.Range(0, 3 * (10 + i % 5)).Select(t => MathF.Sin(t * (i % 2 + 1)))],
            Activity = i % 2 == 0 ? "walks" : "runs",
        }));
        Assert.IsGreaterThan(0, Shapes(walks).LastTransformer.History.Epochs.Count);
    }

    private static TransformerChain<SequencePredictionTransformer> Shapes(IDataView walks)
    {
        // docs
        var shapes = ml.Transforms.Conversion.MapValueToKey("Label", "Activity")
            .Append(ml.Sequences().Classification(new()
            {
                SequenceColumnName = "Acceleration",
                FeatureCount = 3,
                Network = SequenceNetwork.InceptionTime(filters: 16, depth: 3),
                Augmentation = new() { Jitter = 0.05f, Scale = 0.1f, Crop = 0.1f, TimeWarp = 0.1f },
                Epochs = 60,
            }));
        // docs
        return shapes.Fit(walks);
    }

    private sealed class Gauge
    {
        public float[] Series { get; set; } = [];
    }

    [TestMethod]
    public void Gaps_are_filled()
    {
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Gauge
        {
            Series = [.. Enumerable.Range(0, 24).Select(t => (t + i) % 7 == 0 ? float.NaN : t)],
        }));
        // docs
        var filled = ml.Sequences().Imputation(new() { SequenceColumnName = "Series", FeatureCount = 2, LongestGap = 8 })
            .Fit(data).Transform(data);                                              // Score: numbers that are there as they are
        // docs
        Assert.IsTrue(filled.GetColumn<float[]>("Score").All(series => series.Length == 24 && !series.Contains(float.NaN)));
    }

    private sealed class Sentence
    {
        public string[] Words { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }

    [TestMethod]
    public void Words_are_tagged()
    {
        var sentences = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Sentence
        {
            Words = [.. Enumerable.Range(0, 2 + i % 4).Select(t => (t + i) % 2 == 0 ? "dogs" : "run")],
            Tags = [.. Enumerable.Range(0, 2 + i % 4).Select(t => (t + i) % 2 == 0 ? "NOUN" : "VERB")],
        }));
        var metrics = Tag(sentences);
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
    }

    private static TaggingMetrics Tag(IDataView sentences)
    {
        // docs
        var tagging = ml.Transforms.Conversion.MapValueToKey("Label", "Tags")
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 20_000))
            .Append(ml.Sequences().Tagging(network: SequenceNetwork.Lstm(hidden: 64, bidirectional: true)));
        var tagger = tagging.Fit(sentences);
        var metrics = ml.Sequences().EvaluateTagging(tagger.Transform(sentences));
        // docs
        return metrics;
    }

    private sealed class Line
    {
        public float[] Pen { get; set; } = [];

        public string[] Letters { get; set; } = [];
    }

    [TestMethod]
    public void Letters_are_read()
    {
        // A letter is two steps up or two steps down, and a rest.
        var lines = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i =>
        {
            string[] letters = [.. Enumerable.Range(0, 1 + i % 3).Select(t => (i / 3 + t) % 2 == 0 ? "a" : "b")];
            return new Line
            {
                Letters = letters,
                Pen = [.. letters.SelectMany(letter => (float[])[0, letter == "a" ? 1 : -1, 0, 0, letter == "a" ? 1 : -1, 0, 1, 0, 1])],
            };
        }));
        var written = Write().Fit(lines).Transform(lines);
        Assert.IsLessThan(0.1, ml.Sequences().EvaluateTranscription(written, "Target").CharacterErrorRate);
        var (errors, best, place) = Read(lines, letters: 2, [[0, 1, 0], [1, 0]]);
        Assert.IsLessThan(0.1, errors.CharacterErrorRate);
        CollectionAssert.AreEqual(new[] { 0 }, best.Labels.ToArray());
        Assert.HasCount(1, place.Labels);
    }

    private static IEstimator<ITransformer> Write()
    {
        // docs
        var writing = ml.Transforms.Conversion.MapValueToKey("Target", "Letters")
            .Append(ml.Sequences().Translation(new()
            {
                SourceColumnName = "Pen",
                FeatureCount = 3,
                Encoder = SequenceNetwork.Lstm(hidden: 32, bidirectional: true),
                Decoder = SequenceDecoder.Lstm(hidden: 32, attention: SourceAttention.Additive(32)),
                Epochs = 20,
                LearningRate = 0.01f,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Written", "PredictedLabel"));
        // docs
        return writing;
    }

    private static (TranscriptionMetrics, CtcHypothesis, CtcPath) Read(IDataView lines, int letters, int[][] texts)
    {
        // docs
        var reading = ml.Transforms.Conversion.MapValueToKey("Label", "Letters")                      // "h", "e", "l", "l", "o"
            .Append(ml.Sequences().Alignment(new()
            {
                SequenceColumnName = "Pen",
                FeatureCount = 3,                                                                     // dx, dy, whether the pen is lifted
                Network = SequenceNetwork.Lstm(hidden: 32, bidirectional: true),
                Epochs = 20,
                LearningRate = 0.01f,
            }));
        var read = reading.Fit(lines).Transform(lines);
        var errors = ml.Sequences().EvaluateTranscription(read);                                      // CER, WER
        var score = read.GetColumn<float[]>("Score").First();                                         // steps × (letters + 1)
        var frames = CtcFrames.FromProbabilities(score, classes: letters + 1, blank: letters);        // the blank is the last class
        var best = frames.BeamSearch(new() { Width = 32, Model = new NgramModel(texts, letters), ModelWeight = 0.5 })[0];
        var place = frames.Align([.. best.Labels]);                                                   // the steps of each letter
        // docs
        // docs
        var faster = SequenceNetwork.Custom("half the steps", (network, x) =>
            new(network.Lstm(x.Subsample(features: 64), new LstmOptions { Hidden = 32, Bidirectional = true }).Output), subsampling: 2);
        // docs
        Assert.AreEqual(2, faster.Subsampling);
        return (errors, best, place);
    }

    private sealed class Day
    {
        public string Shop { get; set; } = "";

        public float Date { get; set; }

        public float Sales { get; set; }
    }

    [TestMethod]
    public void The_next_week_is_forecast()
    {
        var days = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(i => new Day
        {
            Shop = i < 60 ? "north" : "south", Date = i % 60, Sales = 100 + 10 * (i % 7),
        }));
        var scores = Forecast(days).GetColumn<float[]>("Score").ToArray();
        Assert.IsNotEmpty(scores);
        Assert.IsTrue(scores.All(score => score.Length == 7));
    }

    private static IDataView Forecast(IDataView days)
    {
        // docs
        var windows = ml.Transforms.GroupIntoSequences("Series", "Shop", "Date", ["Sales"])           // a row per shop
            .Append(ml.Transforms.CutWindows("Features", windowSteps: 28, inputColumnName: "Series",  // a row per window of 28 days,
                horizon: 7, targetColumnName: "Label"));                                              // the 7 days after it as label
        var prepared = windows.Fit(days).Transform(days);
        var forecaster = ml.Sequences().Regression(network: SequenceNetwork.Lstm(hidden: 32), epochs: 10).Fit(prepared);
        // docs
        return forecaster.Transform(prepared);
    }

    [TestMethod]
    public void The_week_after_the_last_day_is_forecast_for_each_shop()
    {
        using var folder = new TemporaryFolder();
        var days = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(i => new Day
        {
            Shop = i < 60 ? "north" : "south", Date = i % 60, Sales = 100 + 10 * (i % 7),
        }));
        var zip = folder.File("next.zip");
        var forecasts = Next(days, zip).GetColumn<float[]>("Score").ToArray();
        Assert.HasCount(2, forecasts);
        var shops = ml.Transforms.GroupIntoSequences("Series", "Shop", "Date", ["Sales"]).Fit(days).Transform(days);
        var loaded = new MLContext().Model.Load(zip, out _).Transform(shops).GetColumn<float[]>("Score").ToArray();
        for (var shop = 0; shop < 2; shop++)
            CollectionAssert.AreEqual(forecasts[shop], loaded[shop], Comparer<float>.Create((a, b) => Math.Abs(a - b) < 1e-3f ? 0 : 1));
    }

    private static IDataView Next(IDataView days, string zip)
    {
        // docs
        var shops = ml.Transforms.GroupIntoSequences("Series", "Shop", "Date", ["Sales"]).Fit(days).Transform(days);
        var cut = ml.Transforms.CutWindows("Features", windowSteps: 28, inputColumnName: "Series", horizon: 7,
            targetColumnName: "Label").Fit(shops);
        var trained = ml.Sequences().Regression(network: SequenceNetwork.Lstm(hidden: 32), epochs: 10).Fit(cut.Transform(shops));
        var next = new TransformerChain<ITransformer>(cut.LastWindow(), trained);    // from the last 28 days of each shop
        ml.Model.SaveWhole(next, shops.Schema, zip);                                 // which can be saved, unlike all windows
        var forecasts = next.Transform(shops);                                       // a row per shop
        // docs
        return forecasts;
    }

    [TestMethod]
    public void Gaps_are_filled_and_marked()
    {
        var days = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Day
        {
            Shop = "north", Date = i, Sales = i % 10 == 3 ? float.NaN : 100,
        }));
        var series = Filled(days).GetColumn<float[]>("Series").Single();
        Assert.HasCount(120, series);
        Assert.IsTrue(series.Where((_, i) => i % 2 == 0).All(sales => sales == 100));
        CollectionAssert.AreEqual(Enumerable.Range(0, 60).Select(i => i % 10 == 3 ? 1f : 0).ToArray(),
            series.Where((_, i) => i % 2 == 1).ToArray());
    }

    private static IDataView Filled(IDataView days)
    {
        // docs
        var grouped = ml.Transforms.IndicateMissingValues("Gap", "Sales")
            .Append(ml.Transforms.Conversion.ConvertType("Gap"))                                  // 1 where there was a gap, else 0
            .Append(ml.Transforms.ReplaceMissingValues("Sales", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(ml.Transforms.GroupIntoSequences("Series", "Shop", "Date", ["Sales", "Gap"]));    // two numbers per step
        // docs
        return grouped.Fit(days).Transform(days);
    }

    private sealed class Machine
    {
        public float[] Vibration { get; set; } = [];

        public float Age { get; set; }

        public string Maker { get; set; } = "";

        public bool Label { get; set; }
    }

    [TestMethod]
    public void Columns_stand_beside_a_series()
    {
        var machines = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Machine
        {
            Vibration = [i % 3, i % 5, i % 2], Age = i % 10, Maker = i % 2 == 0 ? "north" : "south", Label = i % 10 > 5,
        }));
        Assert.HasCount(40, Beside(machines).Transform(machines).GetColumn<float>("Probability").ToArray());
    }

    private static ITransformer Beside(IDataView machines)
    {
        // docs
        var failure = ml.Transforms.Conversion.MapValueToKey("Maker")
            .Append(ml.Sequences().BinaryClassification(new()
            {
                SequenceColumnName = "Vibration",
                Inputs = [InputColumn.Vector("Age"), InputColumn.Category("Maker", embeddingSize: 4)],
                OutputVector = true,                          // what the output layer reads, as column "Vector"
            }));
        // docs
        return failure.Fit(machines);
    }

    [TestMethod]
    public void A_network_of_ones_own_trains()
    {
        var rows = ml.Data.LoadFromEnumerable(Waves.Rows(40, 1));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Sequences().Classification(network: Own(), epochs: 2, featureCount: 2));
        Assert.HasCount(40, pipeline.Fit(rows).Transform(rows).GetColumn<float[]>("Score").ToArray());
    }

    private static SequenceNetwork Own()
    {
        // docs
        var network = SequenceNetwork.Custom("two layers", (builder, x) =>      // x.Steps: [time, batch, features]
        {
            var weight = builder.Parameter("weight", [x.Features, 32], Initializers.GlorotUniform);
            var bias = builder.Parameter("bias", [32], Initializers.Zeros);
            return new EncodedSequence(x.With(Op.Tanh(Op.MatMul(x.Steps, weight) + bias)));
        });
        // docs
        return network;
    }

    [TestMethod]
    public void Vectors_of_words_are_learned()
    {
        var sentences = ml.Data.LoadFromEnumerable(Sequences.WordVectorEstimatorTests.Sentences(400));
        using var folder = new TemporaryFolder();
        var before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            // docs
            var vectors = ml.Sequences().WordVectors(new() { WordsColumnName = "Words", Size = 50, MinimumCount = 2, Seed = 1 })
                .Fit(sentences).Vectors;
            var near = vectors.Nearest("dog", 5);                                 // words and how similar they are
            var answers = vectors.Analogy(from: "dog", to: "meat", like: "cow");
            vectors.Save("vectors.txt");                                          // as word2vec does; GloVe's formats too
            var topic = ml.Transforms.Conversion.MapValueToKey("Label")
                .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
                .Append(ml.Sequences().Classification(new() { TokenVectors = new(vectors) { IsFrozen = true }, Epochs = 3 }));
            // docs
            Assert.HasCount(5, near);
            Assert.HasCount(10, answers);
            Assert.AreEqual(50, WordVectors.Load("vectors.txt").Size);
            Assert.HasCount(400, topic.Fit(sentences).Transform(sentences).GetColumn<float[]>("Score").ToArray());
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }
}
