using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ModalityCode
{
    private sealed class Row
    {
        public string Question { get; set; } = "";

        public string Answer { get; set; } = "";

        [VectorType(768)]
        public float[] Picture { get; set; } = [];

        [VectorType(2)]
        public float[] Table { get; set; } = [];
    }

    [TestMethod]
    public void Questions_about_pictures_are_answered()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Row
        {
            Question = i % 4 < 2 ? "is it bright" : "is it heavy", Answer = i % 2 == 0 ? "yes" : "no",
            Picture = [.. Enumerable.Range(0, 768).Select(_ => random.NextSingle() + (i % 2 == 0 ? 1 : 0))],
            Table = [i % 2 == 0 ? 5 : 1, random.NextSingle()],
        }).ToArray());
        // docs
        var answering = ml.Transforms.Conversion.MapValueToKey("Label", "Answer")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Question"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Words"))
            .Append(ml.Sequences().Classification(new()
            {
                SequenceColumnName = "Words",
                Inputs = [InputColumn.Image("Picture", new ImageShape(16, 16, 3)), InputColumn.Vector("Table")],
                Network = SequenceNetwork.Multimodal(),
            }));
        // docs
        Assert.AreEqual(1, ml.Sequences().EvaluateClassification(answering.Fit(rows).Transform(rows)).MicroAccuracy);
    }
}
