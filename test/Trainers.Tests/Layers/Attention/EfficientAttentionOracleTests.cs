using System.Text.Json;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Attention that takes time in proportion to the length, against golden values, in training and deployed.</summary>
[TestClass]
[TestCategory("Oracle")]
public class EfficientAttentionOracleTests
{
    [TestMethod]
    [OracleData("LinformerAttention", "BigBirdAttention", "SlidingWindowAttention", "LinearAttention")]
    public void Self_attention(string file) => Check(file, (oracle, v, weights, mode) =>
    {
        AddAttention(weights, "attention/", v, "");
        if (v.ContainsKey("proj_k"))
        {
            weights["attention/key_mixture"] = Op.Transpose(v["proj_k"], 1, 0);
            weights["attention/value_mixture"] = Op.Transpose(v["proj_v"], 1, 0);
        }
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        var (lengths, options) = (v.GetValueOrDefault("lengths"), Heads(oracle));
        var causal = oracle.Setting("causal", false);
        return ("output", oracle.Operation switch
        {
            "LinformerAttention" => network.LinformerAttention(v["x"], oracle.Setting("projected", 0), oracle.Setting("length", 0), options,
                lengths),
            "SlidingWindowAttention" => network.SlidingWindowAttention(v["x"], oracle.Setting("window", 0), options, lengths, causal),
            "LinearAttention" => network.LinearAttention(v["x"], options, lengths, causal),
            _ => network.BigBirdAttention(v["x"], new()
            {
                Block = oracle.Setting("block", 0), WindowBlocks = oracle.Setting("window_blocks", 0), RandomBlocks = 0,
                GlobalBlocks = oracle.Config.TryGetProperty("global_blocks", out var blocks) ? blocks.Deserialize<int[]>()! : [],
            }, options, lengths, randomBlocks: v.GetValueOrDefault("random_blocks")),
        });
    });

    [TestMethod]
    [OracleData("SetTransformerISAB", "SetTransformerPMA")]
    public void Sets(string file) => Check(file, (oracle, v, weights, mode) =>
    {
        var isPooling = oracle.Operation == "SetTransformerPMA";
        (string Ours, string Theirs)[] blocks = isPooling ? [("pooling/pool/", "pool_")] : [("induced/inner/", "in_"),
            ("induced/outer/", "out_")];
        weights[isPooling ? "pooling/seeds" : "induced/inducing"] = v[isPooling ? "seeds" : "inducing"];
        foreach (var (ours, theirs) in blocks)
        {
            AddAttention(weights, ours + "attention/", v, theirs);
            AddNorm(weights, ours + "layer_norm", v, theirs + "ln1");
            AddNorm(weights, ours + "layer_norm_2", v, theirs + "ln2");
            AddFeedForward(weights, ours + "feed_forward/", v, theirs);
        }
        if (isPooling)
            AddFeedForward(weights, "pooling/feed_forward/", v, "pre");
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        SetAttentionOptions options = new() { Heads = oracle.Setting("heads", 1), FeedForwardSize = oracle.Setting("ffn", 0) };
        var lengths = v.GetValueOrDefault("lengths");
        return ("output", isPooling ? network.PoolingByAttention(v["x"], (int)v["seeds"].Shape[0].Size, options, lengths)
            : network.InducedSetAttention(v["x"], (int)v["inducing"].Shape[0].Size, options, lengths));
    });

    [TestMethod]
    [OracleData("PerceiverCrossAttention")]
    public void Perceiver(string file) => Check(file, (oracle, v, weights, mode) =>
    {
        AddAttention(weights, "cross_attention/attention/", v, "");
        AddNorm(weights, "cross_attention/query_norm", v, "ln_q");
        AddNorm(weights, "cross_attention/memory_norm", v, "ln_kv");
        AddNorm(weights, "cross_attention/layer_norm", v, "ln_mlp");
        AddFeedForward(weights, "cross_attention/feed_forward/", v, "");
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        var queries = v.GetValueOrDefault("latents") ?? v["queries"];
        queries = queries.Shape.Rank == 2 ? Op.Unsqueeze(queries, 0) : queries;
        return ("output", network.PerceiverCrossAttention(queries, v["x"], Heads(oracle), oracle.Setting("hidden", 0),
            v.GetValueOrDefault("lengths"), oracle.Setting("query_residual", true)));
    });

    private static MultiHeadOptions Heads(OracleCase oracle) => new() { Heads = oracle.Setting("heads", 1) };

    private static void Check(string file, Func<OracleCase, IReadOnlyDictionary<string, Value>, Dictionary<string, Value>, NetworkMode,
        (string Name, Value Value)> write)
    {
        var oracle = OracleCase.Load(file);
        foreach (var mode in (NetworkMode[])[NetworkMode.Training, NetworkMode.Deployment])
            (mode == NetworkMode.Training ? oracle : oracle.WithoutGradients()).Check(v =>
            {
                var (name, value) = write(oracle, v, [], mode);
                return new Dictionary<string, Value> { [name] = value };
            });
    }

    // Ours are named by what they map, theirs w_q or w_in_q.
    private static void AddAttention(Dictionary<string, Value> weights, string ours, IReadOnlyDictionary<string, Value> v, string theirs)
    {
        foreach (var map in (ReadOnlySpan<string>)["query", "key", "value", "output"])
        {
            weights[$"{ours}{map}/weight"] = v[$"w_{theirs}{map[0]}"];
            weights[$"{ours}{map}/bias"] = v[$"b_{theirs}{map[0]}"];
        }
    }

    private static void AddNorm(Dictionary<string, Value> weights, string ours, IReadOnlyDictionary<string, Value> v, string theirs)
    {
        weights[ours + "/scale"] = v[theirs + "_gain"];
        weights[ours + "/bias"] = v[theirs + "_bias"];
    }

    private static void AddFeedForward(Dictionary<string, Value> weights, string ours, IReadOnlyDictionary<string, Value> v, string theirs)
    {
        foreach (var (map, number) in (ReadOnlySpan<(string, int)>)[("inner", 1), ("outer", 2)])
        {
            weights[$"{ours}{map}/weight"] = v[$"w_{theirs}{number}"];
            weights[$"{ours}{map}/bias"] = v[$"b_{theirs}{number}"];
        }
    }
}
