using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

[TestClass]
public class BeamTests
{
    private static void AreSame(IReadOnlyList<GeneratedSequence> expected, IReadOnlyList<GeneratedSequence> found, string which)
    {
        Assert.AreEqual(expected.Count, found.Count, which);
        for (var i = 0; i < expected.Count; i++)
        {
            CollectionAssert.AreEqual(expected[i].Tokens.ToArray(), found[i].Tokens.ToArray(), $"{which}, result {i}");
            Assert.AreEqual(expected[i].Score, found[i].Score, 1e-4, which);
            Assert.AreEqual(expected[i].LogProbability, found[i].LogProbability, 1e-4, which);
            Assert.AreEqual(expected[i].FinishedBy, found[i].FinishedBy, which);
        }
    }

    [TestMethod]
    public void A_beam_as_wide_as_the_space_finds_what_an_exhaustive_search_finds()
    {
        var unfinished = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            using var generator = (seed % 4) switch
            {
                0 => ToyModels.Load(ToyModels.Trigram(seed, 4)),
                1 => ToyModels.Load(ToyModels.Cached(seed, 4)),
                2 => ToyModels.Load(ToyModels.Growing(seed, 4)),
                _ => ToyModels.Load(ToyModels.Rnn(seed, 4), ToyModels.Encoder(seed, 4)),
            };
            var request = new GenerationRequest { Prompt = [1 + seed % 3], Source = seed % 4 == 3 ? [1, 3, 2] : null };
            var options = new GenerationOptions { MaximumTokens = 1 + seed % 6, MinimumTokens = seed % 3 == 0 ? 1 : 0 };
            var alpha = (seed % 5 - 1) * 0.5;
            var expected = generator.ExhaustiveSearch(request, 3, alpha, options);
            var beam = new BeamOptions { Width = 729, Results = 3, LengthPenalty = alpha };
            AreSame(expected, generator.Search([request], beam, options, false, default)[0], $"seed {seed}");
            AreSame(expected, generator.Search([request], beam, options, true, default)[0], $"seed {seed}, reordered by a model");
            unfinished += expected.Count(sequence => sequence.FinishedBy is null);
            foreach (var sequence in expected)
                Assert.AreEqual(sequence.Score, sequence.LogProbability / Math.Pow((5.0 + sequence.Tokens.Count + (sequence.FinishedBy is null ? 0 : 1)) / 6, alpha), 1e-9);
        }
        Assert.IsGreaterThan(10, unfinished, "Some sequences should end at the largest length.");
    }

    [TestMethod]
    [DataRow("trigram")]
    [DataRow("rnn")]
    [DataRow("cached")]
    [DataRow("growing")]
    public void A_beam_of_one_is_greedy_and_the_rest_of_a_batch_does_not_matter(string kind)
    {
        using var generator = GeneratorTests.Model(kind, 11);
        var random = new Random(3);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 5).Select(i => GeneratorTests.Request(kind, random, 1 + i * 2 % 5))];
        var options = new GenerationOptions { MaximumTokens = 8, MinimumTokens = 8 };
        var greedy = generator.Generate(requests, options);
        var one = generator.BeamSearch(requests, new() { Width = 1 }, options);
        var wide = generator.BeamSearch(requests, new() { Width = 4, Results = 4, LengthPenalty = 0.6 }, options with { MinimumTokens = 2 });
        for (var i = 0; i < requests.Length; i++)
        {
            AreSame([greedy[i]], one[i], $"request {i}");
            AreSame(generator.BeamSearch(requests[i], new() { Width = 4, Results = 4, LengthPenalty = 0.6 }, options with { MinimumTokens = 2 }), wide[i], $"request {i}, width 4");
            for (var rank = 1; rank < wide[i].Count; rank++)
                Assert.IsGreaterThanOrEqualTo(wide[i][rank].Score, wide[i][rank - 1].Score);
        }
    }

    [TestMethod]
    public void A_search_can_be_cancelled()
    {
        using var generator = GeneratorTests.Model("cached");
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => generator.BeamSearch(new GenerationRequest { Prompt = [1] }, cancellation: source.Token));
        Assert.Throws<OperationCanceledException>(() => generator.ExhaustiveSearch(new() { Prompt = [1] }, options: new() { MaximumTokens = 3 }, cancellation: source.Token));
    }
}
