using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>
/// Half of the rows are short and half are long, and nothing in their first step tells which: what is learned of that step is the share of
/// both, although batches hold rows of similar lengths, and a step has fewer beside it in a batch of short rows.
/// </summary>
[TestClass]
public class LengthBalanceTests
{
    private const int Long = 20;

    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        [KeyType(2)]
        public uint[] Features { get; set; } = [];

        // Of the first step 1 in short rows and 2 in long ones.
        [KeyType(2)]
        public uint[] Tags { get; set; } = [];

        public float[] Numbers { get; set; } = [];

        public float Weight { get; set; }
    }

    private IDataView Rows(float weightOfLong = 1) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 128).Select(row =>
    {
        var length = row % 2 == 0 ? 1 : Long;
        return new Row
        {
            Features = [.. Enumerable.Repeat(1u, length)],
            Tags = [length == 1 ? 1u : 2u, .. Enumerable.Repeat(1u, length - 1)],
            Numbers = [length == 1 ? 1 : 3, .. Enumerable.Repeat(0f, length - 1)],
            Weight = length == 1 ? 1 : weightOfLong,
        };
    }).ToArray());

    private static T With<T>(T options) where T : NetworkTrainerOptions
    {
        (options.Epochs, options.BatchSize, options.LearningRate) = (60, 8, 0.02f);
        (options.Schedule, options.Target) = (LearningRateSchedule.Cosine(0.02f), ExecutionTarget.Cpu(1));
        return options;
    }

    [TestMethod]
    [DataRow(false, 1f, 0.5)]
    [DataRow(true, 3f, 0.75)]
    [DataRow(true, 0f, 0.0)]
    public void Language_model_goes_on_as_often_as_texts_do(bool isWeighted, float weightOfLong, double expected)
    {
        var rows = Rows(weightOfLong);
        using var model = _ml.Sequences().LanguageModel(With(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Lstm(16), EmbeddingSize = 4, ExampleWeightColumnName = isWeighted ? nameof(Row.Weight) : null,
        })).Fit(rows);
        // the second token of a long text, where a short one has its end
        Assert.AreEqual(expected, Math.Exp(model.Transform(rows).GetColumn<float[]>("Score").ElementAt(1)[1]), 0.06);
    }

    [TestMethod]
    public void Tags_of_steps_have_the_shares_of_all_steps()
    {
        using var model = _ml.Sequences().Tagging(With(new SequenceTaggingTrainer.Options
        {
            Network = SequenceNetwork.Lstm(16), EmbeddingSize = 4, LabelColumnName = nameof(Row.Tags),
        })).Fit(Rows());
        Assert.AreEqual(0.5, model.Transform(Rows()).GetColumn<float[]>("Score").First()[0], 0.06);
    }

    [TestMethod]
    public void Numbers_of_steps_have_the_mean_of_all_steps()
    {
        using var model = _ml.Sequences().StepRegression(With(new SequenceStepRegressionTrainer.Options
        {
            Network = SequenceNetwork.Lstm(16), EmbeddingSize = 4, LabelColumnName = nameof(Row.Numbers),
        })).Fit(Rows());
        Assert.AreEqual(2, model.Transform(Rows()).GetColumn<float[]>("Score").First()[0], 0.15);
    }

    // Windows of other places in every epoch have another number of tokens in the mean.
    [TestMethod]
    [DataRow(256)]
    [DataRow(15)]
    public void Loss_of_an_epoch_is_the_mean_over_all_tokens(int window)
    {
        var options = With(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Lstm(16), EmbeddingSize = 4, WindowLength = window,
        });
        (options.Epochs, options.LearningRate, options.Schedule) = (1, 1e-9f, LearningRateSchedule.Constant);
        using var model = _ml.Sequences().LanguageModel(options).Fit(Rows());
        // a cut text is read anew at the cut, by a network that knows next to nothing
        Assert.AreEqual(Math.Log(model.Evaluate(Rows()).Perplexity), model.History.Epochs[0].Loss, window > Long ? 1e-5 : 0.03);
    }
}
