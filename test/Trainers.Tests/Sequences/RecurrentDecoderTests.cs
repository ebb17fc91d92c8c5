using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class RecurrentDecoderTests
{
    private static IEnumerable<object[]> Kinds =>
        from attention in new[] { "none", "additive", "dot", "general", "concat", "local-m", "local-p", "hard" }
        from timing in attention == "none" ? new[] { AttentionTiming.After } : attention == "hard" ? [AttentionTiming.After]
            : Enum.GetValues<AttentionTiming>()
        select new object[] { attention, timing };

    // What hard attention chooses has no gradient.
    private static IEnumerable<object[]> SoftKinds => Kinds.Where(kind => (string)kind[0] != "hard");

    internal static SourceAttention? Attention(string name) => name switch
    {
        "none" => null,
        "additive" => SourceAttention.Additive(5),
        "dot" => SourceAttention.Multiplicative(MultiplicativeScore.Dot),
        "general" => SourceAttention.Multiplicative(),
        "concat" => SourceAttention.Multiplicative(MultiplicativeScore.Concat),
        "local-m" => SourceAttention.Local(isPredicted: false, window: 2),
        "local-p" => SourceAttention.Local(isPredicted: true, window: 2),
        _ => SourceAttention.Hard(),
    };

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Steps_with_states_are_those_of_the_whole_sequence(string attention, AttentionTiming timing)
    {
        const int Hidden = 6; // that of the source, which a dot product needs
        foreach (var options in new RecurrentOptions[] { new LstmOptions { Hidden = Hidden, Layers = 2 },
            new GruOptions { Hidden = Hidden }, new RnnOptions { Hidden = Hidden, Layers = 2 } })
            foreach (var source in attention == "none" ? new int?[] { null, 5 } : [5])
            {
                var forms = new DecoderForms(SequenceDecoder.Recurrent(options, Attention(attention), timing), batch: 3, steps: 7, source);
                var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
                var whole = forms.Whole(x, sources);
                foreach (var chunk in new[] { 1, 3 })
                {
                    var chunks = forms.InChunks(x, sources, chunk, capacity: 7);
                    for (var i = 0; i < whole.Length; i++)
                        Assert.AreEqual(whole[i], chunks[i], 1e-5f,
                            $"{options.GetType().Name}, source {source}, chunks of {chunk}, element {i}");
                }
            }
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(5)]
    public void A_Jordan_network_continues_its_sequence(int? source)
    {
        var forms = new DecoderForms(SequenceDecoder.Jordan(6, 4), batch: 3, steps: 7, source);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        float[] whole = forms.Whole(x, sources), chunks = forms.InChunks(x, sources, 3, capacity: 0);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f, $"element {i}");
    }

    [TestMethod]
    [DynamicData(nameof(SoftKinds))]
    public void Gradient(string attention, AttentionTiming timing)
    {
        var decoder = SequenceDecoder.Recurrent(new GruOptions { Hidden = 2 }, Attention(attention), timing);
        var parameters = new ParameterSet();
        Decode(new(parameters, NetworkMode.Evaluation), decoder, null, null);
        TensorData[] at =
        [
            FiniteDifferences.Random(ElementType.Float, 1, 2, 3, 2), FiniteDifferences.Random(ElementType.Float, 2, 3, 2, 2),
            .. parameters.All.Select((parameter, i) => FiniteDifferences.Random(ElementType.Float, 3 + i, [.. parameter.Value.Sizes])),
        ];
        FiniteDifferences.Check(values =>
        {
            var weights = parameters.All.Zip(values.Skip(2), (parameter, value) => KeyValuePair.Create(parameter.Name, value));
            return Decode(new(values[0].Graph, NetworkMode.Training, weights), decoder, values[0], values[1]);
        }, at);
    }

    private static Value Decode(NetworkBuilder network, SequenceDecoder decoder, Value? x, Value? source)
    {
        source ??= network.Input("source", ElementType.Float, [3, 2, 2]);
        var memory = decoder.Prepare(network, 2, new(new(network, source, network.Graph.Vector(3L, 2L))));
        return decoder.Decode(network, x ?? network.Input("x", ElementType.Float, [2, 3, 2]), memory).Steps;
    }

    [TestMethod]
    public void A_window_sees_the_last_tokens_alone()
    {
        var forms = new DecoderForms(SequenceDecoder.Window(3, 5), batch: 2, steps: 6, source: null);
        var x = forms.RandomSteps();
        var whole = forms.Whole(x, forms.RandomSources());
        var chunks = forms.InChunks(x, forms.RandomSources(), 1, 1);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f);
        var changed = (float[])x.As<float>().Clone();
        changed[0] += 1; // the first token, which steps 0 to 2 see
        var after = forms.Whole(TensorData.Create(changed, [.. x.Sizes]), forms.RandomSources());
        Assert.AreNotEqual(whole[2 * 5], after[2 * 5]);
        Assert.AreEqual(whole[3 * 5], after[3 * 5]);
    }

    [TestMethod]
    public void A_decoder_of_two_directions_is_an_error() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new DecoderForms(
                SequenceDecoder.Recurrent(new GruOptions { Hidden = 4, Bidirectional = true }), 1, 2, null).Whole(
                new DecoderForms(SequenceDecoder.Lstm(), 1, 2, null).RandomSteps(), new Dictionary<string, TensorData>())).Message,
                    "one direction");
}
