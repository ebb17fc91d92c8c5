using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Graph attention as a user of the library would write it, over public building blocks alone.</summary>
[TestClass]
public class OwnGatTests
{
    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["own gat"] = new(g => OwnGat(g.Network, g.Edges, g.X, heads: 3, channels: 2)),
    };

    /// <summary>
    /// yᵢ = Σⱼ αᵢⱼ xⱼ W with αᵢⱼ = softmaxⱼ(LeakyReLU(a_src · xⱼ W + a_dst · xᵢ W)) over the neighbors and the
    /// node itself.
    /// </summary>
    internal static Value OwnGat(NetworkBuilder network, GraphEdges edges, Value x, int heads, int channels)
    {
        using var scope = network.Scope("gat");
        var loops = edges.WithSelfLoops();
        var z = Op.MatMul(x, network.Parameter("weight", [x.Shape[1].Size, heads * channels], Initializers.GlorotUniform));
        var sources = Heads.Dot(z, network.Parameter("source_attention", [heads, channels], Initializers.GlorotUniform));
        var targets = Heads.Dot(z, network.Parameter("target_attention", [heads, channels], Initializers.GlorotUniform));
        var scores = Op.LeakyRelu(loops.Sources(sources) + loops.Targets(loops.OfTargets(targets)), 0.2f);   // [edges, heads]
        var attention = Heads.Spread(loops.SoftmaxByTarget(scores), heads * channels);                         // [edges, heads · channels]
        var y = loops.Propagate(z, rows => rows.Sources * attention);                                          // [nodes, heads · channels]
        return y + network.Parameter("bias", [heads * channels], Initializers.Zeros, decays: false);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void It_is_the_layer_that_is_built_in(int heads)
    {
        const int Channels = 2;
        var parameters = new ParameterSet();
        var own = Run((network, edges, x) => OwnGat(network, edges, x, heads, Channels));
        var builtIn = Run((network, edges, x) => network.Gat(edges, x, Channels, new() { Heads = heads }).Nodes);
        Assert.AreEqual(SmallGraph.Typical.Nodes * heads * Channels, own.Length);
        Assert.IsTrue(own.Any(element => Math.Abs(element) > 0.01));
        for (var i = 0; i < own.Length; i++)
            Assert.AreEqual(builtIn[i], own[i], 1e-5f, $"element {i}");

        float[] Run(Func<NetworkBuilder, GraphEdges, Value, Value> layer)
        {
            // The names of the parameters are the same, so both read those that the first one made.
            var network = new NetworkBuilder(parameters, NetworkMode.Deployment, seed: 1);
            var x = network.Input("x", ElementType.Float, ["nodes", SmallGraph.Features]);
            network.Graph.Output("y", layer(network, GraphEdges.Input(network, "nodes"), x));
            using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(1));
            var graph = SmallGraph.Typical;
            return session.Run(new Dictionary<string, TensorData>
            {
                ["x"] = TensorData.Create(graph.X, graph.Nodes, SmallGraph.Features), ["edge_index"] = graph.EdgeIndex,
            })["y"].As<float>();
        }
    }
}
