using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks and poolings: deployed as trained, and blind to padding.</summary>
[TestClass]
public class NetworkTests
{
    private static readonly Dictionary<string, SequenceNetwork> Networks = new()
    {
        ["LSTM"] = SequenceNetwork.Lstm(4),
        ["LSTM of 2 layers, both directions, dropout"] = SequenceNetwork.Lstm(3, layers: 2, bidirectional: true, dropout: 0.3f),
        ["LSTM with peepholes"] = SequenceNetwork.Recurrent(new LstmOptions { Hidden = 4, Peepholes = true }),
        ["LSTM with coupled gates"] = SequenceNetwork.Recurrent(
            new LstmOptions { Hidden = 4, CoupledInputForget = true, Bidirectional = true }),
        ["LSTM with peepholes and coupled gates"] = SequenceNetwork.Recurrent(
            new LstmOptions { Hidden = 4, Peepholes = true, CoupledInputForget = true, Layers = 2 }),
        ["LSTM truncated"] = SequenceNetwork.Recurrent(new LstmOptions { Hidden = 4, Truncation = 2, Bidirectional = true }),
        ["GRU"] = SequenceNetwork.Gru(4),
        ["GRU of 2 layers, both directions, dropout"] = SequenceNetwork.Gru(3, layers: 2, bidirectional: true, dropout: 0.3f),
        ["GRU truncated"] = SequenceNetwork.Recurrent(new GruOptions { Hidden = 4, Truncation = 3 }),
        ["RNN"] = SequenceNetwork.Rnn(4),
        ["RNN of 3 layers"] = SequenceNetwork.Rnn(4, layers: 3),
        ["RNN with ReLU, both directions"] = SequenceNetwork.Recurrent(
            new RnnOptions { Hidden = 4, Activation = RnnActivation.Relu, Bidirectional = true }),
        ["fully convolutional"] = SequenceNetwork.Fcn(3),
        ["residual"] = SequenceNetwork.ResNet(2),
        ["inception"] = SequenceNetwork.InceptionTime(2, depth: 3),
        ["Set Transformer"] = SequenceNetwork.SetTransformer(8, layers: 2, points: 3, heads: 2, dropout: 0.1f),
        ["Perceiver"] = SequenceNetwork.Perceiver(3, new() { Hidden = 8, Heads = 2, Layers = 1, FeedForwardSize = 8 }),
        ["own: GRU over a linear layer"] = SequenceNetwork.Custom("own", (network, x) =>
            new(network.Gru(x.With(Op.Tanh(network.Linear(x.Steps, 5))), new() { Hidden = 4 }).Output)),
        ["own: two layers side by side"] = SequenceNetwork.Custom("own", (network, x) =>
        {
            var (first, second) = (network.Lstm(x, new() { Hidden = 3 }), network.Lstm(x, new() { Hidden = 3, Bidirectional = true }));
            var steps = x.With(Op.Concat(2, first.Output.Steps, network.Dropout(second.Output.Steps, 0.2f)));
            return new(steps, steps.MaxPooling());
        }),
        ["own: no layer at all"] = SequenceNetwork.Custom("own", (_, x) => new(x)),
    };

    public static IEnumerable<object[]> Cases =>
        from network in Networks.Keys
        from pooling in Enum.GetValues<Pooling>()
        where pooling == Pooling.Last || network is "LSTM" || network.Contains("GRU of 2") || network.Contains("side by side")
        select new object[] { network, pooling };

    public static IEnumerable<object[]> All => Networks.Keys.Select(network => new object[] { network });

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Is_deployed_as_trained_and_blind_to_padding(string network, Pooling pooling)
    {
        var data = EveryForm.Mapped(_ml, 20);
        var trainer = _ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            LabelColumnName = "ClassKey", SequenceColumnName = "Ragged", FeatureCount = EveryForm.Features,
            Network = Networks[network], Pooling = pooling, Epochs = 2, BatchSize = 8, LearningRate = 0.05f, InputDropout = 0.1f,
                OutputDropout = 0.1f,
        });
        using var model = trainer.Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        CheckPadding(model, data);
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Tags_are_deployed_as_trained_and_blind_to_padding(string network)
    {
        var data = EveryForm.Mapped(_ml, 20);
        using var model = EveryForm.Trainer(_ml, "Tagging", "Keys", options => options.Network = Networks[network]).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        CheckPadding(model, data);
    }

    // In a batch of all rows the short ones are padded; a mapper of rows scores each alone.
    private static void CheckPadding(SequencePredictionTransformer model, IDataView data)
    {
        var mapper = model.GetRowToRowMapper(data.Schema);
        using var cursor = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        var read = Scored.Reader(row);
        var alone = new List<Scored>();
        while (cursor.MoveNext())
            alone.Add(read());
        Scored.AssertEqual(Scored.All(model.Transform(data)), alone);
    }

    [TestMethod]
    public void A_network_is_called_by_its_kind_and_size()
    {
        Assert.AreEqual("bidirectional LSTM", SequenceNetwork.Lstm(4, bidirectional: true).Name);
        Assert.AreEqual("GRU", SequenceNetwork.Gru(4).Name);
        Assert.AreEqual("RNN", SequenceNetwork.Rnn(4).Name);
        Assert.AreEqual("own", SequenceNetwork.Custom("own", (_, x) => new(x)).Name);
    }
}
