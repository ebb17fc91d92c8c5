using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class ValidatedPipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Wrong
    {
        public string Sentence { get; set; } = "";
    }

    private IDataView Rows(params string[] texts) =>
        _ml.Data.LoadFromEnumerable(Enumerable.Repeat(texts, 8).SelectMany(some => some)
            .Select(text => new Row { Text = text, Label = text[..1] }).ToArray());

    private IEstimator<ITransformer> Preparation => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
        .Append(_ml.Transforms.Conversion.MapValueToKey("Features", "Words"));

    private SequenceClassificationTrainer Trainer => _ml.Sequences().Classification(network: SequenceNetwork.Gru(hidden: 4), epochs: 2);

    [TestMethod]
    public void Raw_validation_rows_are_prepared_by_what_was_fitted_to_the_training_rows()
    {
        IDataView train = Rows("a b c", "b c a"), validation = Rows("a b", "b d");
        var model = Preparation.FitWithValidation(Trainer, train, validation);
        Assert.IsTrue(model.LastTransformer.History.Epochs.All(epoch => epoch.ValidationLoss is not null));
        // The word d of the validation rows is unknown: three words were seen in training.
        Assert.AreEqual(4, model.LastTransformer.Info.Input.Vocabulary);
        var full = model.Append(_ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(model.Transform(train)));
        Assert.HasCount(16, full.Transform(validation).GetColumn<string>("Answer").ToArray());
    }

    [TestMethod]
    public void Validation_rows_with_other_columns_are_named()
    {
        var wrong = _ml.Data.LoadFromEnumerable([new Wrong { Sentence = "a b" }]);
        var error = Assert.Throws<ArgumentException>(() => Preparation.FitWithValidation(Trainer, Rows("a b c", "b c a"), wrong));
        StringAssert.Contains(error.Message, "Label");
    }
}
