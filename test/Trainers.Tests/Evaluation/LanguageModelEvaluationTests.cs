using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class LanguageModelEvaluationTests
{
    [TestMethod]
    public void Metrics_are_those_computed_by_hand()
    {
        var metrics = Evaluate(false, Row([], MathF.Log(0.5f), MathF.Log(0.25f)), Row([], MathF.Log(0.125f)));
        Assert.AreEqual(2, metrics.BitsPerToken, 1e-6);
        Assert.AreEqual(4, metrics.Perplexity, 1e-5);
        Assert.AreEqual(2 * Math.Log(2), metrics.NatsPerToken, 1e-6);
        Assert.AreEqual((3L, 2L), (metrics.TokenCount, metrics.SequenceCount));
        Assert.AreEqual(double.NaN, metrics.TokenAccuracy);
        StringAssert.Contains(metrics.ToString(), "perplexity");
    }

    [TestMethod]
    public void Probabilities_of_the_vocabulary_are_read_at_the_tokens()
    {
        var metrics = Evaluate(true, Row([1, 3, 0], 0.5f, 0.3f, 0.2f, 0.7f, 0.05f, 0.25f, 1, 0, 0), Row([2], 0.4f, 0.1f, 0.5f));
        Assert.AreEqual(-(Math.Log(0.5) + Math.Log(0.25) + Math.Log(0.1)) / 3, metrics.NatsPerToken, 1e-6);
        Assert.AreEqual((3L, 1L), (metrics.TokenCount, metrics.MissingTokenCount));
        Assert.AreEqual(1 / 3.0, metrics.TokenAccuracy, 1e-9);
    }

    [TestMethod]
    public void Agrees_with_the_log_loss_of_tags()
    {
        var data = Tagged("x y z", "x y z", Views.Row("x z", "x x", 0.5f, 0.3f, 0.2f, 0.7f, 0.05f, 0.25f));
        double expected = Ml.Sequences().EvaluateTagging(data).LogLoss;
        Assert.AreEqual(expected, Ml.Sequences().EvaluateLanguageModel(data, tokenColumnName: "Label").NatsPerToken, 1e-9);
    }

    [TestMethod]
    public void A_token_without_probability_makes_the_perplexity_infinite()
    {
        Assert.AreEqual(double.PositiveInfinity, Evaluate(true, Row([1], 0, 1, 0)).Perplexity);
        Assert.AreEqual(double.PositiveInfinity, Evaluate(false, Row([], float.NegativeInfinity)).NatsPerToken);
    }

    [TestMethod]
    public void A_trained_language_model_is_evaluated()
    {
        var data = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => Row([1, 2, 3, 1, 2, (uint)(i % 3) + 1])));
        using var model = Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            TokenColumnName = "Tokens", Decoder = SequenceDecoder.Gru(8), EmbeddingSize = 8, Epochs = 3, AddBeginEndTokens = false,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        var (ours, theirs) = (Ml.Sequences().EvaluateLanguageModel(model.Transform(data)), model.Evaluate(data));
        Assert.AreEqual((theirs.TokenCount, theirs.SequenceCount), (ours.TokenCount, ours.SequenceCount));
        Assert.AreEqual(theirs.NatsPerToken, ours.NatsPerToken, 1e-6);
        Assert.AreEqual(theirs.BitsPerToken, ours.BitsPerToken, 1e-6);
    }

    [TestMethod]
    public void Bad_input_is_an_error()
    {
        var data = Ml.Data.LoadFromEnumerable([Row([1], -1)]);
        var catalog = Ml.Sequences();
        Fails<ArgumentException>(() => catalog.EvaluateLanguageModel(data, "Missing"), "'Missing' not found");
        Fails<ArgumentException>(() => catalog.EvaluateLanguageModel(data, "Tokens"), "'Tokens'", "expected a vector of Single");
        Fails<ArgumentException>(() => catalog.EvaluateLanguageModel(data, tokenColumnName: "Score"), "'Score'", "a vector of keys");
        Fails<InvalidDataException>(() => Evaluate(false), "no rows");
        Fails<InvalidDataException>(() => Evaluate(false, Row([])), "'Score' has no token in any row");
        Fails<InvalidDataException>(() => Evaluate(false, Row([], -1), Row([], -1, 0.5f)), "'Score', row 1", "step 1 is 0.5");
        Fails<InvalidDataException>(() => Evaluate(false, Row([], float.NaN)), "'Score', row 0", "NaN");
        Fails<InvalidDataException>(() => Evaluate(true, Row([1, 2], 1, 0, 0)),
            "'Score', row 0", "3 values, expected 6", "2 tokens of a vocabulary of 3");
        Fails<InvalidDataException>(() => Evaluate(true, Row([1], -3, 1, 2)), "'Score', row 0", "expected a probability");
    }

    private static Text Row(uint[] tokens, params float[] score) => new() { Tokens = tokens, Score = score };

    private static LanguageModelMetrics Evaluate(bool tokens, params Text[] rows) =>
        Ml.Sequences().EvaluateLanguageModel(Ml.Data.LoadFromEnumerable(rows), tokenColumnName: tokens ? "Tokens" : null);

    private sealed class Text
    {
        [KeyType(3)]
        public uint[] Tokens { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
