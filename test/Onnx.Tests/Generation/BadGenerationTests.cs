namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class BadGenerationTests
{
    private static readonly GenerationInfo Ends = new(0, [1], MaximumPositions: 5, MaximumSource: 3);

    [TestMethod]
    public void Options_out_of_range_are_named()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(1, 4));
        var input = GenerationInput.FromPrompts([0]);
        void Fails(string expected, Action generate) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(generate).Message, expected);
        Fails("Temperature is 0; expected a finite number above 0", () => generator.Sample(input, new() { Temperature = 0 }));
        Fails("Temperature is -1; expected", () => generator.Sample(input, new() { Temperature = -1 }));
        Fails("TopP is 0; expected above 0 and at most 1", () => generator.Sample(input, new() { TopP = 0 }));
        Fails("TopP is 1.5; expected", () => generator.Sample(input, new() { TopP = 1.5 }));
        Fails("TopK is 0; expected at least 1", () => generator.Sample(input, new() { TopK = 0 }));
        Fails("Width is 0; expected at least 1", () => generator.BeamSearch(input, new() { Width = 0 }));
        Fails("Best is 6; expected 1 to 5", () => generator.BeamSearch(input, new() { Best = 6 }));
        Fails("MaximumLength is 0; expected at least 1", () => generator.Greedy(input, new() { MaximumLength = 0 }));
        Fails("MinimumLength is 8; expected 0 to 5", () => generator.Greedy(input, new() { MinimumLength = 8, MaximumLength = 5 }));
        Fails("more than 1000000 sequences", () => generator.Exhaustive(input, null, new() { MaximumLength = 30 }));
    }

    [TestMethod]
    public void A_beam_wider_than_the_vocabulary_has_fewer_sequences_at_first()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(1, 3));
        Assert.HasCount(3,
            generator.BeamSearch(GenerationInput.FromPrompts([0]), new() { Width = 10, Best = 10 }, new() { MaximumLength = 1 })[0]);
        Assert.HasCount(9,
            generator.BeamSearch(GenerationInput.FromPrompts([0]), new() { Width = 10, Best = 10 }, new() { MaximumLength = 2 })[0]);
    }

    [TestMethod]
    public void Bad_sources_and_prompts_are_named()
    {
        using SequenceGenerator model = SequenceGenerator.Load(ToyDecoders.Bigram(1, 4, Ends)), reads =
            SequenceGenerator.Load(ToyDecoders.Recurrent(1, 4, Ends, readsSource: true), ToyDecoders.Encoder(1, 4)),
            silent = SequenceGenerator.Load(ToyDecoders.Bigram(1, 4));
        void Fails(string expected, Action generate) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(generate).Message, expected);
        Fails("Prompt 1 has 6 tokens; the model knows 5 positions", () =>
            model.Greedy(GenerationInput.FromPrompts([0], [0, 0, 0, 0, 0, 0])));
        Fails("Prompt 0 has the token 4; expected 0 to 3", () => model.Greedy(GenerationInput.FromPrompts([0, 4])));
        Fails("Prompt 0 is empty", () => model.Greedy(GenerationInput.FromPrompts([[]])));
        Fails("nothing to generate from", () => model.Greedy(GenerationInput.FromPrompts([])));
        Fails("has no encoder", () => model.Greedy(GenerationInput.FromSources([1])));
        Fails("Source 1 is empty", () => reads.Greedy(GenerationInput.FromSources([1], [])));
        Fails("Source 0 has 4 tokens; the model takes at most 3", () => reads.Greedy(GenerationInput.FromSources([1, 1, 1, 1])));
        Fails("takes a source for each", () => reads.Greedy(GenerationInput.FromPrompts([1])));
        Fails("2 sources and 1 prompts", () => GenerationInput.From([[1], [1]], [[0]]));
        Assert.IsNotNull(silent.Greedy(GenerationInput.FromPrompts([0])));
    }

    [TestMethod]
    public void Models_that_do_not_fit_are_named()
    {
        void Fails(string expected, byte[] decoder, byte[]? encoder = null) => StringAssert
            .Contains(Assert.ThrowsExactly<InvalidDataException>(() => SequenceGenerator.Load(decoder, encoder)).Message, expected);
        Fails("memory: Float [batch, 5] that the encoder doesn't give", ToyDecoders.Recurrent(1, 4, readsSource: true));
        Fails("The encoder's output memory: Float [batch, 7] is not what the decoder reads", ToyDecoders.Recurrent(1, 4, readsSource: true),
            ToyDecoders.Encoder(1, 4, width: 7));
        Fails("no output 'logits'", Model(graph => graph
            .Output("scores", Op.Unsqueeze(Op.Cast(graph.Input("tokens", ElementType.Int64, ["batch", "steps"]), ElementType.Float), 2))));
        Fails("no input 'tokens'", Model(graph => graph.Output("logits", graph.Input("ids", ElementType.Float, ["batch", "steps", 3]))));
        Fails("no output 'present.h'", Model(graph =>
        {
            var table = graph.Constant(TensorData.Zeros(ElementType.Float, 4, 4));
            graph.Output("logits", Op.Gather(table, graph.Input("tokens", ElementType.Int64, ["batch", "steps"]))
                + Op.Unsqueeze(graph.Input("past.h", ElementType.Float, ["batch", 4]), 1));
        }));
        Fails("differ at axis 1", Model(graph =>
        {
            var h = graph.Input("past.h", ElementType.Float, ["batch", 4]);
            graph.Output("logits", Op.Gather(graph.Constant(TensorData.Zeros(ElementType.Float, 4, 4)),
                graph.Input("tokens", ElementType.Int64, ["batch", "steps"])) + Op.Unsqueeze(h, 1));
            graph.Output("present.h", Op.Concat(1, h, h));
        }));
        Fails("names the token 9", ToyDecoders.Bigram(1, 4, new(9)));
        Fails("names the token -1", ToyDecoders.Bigram(1, 4, new(1, SuppressedTokens: [-1])));
        Assert.ThrowsExactly<OnnxFileException>(() => SequenceGenerator.Load("/nowhere/decoder.onnx"));
    }

    [TestMethod]
    public void Cancellation_ends_a_generation()
    {
        using var generator = SequenceGenerator.Load(ToyDecoders.Bigram(1, 4));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => generator.Greedy(GenerationInput.FromPrompts([0]), null, stop.Token));
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            generator.BeamSearch(GenerationInput.FromPrompts([0]), null, null, stop.Token));
    }

    private static byte[] Model(Action<Graph> write)
    {
        var graph = new Graph("decoder");
        write(graph);
        return ToyDecoders.Bytes(graph, null);
    }
}
