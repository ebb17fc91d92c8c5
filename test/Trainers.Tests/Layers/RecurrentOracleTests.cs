using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
[TestCategory("Oracle")]
public class RecurrentOracleTests
{
    [TestMethod]
    [OracleData("LSTM", "GRU", "RNN_TANH", "RNN_RELU")]
    public void Training_graph(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values => Outputs(oracle, values, NetworkMode.Training));
    }

    [TestMethod]
    [OracleData("LSTM", "GRU", "RNN_TANH", "RNN_RELU")]
    public void Deployed_model(string file)
    {
        var oracle = OracleCase.Load(file).WithoutGradients();
        oracle.Check(values => Outputs(oracle, values, NetworkMode.Deployment));
    }

    [TestMethod]
    [OracleData("LSTM_VARIANT")]
    public void Variants_in_training(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values => Variant(oracle, values, NetworkMode.Training));
    }

    [TestMethod]
    [OracleData("LSTM_VARIANT")]
    public void Variants_deployed(string file)
    {
        var oracle = OracleCase.Load(file).WithoutGradients();
        oracle.Check(values => Variant(oracle, values, NetworkMode.Deployment));
    }

    private static Dictionary<string, Value> Outputs(OracleCase oracle, IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        var kind = oracle.Operation.Split('_')[0].ToLowerInvariant();
        int layers = oracle.Setting("layers", 1), hidden = oracle.Setting("hidden_size", 0);
        var bidirectional = oracle.Setting("bidirectional", false);
        var x = values["x"];
        var network = new NetworkBuilder(x.Graph, mode, TorchWeights.Convert(kind, values, layers, bidirectional, hidden));
        var sequence = new Sequence(network, Op.Transpose(x, 1, 0, 2), values.GetValueOrDefault("lengths"));
        var result = kind switch
        {
            "lstm" => network.Lstm(sequence, new() { Hidden = hidden, Layers = layers, Bidirectional = bidirectional }),
            "gru" => network.Gru(sequence, new() { Hidden = hidden, Layers = layers, Bidirectional = bidirectional }),
            _ => network.Rnn(sequence, new() { Hidden = hidden, Layers = layers, Bidirectional = bidirectional,
                Activation = oracle.Operation == "RNN_RELU" ? RnnActivation.Relu : RnnActivation.Tanh }),
        };
        var outputs = new Dictionary<string, Value> { ["output"] = Op.Transpose(result.Output.Steps, 1, 0, 2), ["h_n"] = result.Last };
        if (result.LastCell is not null)
            outputs["c_n"] = result.LastCell;
        return outputs;
    }

    private static Dictionary<string, Value> Variant(OracleCase oracle, IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        var x = values["x"];
        var hidden = (int)values["w_h"].Shape[0].Size;
        var weights = new Dictionary<string, Value>
        {
            ["lstm/input_weight"] = TorchWeights.Reorder("lstm", values["w_x"], hidden, 1),
            ["lstm/recurrent_weight"] = TorchWeights.Reorder("lstm", values["w_h"], hidden, 1),
            ["lstm/bias"] = TorchWeights.Reorder("lstm", values["b"], hidden),
        };
        foreach (var gate in "ifo")
            if (values.TryGetValue($"p_{gate}", out var peephole))
                weights[$"lstm/peephole_{gate}"] = peephole;
        var network = new NetworkBuilder(x.Graph, mode, weights);
        var result = network.Lstm(new(network, Op.Transpose(x, 1, 0, 2), null), new()
        {
            Hidden = hidden,
            Peepholes = oracle.Setting("peephole", false),
            CoupledInputForget = oracle.Setting("coupled_input_forget", false),
        });
        return new() { ["output"] = Op.Transpose(result.Output.Steps, 1, 0, 2) };
    }
}
