using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>The C# of the pages for who comes from another library.</summary>
[TestClass]
public class MigrationCode
{
    private static readonly MLContext ml = new(1);

    private sealed class Day
    {
        public DateTime Date { get; set; }

        public float Sales { get; set; }
    }

    private sealed class Paper
    {
        public string Id { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Link
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    [TestMethod]
    public void From_time_series()
    {
        var days = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 140).Select(day => new Day
        {
            Date = new DateTime(2026, 1, 1).AddDays(day), Sales = 100 + 10 * (day % 7) + (day == 120 ? 300 : 0),
        }));
        // docs
        var sales = ml.Sequences().Forecasting(new()
        {
            Columns = new() { TimeColumnName = "Date", TargetColumnNames = ["Sales"] },   // a row a step, as ForecastBySsa reads it
            InputWindow = 28, Horizon = 7,                                                // windowSize, horizon
            Quantiles = [0.05f, 0.5f, 0.95f],                                             // confidenceLevel 0.9
            Network = ForecastNetwork.NLinear(), SeasonalDifference = 7, ValidationFraction = 0.3f, Epochs = 10,
        }).Fit(days);
        foreach (var row in sales.Forecast(days))                                         // seven rows
            Console.WriteLine($"{row.Time}: {row.Score:0} [{row.Quantiles[0]:0}, {row.Quantiles[2]:0}]");
        var spikes = sales.Detect(days);                                                  // DetectSpikeBySsa
        // docs
        Assert.HasCount(7, sales.Forecast(days));
        Assert.AreEqual("2026-05-21", sales.Forecast(days)[0].Time);
        Assert.IsTrue(spikes.Any(spike => spike.Time == "2026-05-01"), string.Join(", ", spikes.Select(spike => spike.Time)));
    }

    [TestMethod]
    public void From_torch()
    {
        using var folder = new TemporaryFolder();
        var onnx = folder.File("m.onnx");
        var tokens = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.TokenizeText("Features", "Text"))
            .Fit(Questions.View(ml, 80)).Transform(Questions.View(ml, 80));
        // docs
        var network = SequenceNetwork.Custom("kim", (builder, x) =>           // class Kim : Module, forward(x)
        {
            Sequence[] read = [.. ((int[])[3, 4, 5]).Select(width =>
            {
                var y = x.Convolution(16, width, name: $"convolution_{width}");  // nn.Conv1d
                return y.With(Op.Relu(y.Steps));                                 // torch.relu
            })];
            return new(read[0], Op.Concat(1, [.. read.Select(one => one.MaxPooling())]));   // torch.cat of maxima over the steps
        });
        var trained = ml.Sequences().Classification(new()                     // nn.Embedding before, nn.Linear behind
        {
            Network = network, EmbeddingSize = 16, Epochs = 5,
            Optimizer = new AdamW { WeightDecay = 0.01f }, LearningRate = 1e-2f, GradientClipNorm = 1,
        }).Fit(tokens);
        trained.ExportToOnnx(onnx);
        // docs
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(trained.Transform(tokens)).MicroAccuracy);
        Assert.Contains("Conv", OnnxFile.Inspect(onnx).Operators.Keys);
    }

    [TestMethod]
    public void From_keras()
    {
        var texts = Questions.View(ml, 120);
        // docs
        var keras = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.TokenizeText("Features", "Text"))            // TextVectorization
            .Append(ml.Sequences().Classification(new()                        // Embedding, Bidirectional(LSTM), Dense(softmax)
            {
                EmbeddingSize = 16, Network = SequenceNetwork.Lstm(16, bidirectional: true), InputDropout = 0.2f,
                ValidationFraction = 0.2f, Epochs = 8, BatchSize = 16, LearningRate = 1e-2f, EarlyStoppingPatience = 3,
            }))
            .Fit(texts);                                                       // compile and fit
        var predicted = keras.Transform(texts);                                // predict
        // docs
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(predicted).MicroAccuracy);
    }

    [TestMethod]
    public void From_torch_geometric()
    {
        using var folder = new TemporaryFolder();
        var onnx = folder.File("m.onnx");
        var papers = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Paper
        {
            Id = $"n{i}", Features = [i % 2, 1], Label = i % 2 == 0 ? "even" : "odd",
        }));
        var links = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Link { Source = $"n{i}",
            Target = $"n{(i + 2) % 40}" }));
        // docs
        var citations = new GraphEdgeColumns(links);                           // edge_index: columns Source and Target, ids of nodes
        var gcn = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Graphs().NodeClassification(new()
            {
                Edges = citations, NodeIdColumnName = "Id",
                Network = GraphNetwork.Gcn(hidden: 16), Epochs = 50, LearningRate = 0.01f,
            }))
            .Fit(papers);                                                      // the loop over epochs
        var topics = gcn.Transform(papers);                                    // argmax of model(data.x, data.edge_index), every node
        gcn.LastTransformer.ExportToOnnx(onnx);                                // torch.onnx.export, verified
        // docs
        Assert.IsGreaterThan(0.9, ml.Graphs().EvaluateClassification(topics).MicroAccuracy);
        Assert.IsTrue(File.Exists(onnx));
    }
}
