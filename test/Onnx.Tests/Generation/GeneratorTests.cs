using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

[TestClass]
public class GeneratorTests
{
    internal const int Vocabulary = 7;

    /// <summary>A model of each kind, by name.</summary>
    internal static SequenceGenerator Model(string kind, int seed = 1) => kind switch
    {
        "trigram" => ToyModels.Load(ToyModels.Trigram(seed, Vocabulary)),
        "rnn" => ToyModels.Load(ToyModels.Rnn(seed, Vocabulary), ToyModels.Encoder(seed, Vocabulary)),
        "cached" => ToyModels.Load(ToyModels.Cached(seed, Vocabulary)),
        _ => ToyModels.Load(ToyModels.Growing(seed, Vocabulary)),
    };

    internal static GenerationRequest Request(string kind, Random random, int length)
    {
        long[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(1, Vocabulary))];
        return new() { Prompt = Tokens(length), Source = kind == "rnn" ? Tokens(random.Next(1, 6)) : null };
    }

    [TestMethod]
    [DataRow("trigram")]
    [DataRow("rnn")]
    [DataRow("cached")]
    [DataRow("growing")]
    public void Step_by_step_is_the_same_as_all_at_once(string kind)
    {
        var random = new Random(2);
        for (var seed = 0; seed < 10; seed++)
        {
            using var generator = Model(kind, 10 * seed);
            var request = Request(kind, random, 1 + seed % 3);
            var whole = generator.Generate(request, new() { MaximumTokens = 12, MinimumTokens = 12 });
            Assert.HasCount(12, whole.Tokens);
            // each token again, from everything before it as the prompt
            var sum = 0.0;
            for (var i = 0; i < 12; i++)
            {
                var next = generator.Generate(request with { Prompt = [.. request.Prompt!, .. whole.Tokens.Take(i)] }, new() { MaximumTokens = 1, MinimumTokens = 1 });
                Assert.AreEqual(whole.Tokens[i], next.Tokens[0], $"seed {seed}, token {i}");
                sum += next.LogProbability;
            }
            Assert.AreEqual(sum, whole.LogProbability, 1e-4);
        }
    }

    [TestMethod]
    public void Caches_and_growing_states_of_one_network_agree()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using SequenceGenerator cached = Model("cached", seed), growing = Model("growing", seed);
            var request = new GenerationRequest { Prompt = [1, 2, 3] };
            GeneratedSequence one = cached.Generate(request, new() { MaximumTokens = 20 }), other = growing.Generate(request, new() { MaximumTokens = 20 });
            CollectionAssert.AreEqual(one.Tokens.ToArray(), other.Tokens.ToArray());
            Assert.AreEqual(one.LogProbability, other.LogProbability, 1e-4);
        }
    }

    [TestMethod]
    [DataRow("trigram")]
    [DataRow("rnn")]
    [DataRow("cached")]
    [DataRow("growing")]
    public void The_rest_of_a_batch_does_not_matter(string kind)
    {
        using var generator = Model(kind, 3);
        var random = new Random(4);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 6).Select(i => Request(kind, random, 1 + i * i % 7) with { Seed = i })];
        foreach (var options in (GenerationOptions[])[new() { MaximumTokens = 10 }, new() { MaximumTokens = 10, MinimumTokens = 4, Sampling = new() { Temperature = 0.8, TopK = 5, TopP = 0.9 } }])
        {
            var batch = generator.Generate(requests, options);
            for (var i = 0; i < requests.Length; i++)
            {
                var alone = generator.Generate(requests[i], options);
                CollectionAssert.AreEqual(alone.Tokens.ToArray(), batch[i].Tokens.ToArray(), $"request {i}");
                Assert.AreEqual(alone.LogProbability, batch[i].LogProbability, 1e-4);
                Assert.AreEqual(alone.FinishedBy, batch[i].FinishedBy);
            }
        }
    }

    [TestMethod]
    public async Task Tokens_stream_as_they_are_generated()
    {
        using var generator = Model("rnn", 5);
        var request = Request("rnn", new Random(1), 2);
        var options = new GenerationOptions { MaximumTokens = 9, MinimumTokens = 5, WithAttention = true };
        var expected = generator.Generate(request, options);
        var tokens = new List<GeneratedToken>();
        await foreach (var token in generator.StreamAsync(request, options))
            tokens.Add(token);
        CollectionAssert.AreEqual(expected.Tokens.ToArray(), tokens.Select(token => token.Token).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, tokens.Count).ToArray(), tokens.Select(token => token.Index).ToArray());
        Assert.HasCount(tokens.Count, expected.Attention!);
        foreach (var token in tokens)
        {
            Assert.HasCount(request.Source!.Count, token.Attention!);
            Assert.AreEqual(1, token.Attention!.Sum(), 1e-5);
        }
    }

    [TestMethod]
    public void Stop_tokens_and_lengths_are_kept()
    {
        using var generator = Model("trigram", 8);
        var request = new GenerationRequest { Prompt = [2] };
        var free = generator.Generate(request, new() { MaximumTokens = 6, MinimumTokens = 6 });
        Assert.IsNull(free.FinishedBy);
        var stop = free.Tokens[2];
        var stopped = generator.Generate(request, new() { MaximumTokens = 6, StopTokens = [stop] });
        Assert.IsTrue(stopped.FinishedBy is not null && stopped.Tokens.Count <= 2);
        var later = generator.Generate(request, new() { MaximumTokens = 6, MinimumTokens = 4, StopTokens = [stop] });
        Assert.IsTrue(later.Tokens.Count >= 4 && !later.Tokens.Take(4).Contains(stop) && !later.Tokens.Contains(0));
    }

    [TestMethod]
    public void Cancellation_ends_a_generation_in_the_middle()
    {
        using var generator = Model("cached");
        using var source = new CancellationTokenSource();
        async Task Read()
        {
            await foreach (var token in generator.StreamAsync(new() { Prompt = [1] }, new() { MaximumTokens = 60, MinimumTokens = 60 }, source.Token))
                if (token.Index == 3)
                    source.Cancel();
        }
        Assert.ThrowsAsync<OperationCanceledException>(Read).GetAwaiter().GetResult();
        Assert.Throws<OperationCanceledException>(() => generator.Generate(new GenerationRequest { Prompt = [1] }, cancellation: source.Token));
        Assert.HasCount(5, generator.Generate(new GenerationRequest { Prompt = [1] }, new() { MaximumTokens = 5, MinimumTokens = 5 }).Tokens);
    }

    [TestMethod]
    [DataRow("rnn")]
    [DataRow("cached")]
    public void Generations_on_one_model_at_once_do_not_disturb_each_other(string kind)
    {
        using var generator = Model(kind, 6);
        var random = new Random(7);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 16).Select(i => Request(kind, random, 1 + i % 4))];
        var options = new GenerationOptions { MaximumTokens = 20, MinimumTokens = 15 };
        long[][] expected = [.. requests.Select(request => generator.Generate(request, options).Tokens.ToArray())];
        Parallel.For(0, 64, new() { MaxDegreeOfParallelism = 4 }, i =>
            CollectionAssert.AreEqual(expected[i % 16], generator.Generate(requests[i % 16], options).Tokens.ToArray()));
    }

    [TestMethod]
    public void A_token_allocates_little()
    {
        using var generator = ToyModels.Load(ToyModels.Cached(1, Vocabulary, positions: null));
        long Allocated(int tokens)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            generator.Generate(new GenerationRequest { Prompt = [1] }, new() { MaximumTokens = tokens, MinimumTokens = tokens });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(50);
        var perToken = (Allocated(1100) - Allocated(100)) / 1000.0;
        Assert.IsLessThan(1024, perToken);
    }
}
