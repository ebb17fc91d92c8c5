using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

[TestClass]
public class BadInputTests
{
    private static readonly GenerationRequest Good = new() { Prompt = [1] };

    private static void Fails(Action action, params string[] parts)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(action);
        foreach (var part in parts)
            StringAssert.Contains(exception.Message, part);
    }

    [TestMethod]
    public void Options_out_of_range_are_named()
    {
        using var generator = GeneratorTests.Model("trigram");
        void Sampling(SamplingOptions sampling, params string[] parts) => Fails(() => generator.Generate(Good, new() { Sampling = sampling }), parts);
        Sampling(new() { Temperature = 0 }, "Temperature is 0", "above 0");
        Sampling(new() { Temperature = -1.5 }, "Temperature is -1.5");
        Sampling(new() { Temperature = double.NaN }, "Temperature is NaN");
        Sampling(new() { TopP = 0 }, "TopP is 0", "at most 1");
        Sampling(new() { TopP = 1.5 }, "TopP is 1.5");
        Sampling(new() { TopK = 0 }, "TopK is 0", "at least 1");
        Fails(() => generator.Generate(Good, new() { MaximumTokens = 0 }), "MaximumTokens is 0");
        Fails(() => generator.Generate(Good, new() { MaximumTokens = 3, MinimumTokens = 4 }), "MinimumTokens is 4", "MaximumTokens is 3");
        Fails(() => generator.Generate(Good, new() { StopTokens = [7] }), "Stop token 7", "7 tokens");
        Fails(() => generator.Generate(Good, new() { WithAttention = true }), "no output 'attention'", "logits");
        Fails(() => generator.BeamSearch(Good, new() { Width = 8 }), "width is 8", "7 tokens");
        Fails(() => generator.BeamSearch(Good, new() { Width = 0 }), "width is 0");
        Fails(() => generator.BeamSearch(Good, new() { Width = 2, Results = 3 }), "3 results", "width, 2");
        Fails(() => generator.BeamSearch(Good, options: new() { Sampling = new() }), "Sampling");
        Fails(() => generator.ExhaustiveSearch(Good, options: new() { MaximumTokens = 10 }), "sequences of 10", "100000");
    }

    [TestMethod]
    public void Requests_that_do_not_fit_are_named()
    {
        using var generator = ToyModels.Load(ToyModels.Cached(1, 7, positions: 5));
        Fails(() => generator.Generate(new GenerationRequest { Prompt = [1, 2, 3, 4, 5, 6] }), "6 tokens", "5 positions");
        Assert.HasCount(1, generator.Generate(new GenerationRequest { Prompt = [1, 2, 3, 4, 5] }, new() { MinimumTokens = 1 }).Tokens);
        Fails(() => generator.Generate(new GenerationRequest { Prompt = [1, 7] }), "Token 7", "7 tokens");
        Fails(() => generator.Generate(new GenerationRequest { Prompt = [-1] }), "Token -1");
        Fails(() => generator.Generate(new GenerationRequest { Prompt = [] }), "empty");
        Fails(() => generator.Generate(Array.Empty<GenerationRequest>()), "at least one request");
        Fails(() => generator.Generate(Good with { Source = [1] }), "no encoder");
        using var pair = GeneratorTests.Model("rnn");
        Fails(() => pair.Generate(Good), "no source");
        Fails(() => pair.Generate(Good with { Source = [] }), "empty source", "at least one token");
        Fails(() => pair.Generate(Good with { Source = [3, -2] }), "source token -2");
    }

    [TestMethod]
    public void Models_that_do_not_go_together_are_named()
    {
        byte[] decoder = ToyModels.Rnn(1, 7), encoder = ToyModels.Encoder(1, 7);
        Fails(() => ToyModels.Load(decoder), "'memory: Float [batch, source, 5]'", "no encoder");
        Fails(() => ToyModels.Load(decoder, ToyModels.Encoder(1, 7, withMemory: false)), "'memory", "nothing feeds", "past.hidden");
        Fails(() => ToyModels.Load(decoder, ToyModels.Encoder(1, 7, hidden: 6)), "hidden", ", 6]", ", 5]");
        Fails(() => ToyModels.Load(encoder: encoder, decoder: Spoiled(withPresent: false)), "'past.hidden'", "no output 'present.hidden'");
        Fails(() => ToyModels.Load(Spoiled(presentWidth: 4)), "present.hidden: Float [batch, 4]", "past.hidden: Float [batch, 5]");
        Fails(() => ToyModels.Load(Spoiled(batch: "rows")), "past.hidden", "'batch'");
        Fails(() => ToyModels.Load(Spoiled(tokens: "ids")), "'tokens' is missing", "ids");
        Fails(() => ToyModels.Load(Spoiled(end: 9)), "token 9", "3 tokens");
        var exception = Assert.ThrowsExactly<FormatException>(() => ToyModels.Load(encoder));
        StringAssert.Contains(exception.Message, GenerationMetadata.Key);
        Assert.ThrowsExactly<OnnxFileException>(() => SequenceGenerator.Load("missing.onnx"));
    }

    [TestMethod]
    public void Sources_of_different_lengths_need_an_encoder_that_takes_lengths()
    {
        var graph = new Graph("decoder");
        var memory = graph.Input("memory", ElementType.Float, ["batch", "source", ToyModels.Hidden]);
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var context = Op.ReduceSum(Op.ReduceSum(memory, [1]), [2]) * graph.Constant(TensorData.Create<float>([0, 1, 2], 1, 1, 3)); // [batch, 1, 3]
        graph.Output("logits", context + Op.Unsqueeze(Op.Cast(tokens, ElementType.Float), 2) * 0.0);
        using var generator = ToyModels.Load(ToyModels.Bytes(graph, 3), ToyModels.Encoder(1, 3, withLengths: false));
        Fails(() => generator.Generate([Good with { Source = [1, 2] }, Good with { Source = [1] }]), "Request 1", "1 tokens", "of 2", "source_lengths");
        Assert.HasCount(2, generator.Generate([Good with { Source = [1, 2] }, Good with { Source = [2, 2] }], new() { MaximumTokens = 3 }));
    }

    [TestMethod]
    public void Metadata_survive_the_file_and_give_the_start_token()
    {
        var metadata = new GenerationMetadata { StartToken = 2, EndTokens = [0], PadToken = 1, MaximumPositions = 12, SourceVocabularySize = 9, Vocabulary = ["a", "\"b\"", "語"] };
        var graph = new Graph("constant");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        graph.Output("logits", Op.OneHot(tokens, 3));
        using var generator = ToyModels.Load(ToyModels.Bytes(graph, 3, metadata: metadata));
        Assert.AreEqual(metadata.ToJson(), generator.Metadata.ToJson());
        CollectionAssert.AreEqual(new[] { "a", "\"b\"", "語" }, generator.Metadata.Vocabulary!.ToArray());
        Assert.AreEqual(3, generator.VocabularySize);
        CollectionAssert.AreEqual(new long[] { 2, 2 }, generator.Generate(new GenerationRequest(), new() { MaximumTokens = 2 }).Tokens.ToArray());
    }

    private static byte[] Spoiled(bool withPresent = true, int presentWidth = 5, string batch = "batch", string tokens = "tokens", long end = 0)
    {
        var graph = new Graph("spoiled");
        graph.Output("logits", Op.OneHot(graph.Input(tokens, ElementType.Int64, [batch, "steps"]), 3));
        var past = graph.Input("past.hidden", ElementType.Float, [batch, 5]);
        if (withPresent)
            graph.Output("present.hidden", presentWidth == 5 ? past * 2.0 : Op.Slice(past, 1, 0, presentWidth));
        return ToyModels.Bytes(graph, 3, end: end);
    }
}
