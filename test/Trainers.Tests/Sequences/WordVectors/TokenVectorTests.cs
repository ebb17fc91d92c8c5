using System.Runtime.InteropServices;
using Microsoft.ML;
using MLSeqGraph.Onnx.Proto;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Networks that start from known vectors of their tokens.</summary>
[TestClass]
public class TokenVectorTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly WordVectors Known = new(["cat", "dog", "table", "chair", "zebra"],
        [1, 0, 0, 0.9f, 0.1f, 0, 0, 1, 0, 0, 0.9f, 0.1f, 0, 0, 1]);

    private static IDataView Data(int rows = 60) => Ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
        .Fit(Ml.Data.LoadFromEnumerable(WordVectorEstimatorTests.Sentences(rows)))
        .Transform(Ml.Data.LoadFromEnumerable(WordVectorEstimatorTests.Sentences(rows)));

    private static SequencePredictionTransformer Train(TokenVectors? start, float rate = 0.01f, int epochs = 3) =>
        Ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), TokenVectors = start, Epochs = epochs, LearningRate = rate,
        }).Fit(Data());

    // The table of a deployed model, row by row, as a model of known weights shows it.
    private static float[] Table(SequencePredictionTransformer model) => MemoryMarshal.Cast<byte, float>(ModelProto.Parser
        .ParseFrom(model.ToOnnx()).Graph.Initializer.Single(tensor => tensor.Name.EndsWith("table", StringComparison.Ordinal))
        .RawData.Span).ToArray();

    [TestMethod]
    public void Frozen_vectors_stay_and_others_are_trained()
    {
        var words = TextsOf(Data());
        using var frozen = Train(new TokenVectors(Known) { IsFrozen = true });
        using var trained = Train(new TokenVectors(Known), rate: 1e-7f, epochs: 1);
        float[] still = Table(frozen), moved = Table(trained);
        Assert.HasCount((words.Count + 1) * 3, still);
        for (var token = 1; token <= words.Count; token++)
        {
            var place = Known.PlaceOf(words[token - 1]);
            var expected = place < 0 ? [0, 0, 0] : Known[place].ToArray();
            CollectionAssert.AreEqual(expected, still[(token * 3)..(token * 3 + 3)], words[token - 1]);
            var start = moved[(token * 3)..(token * 3 + 3)];
            if (place >= 0)
                for (var i = 0; i < 3; i++)
                    Assert.AreEqual(expected[i], start[i], 1e-4, words[token - 1]);
            else
                Assert.IsTrue(start.All(value => value != 0), words[token - 1]);
        }
        using var farther = Train(new TokenVectors(Known), rate: 0.05f);
        Assert.IsGreaterThan(1e-2, Table(farther).Zip(moved, (a, b) => Math.Abs(a - b)).Max());
        Assert.IsLessThanOrEqualTo(1e-4, frozen.Info.Verification!.LargestDifference);
        Assert.IsLessThanOrEqualTo(1e-4, trained.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void Each_token_can_have_a_number_of_its_own()
    {
        using var model = Train(TokenVectors.OneHot);
        var tokens = TextsOf(Data()).Count;
        var table = Table(model);
        for (var token = 0; token <= tokens; token++)
            for (var i = 0; i < tokens; i++)
                Assert.AreEqual(i == token - 1 ? 1 : 0, table[token * tokens + i]);
    }

    [TestMethod]
    public void Further_inputs_start_from_vectors_too()
    {
        using var model = Ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), Epochs = 1,
            Inputs = [InputColumn.Tokens("Again") with { StartVectors = new(Known) { IsFrozen = true } }],
        }).Fit(Ml.Transforms.CopyColumns("Again", "Features").Fit(Data()).Transform(Data()));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void What_does_not_fit_is_an_error()
    {
        WordVectors others = new(["x", "y"], [1, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Train(new(others))).Message,
            "Column 'Features': none of its");
        var rows = Ml.Data.LoadFromEnumerable(new[] { new Numbered(), new Numbered { Label = "b" } });
        var numbers = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().Classification(
            new SequenceClassificationTrainer.Options { SequenceColumnName = "Numbers", TokenVectors = new(Known) }).Fit(numbers)).Message,
            "expected keys whose values are texts");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().Classification(
            new SequenceClassificationTrainer.Options { SequenceColumnName = "Real", TokenVectors = new(Known) }).Fit(numbers)).Message,
            "Column 'Real' is Vector<Single>, which has no tokens that vectors are of");
    }

    private sealed class Numbered
    {
        public string Label { get; set; } = "a";

        public long[] Numbers { get; set; } = [1, 2];

        public float[] Real { get; set; } = [1, 2];
    }

    private static IReadOnlyList<string> TextsOf(IDataView data) => KeyValueCheck.Values(data.Schema["Features"])!;
}
