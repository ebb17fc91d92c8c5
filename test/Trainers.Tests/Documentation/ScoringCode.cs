using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ScoringCode
{
    // docs
    class Question
    {
        public string Label { get; set; } = "";
        public string Text { get; set; } = "";
    }

    class Answer
    {
        [ColumnName("Answer")]
        public string Topic { get; set; } = "";
        public float[] Score { get; set; } = [];
    }
    // docs

    [TestMethod]
    public void Saved_and_exported_models_predict_in_other_programs()
    {
        using var folder = new TemporaryFolder();
        string zip = folder.File("questions.zip"), onnx = folder.File("questions.onnx");
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable(Waves.Words(60, 1).Select(row => new Question { Label = row.Label, Text = row.Text }));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
            .Append(ml.Sequences().Classification(network: SequenceNetwork.Gru(16), epochs: 2))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        var model = pipeline.Fit(rows);
        ml.Model.SaveWhole(model, rows.Schema, zip);
        var trained = model.OfType<SequencePredictionTransformer>().Single();
        trained.ExportToOnnx(onnx);
        var keys = new TransformerChain<ITransformer>([.. model.Take(3)]).Transform(rows);
        Assert.HasCount(60, Batches(keys, onnx).GetColumn<float[]>("Score").ToArray());
        Assert.IsLessThan(1, Smaller(keys, trained, folder.File("half.onnx")));
        Assert.Contains(Engine(zip), (string[])["ab", "ba"]);
        Assert.IsGreaterThan(0.5f, Bare(onnx, [3, 1, 2]).Max());
    }

    private static string Engine(string zip)
    {
        // docs
        var ml = new MLContext();
        var model = ml.Model.Load(zip, out _);                // needs only Microsoft.ML.OnnxTransformer and Microsoft.ML.OnnxRuntime
        var engine = ml.Model.CreatePredictionEngine<Question, Answer>(model);
        var answer = engine.Predict(new Question { Text = "who wrote Faust ?" });
        Console.WriteLine($"{answer.Topic} {answer.Score.Max():0.00}");
        // docs
        return answer.Topic;
    }

    private static double Smaller(IDataView rows, SequencePredictionTransformer trained, string path)
    {
        var ml = new MLContext();
        // docs
        var report = trained.ExportToOnnx(path, Precision.Half, rows,
            metric: scored => ml.Sequences().EvaluateClassification(scored).MicroAccuracy);
        Console.WriteLine($"{report.Bytes} bytes for {report.BytesInSingle}, accuracy {report.Metric} for {report.MetricInSingle}");
        // docs
        return (double)report.Bytes / report.BytesInSingle;
    }

    private static IDataView Batches(IDataView rows, string onnx)
    {
        var ml = new MLContext();
        // docs
        var scorer = ml.Transforms.ApplySequenceModel(onnx).Fit(rows);   // needs MLSeqGraph.Transforms; rows in batches, in order
        var scored = scorer.Transform(rows);                             // PredictedLabel, Score
        // docs
        return scored;
    }

    private static float[] Bare(string onnx, long[] ids)
    {
        // docs
        using var session = new InferenceSession(onnx);
        using var tokens = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);             // [batch, time], 0 is padding
        using var outputs = session.Run(new RunOptions(), ["tokens"], [tokens], ["Score"]);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>().ToArray();                     // [batch, classes]
        // docs
        return probabilities;
    }
}
