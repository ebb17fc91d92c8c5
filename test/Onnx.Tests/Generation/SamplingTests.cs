using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

[TestClass]
public class SamplingTests
{
    private static readonly float[] Logits = [0.5f, -1, 2, 1.2f, float.NegativeInfinity, 0];

    private static double[] Frequencies(SamplingOptions sampling, HashSet<long>? forbidden = null)
    {
        const int Draws = 40_000;
        var chooser = new TokenChooser(new() { Sampling = sampling }, Logits.Length, seed: 5);
        var counts = new double[Logits.Length];
        for (var i = 0; i < Draws; i++)
            counts[chooser.Choose(Logits, forbidden)] += 1.0 / Draws;
        return counts;
    }

    private static void Are(double[] found, double temperature, params int[] allowed)
    {
        var weights = Logits.Select((logit, token) => allowed.Contains(token) ? Math.Exp(logit / temperature) : 0).ToArray();
        for (var token = 0; token < Logits.Length; token++)
        {
            var expected = weights[token] / weights.Sum();
            Assert.AreEqual(expected, found[token], 5 * Math.Sqrt(expected * (1 - expected) / 40_000) + 1e-9, $"token {token}");
        }
    }

    [TestMethod]
    public void Samples_follow_the_softmax()
    {
        Are(Frequencies(new()), 1, 0, 1, 2, 3, 5);
        Are(Frequencies(new() { Temperature = 0.5 }), 0.5, 0, 1, 2, 3, 5);
        Are(Frequencies(new() { Temperature = 3 }), 3, 0, 1, 2, 3, 5);
        Are(Frequencies(new(), [2, 5]), 1, 0, 1, 3);
    }

    [TestMethod]
    public void Limits_leave_the_most_probable_tokens()
    {
        Are(Frequencies(new() { TopK = 2 }), 1, 2, 3);
        Are(Frequencies(new() { TopK = 100 }), 1, 0, 1, 2, 3, 5);
        // probabilities: 0.52 (2), 0.23 (3), 0.12 (0), 0.07 (5), 0.03 (1)
        Are(Frequencies(new() { TopP = 0.5 }), 1, 2);
        Are(Frequencies(new() { TopP = 0.6 }), 1, 2, 3);
        Are(Frequencies(new() { TopP = 0.8 }), 1, 2, 3, 0);
        Are(Frequencies(new() { TopK = 3, TopP = 0.99 }), 1, 2, 3, 0);
        Are(Frequencies(new() { TopK = 1, Temperature = 5 }), 5, 2);
    }

    [TestMethod]
    public void A_seed_gives_the_same_sequence_again()
    {
        using var generator = GeneratorTests.Model("growing", 2);
        GeneratedSequence Sample(int seed) => generator.Generate(new GenerationRequest { Prompt = [1] }, new() { MaximumTokens = 20, MinimumTokens = 20, Sampling = new() { Seed = seed, Temperature = 2 } });
        CollectionAssert.AreEqual(Sample(1).Tokens.ToArray(), Sample(1).Tokens.ToArray());
        CollectionAssert.AreNotEqual(Sample(1).Tokens.ToArray(), Sample(2).Tokens.ToArray());
    }
}
