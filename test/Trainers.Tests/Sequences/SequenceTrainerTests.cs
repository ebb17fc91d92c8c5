using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class SequenceTrainerTests
{
    [TestMethod]
    public void Learns_real_valued_sequences_of_varying_length()
    {
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, e) => lines.Add(e.Message);
        var data = ml.Data.LoadFromEnumerable(Waves.Rows(300, seed: 1));
        var test = ml.Data.LoadFromEnumerable(Waves.Rows(100, seed: 2));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = SequenceNetwork.Lstm(16, bidirectional: true), Epochs = 15, BatchSize = 16, LearningRate = 0.01f,
                    FeatureCount = 2, ValidationFraction = 0.2f, OutputDropout = 0.1f,
            }));
        var model = pipeline.Fit(data);
        Console.WriteLine(string.Join("\n", lines.Where(line => line.Contains("epoch"))));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine(metrics.MicroAccuracy + " " + model.LastTransformer.Info.Verification);
        Assert.IsTrue(metrics.MicroAccuracy > 0.9, $"accuracy {metrics.MicroAccuracy}");
    }

    [TestMethod]
    public void Learns_tokens()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Waves.Words(300, seed: 1));
        var test = ml.Data.LoadFromEnumerable(Waves.Words(100, seed: 2));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text")).Append(
                ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
            .Append(ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = SequenceNetwork.Gru(16), Epochs = 10, BatchSize = 16, LearningRate = 0.01f, EmbeddingSize = 8,
            }));
        var model = pipeline.Fit(data);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine(model.LastTransformer.History);
        Console.WriteLine(metrics.MicroAccuracy + " " + model.LastTransformer.Info.Verification);
        Assert.IsTrue(metrics.MicroAccuracy > 0.9, $"accuracy {metrics.MicroAccuracy}");
    }
}
