using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Kinds of attention in a Transformer encoder: gradients, padding, deployment, equality with masks, sizes of tensors.</summary>
[TestClass]
public class EfficientAttentionTests
{
    private const int Hidden = 4, Time = 7;

    private static readonly TransformerOptions Small = new()
    {
        Hidden = Hidden, Heads = 2, Layers = 1, FeedForwardSize = 5, Positions = PositionEncoding.None,
    };

    private static readonly Dictionary<string, Func<Sequence, Sequence>> Kinds = new()
    {
        ["sliding window"] = x => Encoded(x, SelfAttention.SlidingWindow(2)),
        ["sliding window, causal"] = x => Encoded(x, SelfAttention.SlidingWindow(3), causal: true),
        ["sliding window, rotary"] = x => x.TransformerEncoder(Small with
        {
            Attention = SelfAttention.SlidingWindow(1), Positions = PositionEncoding.Rotary, Layers = 2,
        }).Output,
        ["sliding window as wide as the sequence"] = x => Encoded(x, SelfAttention.SlidingWindow(20)),
        ["linear"] = x => Encoded(x, SelfAttention.Linear),
        ["linear, causal"] = x => Encoded(x, SelfAttention.Linear, causal: true),
        ["linformer"] = x => Encoded(x, SelfAttention.Linformer(2, 9)),
        ["big bird"] = x => Encoded(x, SelfAttention.BigBird(new() { Block = 2, RandomBlocks = 1 })),
        ["big bird, two global blocks, one beyond"] = x => Encoded(x, SelfAttention.BigBird(new()
        {
            Block = 1, RandomBlocks = 2, GlobalBlocks = [1, 30],
        })),
        ["induced"] = x => Encoded(x, SelfAttention.Induced(2)),
        ["pooled by attention"] = x => Pooled(x, x.Network.PoolingByAttention(Op.Transpose(x.Steps, 1, 0, 2), 2, new() { Heads = 2,
            FeedForwardSize = 3 }, x.Lengths)),
        ["perceiver"] = x => Pooled(x, x.Network.PerceiverEncoder(Op.Transpose(x.Steps, 1, 0, 2), 2, Small, x.Lengths)),
    };

