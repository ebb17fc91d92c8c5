using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class AnswerCode
{
    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Asked { get; set; } = "";

        public string Answer { get; set; } = "";
    }

    [TestMethod]
    public void Answers_are_found_in_texts()
    {
        var ml = new MLContext(1);
        string[] places = ["Rome", "Oslo", "New York", "Bern"];
        var questions = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new Row
        {
            Text = $"It was in {places[i % 4]} on a {(i % 3 == 0 ? "Monday" : "Friday")}.", Asked = i % 2 == 0 ? "Where?" : "When?",
            Answer = i % 2 == 0 ? places[i % 4] : i % 3 == 0 ? "Monday" : "Friday",
        }).ToArray());
        var held = questions;
        // docs
        var pipeline = ml.Transforms.TokenizeText([new("Context", "Text"), new("Question", "Asked")])     // one vocabulary for both
            .Append(ml.Transforms.FindAnswers("Label", "Text", "Answer"))             // the first and the last word of the answer
            .Append(ml.Sequences().QuestionAnswering(epochs: 40))
            .Append(ml.Transforms.CutAnswers("Found", "Text"));                       // what stands there
        var model = pipeline.Fit(questions);
        var metrics = ml.Sequences().EvaluateAnswers(model.Transform(held));          // exact and F1
        // docs
        Assert.IsGreaterThan(0.9, metrics.ExactMatch);
        Assert.AreEqual(64, model.Transform(held).GetColumn<string>("Found").Count());
    }
}
