using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class RecurrentDecoderTests
{
    private static readonly RecurrentOptions[] Cells =
    [
        new LstmOptions { Hidden = 6, Layers = 2, Dropout = 0.3f }, new GruOptions { Hidden = 6 }, new RnnOptions { Hidden = 6, Layers = 2 }, new RnnOptions { Hidden = 6, Activation = RnnActivation.Relu },
    ];

    private static readonly Dictionary<string, SourceAttention?> Attentions = new()
    {
        ["none"] = null,
        ["additive"] = SourceAttention.Additive(5),
        ["dot"] = SourceAttention.Luong(LuongScore.Dot),
        ["general"] = SourceAttention.Luong(),
        ["concat"] = SourceAttention.Luong(LuongScore.Concat),
        ["local-m"] = SourceAttention.Local(1, LocalPosition.Monotonic),
        ["local-p"] = SourceAttention.Local(2),
    };

    public static IEnumerable<object[]> Cases =>
        from attention in Attentions.Keys
        from feeding in (bool[])[true, false]
        select new object[] { attention, feeding };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Steps_with_states_are_those_of_the_whole_sequence(string attention, bool inputFeeding)
    {
        foreach (var cells in Cells)
            Compare(SequenceDecoder.Recurrent(new() { Cells = cells, Attention = Attentions[attention], InputFeeding = inputFeeding }), source: 5);
    }

    [TestMethod]
    public void A_language_model_continues_its_sequence()
    {
        foreach (var cells in Cells)
            Compare(SequenceDecoder.Recurrent(new() { Cells = cells }), source: null);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(5)]
    public void A_Jordan_network_continues_its_sequence(int? source) => Compare(SequenceDecoder.Jordan(6, 4), source);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradient(string attention, bool inputFeeding)
    {
        var decoder = SequenceDecoder.Recurrent(new() { Cells = new GruOptions { Hidden = 2 }, Attention = Attentions[attention], InputFeeding = inputFeeding });
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
        var memory = decoder.Prepare(network, new(new(network, source, network.Graph.Vector(3L, 2L))));
        return decoder.Decode(network, x ?? network.Input("x", ElementType.Float, [2, 3, 2]), memory).Steps;
    }

    [TestMethod]
    public void Cells_that_a_decoder_cannot_have_are_errors()
    {
        foreach (RecurrentOptions cells in new RecurrentOptions[] { new GruOptions { Bidirectional = true }, new LstmOptions { Peepholes = true }, new LstmOptions { CoupledInputForget = true } })
        {
            var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
            Assert.ThrowsExactly<ArgumentException>(() => SequenceDecoder.Recurrent(new() { Cells = cells }).Prepare(network, null));
        }
    }

    private static void Compare(SequenceDecoder decoder, int? source)
    {
        var forms = new DecoderForms(decoder, batch: 3, steps: 7, source);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        var whole = forms.Whole(x, sources);
        Assert.IsTrue(whole.All(float.IsFinite));
        foreach (var chunk in new[] { 1, 3, 7 })
        {
            var chunks = forms.InChunks(x, sources, chunk, capacity: 0);
            Assert.HasCount(whole.Length, chunks);
            for (var i = 0; i < whole.Length; i++)
                Assert.AreEqual(whole[i], chunks[i], 1e-4f, $"{decoder.Name}, source {source}, chunks of {chunk}, element {i}");
        }
    }
}
