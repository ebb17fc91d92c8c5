namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class SequenceGeneratorTests
{
    private static readonly GenerationInfo Ends = new(0, [1]);

    private static readonly Dictionary<string, Func<byte[]>> Models = new()
    {
        ["bigram"] = () => ToyDecoders.Bigram(1, 6, Ends),
        ["recurrent"] = () => ToyDecoders.Recurrent(1, 6, Ends),
        ["cache"] = () => ToyDecoders.Cached(1, 6, grows: false, Ends),
        ["growing cache"] = () => ToyDecoders.Cached(1, 6, grows: true, Ends),
    };

    private static IEnumerable<object[]> Names => Models.Keys.Select(name => new object[] { name });

    [TestMethod]
    public void A_beam_as_wide_as_the_space_finds_what_an_exhaustive_search_finds()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var generator =
                SequenceGenerator.Load(seed % 2 == 0 ? ToyDecoders.Bigram(seed, 4, Ends) : ToyDecoders.Recurrent(seed, 4, Ends));
            var options = new GenerationOptions { MaximumLength = 1 + seed % 6, MinimumLength = seed % 3 == 0 ? 1 : 0 };
            var beam = new BeamOptions { Width = 4096, Best = 5, LengthPenalty = seed % 4 * 0.5 };
            var input = GenerationInput.FromPrompts([0, 2], [3]);
            var found = generator.BeamSearch(input, options.MaximumLength < 6 ? beam with { Width = 1024 } : beam, options);
            var all = generator.Exhaustive(input, beam, options);
            for (var row = 0; row < 2; row++)
                for (var i = 0; i < all[row].Length; i++)
                {
                    Assert.AreEqual(all[row][i].Score, found[row][i].Score, 1e-5, $"model {seed}, row {row}, place {i}");
                    // Sequences of equal scores, which a bigram model has many of, come in any order.
                    if (all[row].Count(other => Math.Abs(other.Score - all[row][i].Score) < 1e-5) > 1 || i == all[row].Length - 1)
                        continue;
                    Assert.AreEqual(all[row][i].Ended, found[row][i].Ended);
                    CollectionAssert.AreEqual(all[row][i].Tokens, found[row][i].Tokens, $"model {seed}, row {row}, place {i}");
                }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Rows_beside_a_row_change_nothing(string name)
    {
        using var generator = SequenceGenerator.Load(Models[name]());
        long[][] prompts = [[0], [0, 3, 4], [0, 5], [2, 2, 3, 3]];
        var options = new GenerationOptions { MaximumLength = 12 };
        var together = generator.Sample(GenerationInput.FromPrompts(prompts), new() { Seed = 4, TopK = 4, Temperature = 0.8 }, options);
        var greedy = generator.Greedy(GenerationInput.FromPrompts(prompts), options);
        var beams = generator.BeamSearch(GenerationInput.FromPrompts(prompts), new() { Width = 3 }, options);
        for (var row = 0; row < prompts.Length; row++)
        {
            CollectionAssert.AreEqual(generator.Greedy(GenerationInput.FromPrompts(prompts[row]), options)[0].Tokens, greedy[row].Tokens,
                $"{name}, greedy, row {row}");
            CollectionAssert.AreEqual(generator.BeamSearch(GenerationInput.FromPrompts(prompts[row]), new() { Width = 3 },
                options)[0][0].Tokens, beams[row][0].Tokens, $"{name}, beam, row {row}");
        }
        CollectionAssert.AreEqual(together[0].Tokens,
            generator.Sample(GenerationInput.FromPrompts(prompts[0]), new() { Seed = 4, TopK = 4, Temperature = 0.8 }, options)[0].Tokens);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void What_was_written_is_as_likely_as_it_says(string name)
    {
        using var generator = SequenceGenerator.Load(Models[name]());
        foreach (var written in generator
            .BeamSearch(GenerationInput.FromPrompts([0]), new() { Width = 4, Best = 4, LengthPenalty = 0 }, new() { MaximumLength = 8 })[0])
        {
            long[] all = [0, .. written.Tokens, .. written.Ended ? new long[] { 1 } : []];
            Assert.AreEqual(generator.Score(all).LogProbabilities.Sum(), written.LogProbability, 1e-4);
            Assert.AreEqual(written.LogProbability, written.Score, 1e-9);
        }
    }

    [TestMethod]
    public void A_cache_that_grows_and_one_of_fixed_size_write_the_same()
    {
        using SequenceGenerator grows = SequenceGenerator.Load(Models["growing cache"]()), stays =
            SequenceGenerator.Load(Models["cache"]());
        var input = GenerationInput.FromPrompts([0, 3, 4], [2]);
        foreach (var (left, right) in grows.BeamSearch(input, new() { Width = 5 }, new() { MaximumLength = 15 })
            .Zip(stays.BeamSearch(input, new() { Width = 5 }, new() { MaximumLength = 15 })))
            CollectionAssert.AreEqual(left[0].Tokens, right[0].Tokens);
    }

    // Long enough for a cache of fixed size to be lengthened several times, between the rows' steps and the beams' reordering.
    [TestMethod]
    [DataRow(0), DataRow(40)]
    public void Long_sequences_don_t_depend_on_how_a_cache_is_kept(int promptLength)
    {
        using SequenceGenerator grows = SequenceGenerator.Load(ToyDecoders.Cached(1, 6, grows: true)),
            stays = SequenceGenerator.Load(ToyDecoders.Cached(1, 6, grows: false));
        var input = GenerationInput.FromPrompts([0, 3, .. Enumerable.Repeat(4L, promptLength)], [2]);
        var options = new GenerationOptions { MaximumLength = 150, EndTokens = [] };
        foreach (var (left, right) in grows.Sample(input, new() { Seed = 1 }, options)
            .Zip(stays.Sample(input, new() { Seed = 1 }, options)))
            CollectionAssert.AreEqual(left.Tokens, right.Tokens);
        foreach (var (left, right) in grows.BeamSearch(input, new() { Width = 3 }, options)
            .Zip(stays.BeamSearch(input, new() { Width = 3 }, options)))
            CollectionAssert.AreEqual(left[0].Tokens, right[0].Tokens);
    }

    [TestMethod]
    public void Sources_are_read_by_their_lengths()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Recurrent(3, 6, Ends, readsSource: true), ToyDecoders.Encoder(9, 7));
        Assert.IsTrue(generator.ReadsSource);
        long[][] sources = [[1, 2, 3], [6], [5, 4, 3, 2, 1]];
        var together = generator.BeamSearch(GenerationInput.FromSources(sources), new() { Width = 4 }, new() { MaximumLength = 9 });
        for (var row = 0; row < sources.Length; row++)
        {
            var alone =
                generator.BeamSearch(GenerationInput.FromSources(sources[row]), new() { Width = 4 }, new() { MaximumLength = 9 })[0][0];
            CollectionAssert.AreEqual(alone.Tokens, together[row][0].Tokens);
            Assert.AreEqual(alone.Score, together[row][0].Score, 1e-5);
        }
    }

    [TestMethod]
    public void Draws_follow_the_probabilities()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(5, 5, scale: 1));
        var input = GenerationInput.FromPrompts([.. Enumerable.Repeat(new long[] { 2 }, 4000)]);
        var expected = Enumerable.Range(0, 5).Select(token => Math.Exp(generator.Score([2, token]).LogProbabilities[0])).ToArray();
        double[] Shares(SamplingOptions sampling)
        {
            var counts = new double[5];
            foreach (var written in generator.Sample(input, sampling, new() { MaximumLength = 1 }))
                counts[written.Tokens[0]] += 1 / 4000.0;
            return counts;
        }
        void AreClose(double[] weights, double[] shares)
        {
            for (var token = 0; token < 5; token++)
                Assert.AreEqual(weights[token] / weights.Sum(), shares[token], 0.03);
        }
        AreClose(expected, Shares(new() { Seed = 1 }));
        AreClose([.. expected.Select(p => Math.Pow(p, 1 / 0.5))], Shares(new() { Seed = 2, Temperature = 0.5 }));
        var second = expected.OrderDescending().ElementAt(1);
        AreClose([.. expected.Select(p => p >= second ? p : 0)], Shares(new() { Seed = 3, TopK = 2 }));
        AreClose([.. expected.Select(p => p >= second ? p : 0)], Shares(new() { Seed = 4, TopP = expected.Max() + second / 2 }));
        CollectionAssert.AreEqual(Shares(new() { Seed = 1 }), Shares(new() { Seed = 1 }));
    }

    [TestMethod]
    public async Task A_stream_gives_what_a_call_gives()
    {
        using var generator = SequenceGenerator.Load(Models["cache"]());
        var options = new GenerationOptions { MaximumLength = 10 };
        var sampling = new SamplingOptions { Seed = 8 };
        var tokens = new List<GeneratedToken>();
        await foreach (var token in generator.StreamAsync(GenerationInput.FromPrompts([0, 2]), sampling, options))
            tokens.Add(token);
        var whole = generator.Sample(GenerationInput.FromPrompts([0, 2]), sampling, options)[0];
        CollectionAssert.AreEqual(whole.Tokens, tokens.Where(token => !token.IsEnd).Select(token => token.Token).ToArray());
        Assert.AreEqual(whole.LogProbability, tokens.Sum(token => token.LogProbability), 1e-9);
    }

    [TestMethod]
    public async Task A_stream_ends_where_it_is_canceled()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(1, 6));
        using var stop = new CancellationTokenSource();
        var count = 0;
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var token in
                generator.StreamAsync(GenerationInput.FromPrompts([0]), null, new() { MaximumLength = 1000 }, stop.Token))
                if (++count == 5)
                    stop.Cancel();
        });
        Assert.AreEqual(5, count);
    }

    [TestMethod]
    public void Two_at_once_on_one_model_write_what_each_writes_alone()
    {
        using var generator = SequenceGenerator.Load(Models["cache"]());
        var options = new GenerationOptions { MaximumLength = 60 };
        var alone = Enumerable.Range(0, 4).Select(seed => Write(seed)).ToArray();
        var together = Enumerable.Range(0, 16).AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(i => Write(i % 4)).ToArray();
        for (var i = 0; i < together.Length; i++)
            CollectionAssert.AreEqual(alone[i % 4], together[i]);
        long[] Write(int seed) => generator.Sample(GenerationInput.FromPrompts([0, seed]), new() { Seed = seed }, options)[0].Tokens;
    }

    [TestMethod]
    public void Limits_on_length_hold()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(2, 6, new(0, [1], MaximumPositions: 7)));
        foreach (var written in generator.Sample(GenerationInput.FromPrompts([.. Enumerable.Repeat(new long[] { 0, 2 }, 50)]), null,
            new() { MinimumLength = 3, MaximumLength = 20 }))
            Assert.IsTrue(written.Ended
                ? written.Tokens.Length is >= 3 and <= 5 : written.Tokens.Length == 6, $"{written.Ended} {written.Tokens.Length}");
        Assert.IsTrue(
            generator.Greedy(GenerationInput.FromPrompts([0]), new() { MaximumLength = 4, EndTokens = [] })[0].Tokens.Length == 4);
    }

    [TestMethod]
    public void A_token_allocates_nothing_that_stays()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Cached(1, 50, grows: false));
        long Allocated(int length)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            generator.Greedy(GenerationInput.FromPrompts([0]), new() { MaximumLength = length });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(410); // what is made once
        var perToken = (Allocated(410) - Allocated(210)) / 200.0;
        Assert.IsLessThan(600, perToken, "bytes per token");
    }
}