    private static IEnumerable<object[]> Cases => Kinds.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradient(string name)
    {
        var shapes = new ParameterSet();
        var first = new NetworkBuilder(shapes, NetworkMode.Evaluation);
        Kinds[name](new(first, first.Input("x", ElementType.Float, [5, 2, Hidden]), first.Graph.Vector(5L, 3L)));
        TensorData[] at = [FiniteDifferences.Random(ElementType.Float, 1, 5, 2, Hidden), .. shapes.All.Select((parameter, i) =>
            FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var network = new NetworkBuilder(values[0].Graph, NetworkMode.Training, weights);
            return Kinds[name](new(network, values[0], network.Graph.Vector(5L, 3L))).Steps;
        }, at, tolerance: 2e-2);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Steps_past_the_length_change_nothing(string name)
    {
        var features = Initializers.Normal(1)([Time, 1, Hidden], new Random(3));
        float[] few = [.. features.Take(5 * Hidden)];
        var expected = Run(NetworkMode.Deployment, name, few, 5, 5);
        foreach (var mode in Enum.GetValues<NetworkMode>())
        {
            var actual = Run(mode, name, features, Time, 5);
            for (var i = 0; i < actual.Length; i++)
                Assert.AreEqual(i < expected.Length ? expected[i] : 0, actual[i], 1e-5f, $"{mode}, element {i}");
        }
    }

    [TestMethod]
    [DataRow("sliding window, causal")]
    [DataRow("linear, causal")]
    public void Causal_steps_don_t_see_later_ones(string name)
    {
        var features = Initializers.Normal(1)([70, 1, Hidden], new Random(3));
        var before = Run(NetworkMode.Evaluation, name, [.. features], 70, 70);
        features[^1] += 1;
        var after = Run(NetworkMode.Evaluation, name, features, 70, 70);
        for (var i = 0; i < 69 * Hidden; i++)
            Assert.AreEqual(before[i], after[i], 1e-6f);
        Assert.AreNotEqual(before[^1], after[^1]);
    }

    [TestMethod]
    [DataRow(3, false)]
    [DataRow(3, true)]
    [DataRow(40, false)]
    public void A_window_is_a_mask(int window, bool causal)
    {
        const int Steps = 11;
        var parameters = new ParameterSet();
        var network = new NetworkBuilder(parameters, NetworkMode.Evaluation, seed: 1);
        var x = network.Input("x", ElementType.Float, ["batch", Steps, Hidden]);
        var lengths = network.Input("lengths", ElementType.Int64, ["batch"]);
        using (network.SharedScope("one"))
            network.Graph.Output("windows", network.SlidingWindowAttention(x, window, new() { Heads = 2 }, lengths, causal));
        bool[] near = [.. Enumerable.Range(0, Steps * Steps).Select(i => (Query: i / Steps, Key: i % Steps)).Select(pair =>
            Math.Abs(pair.Query - pair.Key) <= window && (!causal || pair.Key <= pair.Query))];
        var mask = AttentionMask.Padding(lengths, x).And(
            AttentionMask.Of(network.Graph.Constant(TensorData.Create(near, Steps, Steps))));
        using (network.SharedScope("one"))
            network.Graph.Output("masked", network.MultiHeadAttention(x, x, new() { Heads = 2 }, mask).Output);
        Compare(network, ("windows", "masked"), Steps);
    }

    [TestMethod]
    public void Big_bird_that_sees_everything_is_full_attention()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation, seed: 1);
        var x = network.Input("x", ElementType.Float, ["batch", "time", Hidden]);
        var lengths = network.Input("lengths", ElementType.Int64, ["batch"]);
        using (network.SharedScope("one"))
            network.Graph.Output("blocks", network.BigBirdAttention(x, new() { Block = 3, WindowBlocks = 7 }, new() { Heads = 2 },
                lengths));
        using (network.SharedScope("one"))
            network.Graph.Output("full", network.MultiHeadAttention(x, x, new() { Heads = 2 }, AttentionMask.Padding(lengths, x)).Output);
        Compare(network, ("blocks", "full"), 11);
    }

    [TestMethod]
    public void Induced_layers_are_those_of_a_set_transformer()
    {
        var options = Small with { Attention = SelfAttention.Induced(2), NormFirst = false };
        var names = new ParameterSet();
        var network = new NetworkBuilder(names, NetworkMode.Evaluation);
        Encoded(new(network, network.Input("x", ElementType.Float, ["time", "batch", Hidden]), null), options.Attention);
        Assert.IsNotNull(names.Find("transformer/layer_0/induced/inner/attention/query/weight"));
        Assert.IsNotNull(names.Find("transformer/layer_0/induced/inducing"));
    }

    [TestMethod]
    [DataRow("a window of 0", "Attention of TransformerOptions is SlidingWindow")]
    [DataRow("more mixtures than steps", "at least 1 mixture and no more than the longest length, not 5 and 4")]
    [DataRow("an even window of blocks", "WindowBlocks of an odd number, not 2")]
    [DataRow("a global block twice", "GlobalBlocks of different numbers of at least 0, not 1, 1")]
    [DataRow("no points", "at least 1 point, not 0")]
    [DataRow("relative positions", "only full attention has scores for all distances")]
    [DataRow("rotary positions", "attention of this kind has no products of two steps")]
    [DataRow("dropout of weights that aren't there", "0: linear attention has no weights")]
    [DataRow("causal mixtures", "expected attention that can be causal")]
    [DataRow("a decoder", "Attention of a decoder is Linear")]
    [DataRow("too many steps", "at most 4 steps, its longest length; got")]
    [DataRow("more latents than elements", "no more than elements; got 9 for")]
    [DataRow("random blocks as real numbers", "expected random blocks [blocks, n] Int64")]
    public void Bad_options(string what, string expected)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        Sequence x = new(network, network.Input("x", ElementType.Float, [5, "batch", Hidden]), null);
        var steps = Op.Transpose(x.Steps, 1, 0, 2);
        var exception = Assert.Throws<Exception>(() => (object)(what switch
        {
            "a window of 0" => Encoded(x, SelfAttention.SlidingWindow(0)),
            "more mixtures than steps" => Encoded(x, SelfAttention.Linformer(5, 4)),
            "an even window of blocks" => Encoded(x, SelfAttention.BigBird(new() { WindowBlocks = 2 })),
            "a global block twice" => Encoded(x, SelfAttention.BigBird(new() { GlobalBlocks = [1, 1] })),
            "no points" => Encoded(x, SelfAttention.Induced(0)),
            "relative positions" => x.TransformerEncoder(Small with
            {
                Attention = SelfAttention.SlidingWindow(2), Positions = PositionEncoding.RelativeBias,
            }).Output,
            "rotary positions" => x.TransformerEncoder(Small with
            {
                Attention = SelfAttention.Linear, Positions = PositionEncoding.Rotary,
            }).Output,
            "dropout of weights that aren't there" => x.TransformerEncoder(Small with
            {
                Attention = SelfAttention.Linear, AttentionDropout = 0.1f,
            }).Output,
            "causal mixtures" => Encoded(x, SelfAttention.Linformer(2, 9), causal: true),
            "a decoder" => SequenceDecoder.Transformer(Small with { Attention = SelfAttention.Linear }).Prepare(network, 4, null),
            "too many steps" => network.LinformerAttention(steps, 2, 4),
            "more latents than elements" => network.PerceiverEncoder(steps, 9, Small),
            "random blocks as real numbers" => network.BigBirdAttention(steps, randomBlocks: network.Graph.Constant(
                TensorData.Create([1f], 1, 1))),
            _ => throw new AssertFailedException(what),
        }));
        StringAssert.Contains(exception.Message, expected);
    }

    // No tensor has an axis of steps twice; with full attention there is one.
    [TestMethod]
    [DataRow("sliding window")]
    [DataRow("linear")]
    [DataRow("linear, causal")]
    [DataRow("linformer")]
    [DataRow("big bird")]
    [DataRow("induced")]
    public void No_tensor_grows_with_the_square_of_the_length(string name)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", Hidden]), null);
        var y = Kinds[name](x);
        Gradients.Of(Op.ReduceSum(y.Steps, keepDims: false), [x.Steps]);
        foreach (var value in network.Graph.Nodes.SelectMany(node => node.Outputs))
        {
            var size = value.Shape.Aggregate(1L, (product, dim) => product * dim.Evaluate(dimension =>
                !dimension.Contains("time", StringComparison.Ordinal) ? 2
                    : dimension.Split('/') is [_, var block] ? 1000 / int.Parse(block) + 1 : 1000));
            Assert.IsLessThan(1000L * 1000, size, value.ToString());
        }
    }

    private static Sequence Encoded(Sequence x, SelfAttention attention, bool causal = false) =>
        x.TransformerEncoder(Small with { Attention = attention }, causal).Output;

    private static Sequence Pooled(Sequence x, Value rows) => new(x.Network, Op.Transpose(rows, 1, 0, 2), null);

    private static float[] Run(NetworkMode mode, string name, float[] features, int time, long length)
    {
        var network = new NetworkBuilder(new ParameterSet(), mode, seed: 4);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", Hidden]),
            network.Input("lengths", ElementType.Int64, ["batch"]));
        network.Graph.Output("y", Kinds[name](x).Steps);
        return Outputs(network, TensorData.Create(features, time, 1, Hidden), [length])["y"].As<float>();
    }

    private static void Compare(NetworkBuilder network, (string, string) outputs, int steps)
    {
        var results = Outputs(network, FiniteDifferences.Random(ElementType.Float, 3, 2, steps, Hidden), [steps, 6]);
        float[] one = results[outputs.Item1].As<float>(), other = results[outputs.Item2].As<float>();
        for (var i = 0; i < one.Length; i++)
            if (i < (steps + 6) * Hidden) // steps past a length may see nothing
                Assert.AreEqual(other[i], one[i], 1e-5f, $"element {i}");
    }

    private static IReadOnlyDictionary<string, TensorData> Outputs(NetworkBuilder network, TensorData x, long[] lengths)
    {
        var feed = network.ParameterValues.Where(entry => entry.Value.Constant is null)
            .ToDictionary(entry => entry.Key, entry => network.Parameters[entry.Key].Value);
        (feed["x"], feed["lengths"]) = (x, TensorData.Vector(lengths));
        using var session = new OnnxSession(network.Graph);
        return session.Run(feed);
    }
}
