using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
[TestCategory("Oracle")]
public class AttentionOracleTests
{
    [TestMethod]
    [OracleData("MultiheadAttention")]
    public void Attention_in_training(string file) => OracleCase.Load(file).Check(values => Attention(file, values, NetworkMode.Training));

    [TestMethod]
    [OracleData("MultiheadAttention")]
    public void Attention_deployed(string file) =>
        OracleCase.Load(file).WithoutGradients().Check(values => Attention(file, values, NetworkMode.Deployment));

    [TestMethod]
    [OracleData("TransformerEncoderLayer", "TransformerDecoderLayer")]
    public void Layer_in_training(string file) => OracleCase.Load(file).Check(values => Layer(file, values, NetworkMode.Training));

    [TestMethod]
    [OracleData("TransformerEncoderLayer", "TransformerDecoderLayer")]
    public void Layer_deployed(string file) =>
        OracleCase.Load(file).WithoutGradients().Check(values => Layer(file, values, NetworkMode.Deployment));

    [TestMethod]
    [OracleData("AdditiveAttention")]
    public void Additive_in_training(string file) => OracleCase.Load(file).Check(values => Additive(values, NetworkMode.Training));

    [TestMethod]
    [OracleData("AdditiveAttention")]
    public void Additive_deployed(string file) =>
        OracleCase.Load(file).WithoutGradients().Check(values => Additive(values, NetworkMode.Deployment));

    private static Dictionary<string, Value> Additive(IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        Value query = values["query"], memory = values["keys"];
        var network = new NetworkBuilder(query.Graph, mode, new Dictionary<string, Value>
            { ["query_weight"] = values["w_q"], ["key_weight"] = values["w_k"], ["score_weight"] = values["v"] });
        var attention = SourceAttention.Additive((int)values["v"].Shape[0].Size);
        var (context, weights) = attention.Attend(network, Op.Unsqueeze(query, 1), attention.Keys(network, memory), memory,
            values["lengths"], query.Graph.Vector(0L));
        return new() { ["context"] = Op.Squeeze(context, 1), ["weights"] = Op.Squeeze(weights, 1) };
    }

    private static Dictionary<string, Value> Attention(string file, IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        var oracle = OracleCase.Load(file);
        var weights = new Dictionary<string, Value>();
        AddAttention(weights, "attention/", values, "");
        var query = values.GetValueOrDefault("query") ?? values["x"];
        var memory = values.GetValueOrDefault("memory") ?? query;
        var network = new NetworkBuilder(query.Graph, mode, weights);
        var (output, attention) = network.MultiHeadAttention(query, memory, new() { Heads = oracle.Setting("heads", 1) },
            Mask(oracle, values, memory));
        return new() { ["output"] = output, ["weights"] = attention };
    }

    private static Dictionary<string, Value> Layer(string file, IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        var oracle = OracleCase.Load(file);
        var decodes = values.ContainsKey("tgt");
        var weights = new Dictionary<string, Value>();
        AddAttention(weights, "layer/attention/", values, "self_attn.");
        if (decodes)
            AddAttention(weights, "layer/source_attention/", values, "multihead_attn.");
        foreach (var (ours, torch) in new[] { ("inner", "linear1"), ("outer", "linear2") })
        {
            weights[$"layer/feed_forward/{ours}/weight"] = Op.Transpose(values[torch + ".weight"], 1, 0);
            weights[$"layer/feed_forward/{ours}/bias"] = values[torch + ".bias"];
        }
        for (var norm = 1; norm <= (decodes ? 3 : 2); norm++)
        {
            var scope = norm == 1 ? "layer/layer_norm/" : $"layer/layer_norm_{norm}/";
            weights[scope + "scale"] = values[$"norm{norm}.weight"];
            weights[scope + "bias"] = values[$"norm{norm}.bias"];
        }
        var x = decodes ? values["tgt"] : values["x"];
        var network = new NetworkBuilder(x.Graph, mode, weights);
        var options = new TransformerOptions
        {
            Hidden = oracle.Setting("embed", 0),
            Heads = oracle.Setting("heads", 1),
            FeedForwardSize = oracle.Setting("ffn", 0),
            NormFirst = oracle.Setting("norm_first", false),
            Activation = oracle.Setting("activation", "relu") == "gelu" ? FeedForwardActivation.Gelu : FeedForwardActivation.Relu,
        };
        var mask = Mask(oracle, values, x);
        if (decodes)
            return new() { ["output"] = network.TransformerDecoderLayer(x, values["memory"], options, mask).Output };
        var output = network.TransformerEncoderLayer(x, options, mask).Output;
        if (values.TryGetValue("lengths", out var lengths)) // zeros past the length, as the case has them
            output *= Op.Unsqueeze(Op.Cast(Op.Less(Op.Range(Op.SizeOf(x, 1), x.Shape[1]), Op.Unsqueeze(lengths, 1)), ElementType.Float), 2);
        return new() { ["output"] = output };
    }

    private static AttentionMask? Mask(OracleCase oracle, IReadOnlyDictionary<string, Value> values, Value keys)
    {
        var mask = values.TryGetValue("lengths", out var lengths) ? AttentionMask.Padding(lengths, keys) : null;
        return oracle.Setting("causal", false) ? AttentionMask.Causal(keys).And(mask) : mask;
    }

    // PyTorch keeps the three maps one below the other, [3 · width, width].
    private static void AddAttention(Dictionary<string, Value> weights, string scope, IReadOnlyDictionary<string, Value> values,
        string torch)
    {
        var width = values[torch + "out_proj.bias"].Shape[0].Size;
        var maps = Op.Split(values[torch + "in_proj_weight"], 0, width, width, width);
        var biases = Op.Split(values[torch + "in_proj_bias"], 0, width, width, width);
        foreach (var (name, i) in new[] { "query", "key", "value" }.Select((name, i) => (name, i)))
        {
            weights[$"{scope}{name}/weight"] = Op.Transpose(maps[i], 1, 0);
            weights[$"{scope}{name}/bias"] = biases[i];
        }
        weights[scope + "output/weight"] = Op.Transpose(values[torch + "out_proj.weight"], 1, 0);
        weights[scope + "output/bias"] = values[torch + "out_proj.bias"];
    }
}
