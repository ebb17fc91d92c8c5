using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Convolutions, poolings and normalization over steps and pictures: golden values, gradients, padding, deployment.</summary>
[TestClass]
public class ConvolutionTests
{
    private const int Time = 7, Batch = 2, Features = 4;

    private static readonly Dictionary<string, Func<Sequence, Sequence>> OverSteps = new()
    {
        ["same"] = x => x.Convolution(3, 3),
        ["same, an even kernel"] = x => x.Convolution(3, 4),
        ["causal, dilated"] = x => x.Convolution(3, 2, dilation: 3, causal: true),
        ["strided, grouped"] = x => x.Convolution(6, 3, stride: 2, groups: 2),
        ["causal, strided, depthwise"] = x => x.Convolution(4, 3, stride: 3, groups: 4, causal: true, bias: false),
        ["subsampled"] = x => x.Subsample(3),
        ["subsampled twice"] = x => x.Subsample(3, 4),
        ["largest"] = x => x.MaxPool(2),
        ["largest, windows overlap"] = x => x.MaxPool(3, 2),
        ["mean"] = x => x.AveragePool(3),
        ["mean, windows overlap"] = x => x.AveragePool(4, 1),
        ["normalized"] = x => x.Convolution(3, 3).BatchNorm(),
        ["two layers"] = x => x.Convolution(3, 3, stride: 2).Convolution(2, 2, stride: 2).MaxPool(2),
    };

    private static readonly Dictionary<string, Func<NetworkBuilder, Value, Value>> OverPictures = new()
    {
        ["same"] = (network, x) => network.Convolution(x, 3, [3, 2]),
        ["strided, grouped"] = (network, x) => network.Convolution(x, 4, [3, 3], new() { Strides = [2, 1], Pads = [1, 1, 1, 1] }, 2),
        ["1-D"] = (network, x) => network.Convolution(Op.Reshape(x, [x.Shape[0], 4, 20]), 3, [3]),
        ["channels normalized"] = (network, x) => network.BatchNorm(network.Convolution(x, 3, [3, 3], bias: false)),
        ["rows of channels normalized"] = (network, x) => network.BatchNorm(Op.Reshape(x, [x.Shape[0], 4, 20])),
        ["mixer"] = (network, x) => network.MixerBlock(Op.Reshape(x, [x.Shape[0], 4, 20]), 5, 6),
    };

    private static IEnumerable<object[]> StepCases => OverSteps.Keys.Select(name => new object[] { name });

    private static IEnumerable<object[]> PictureCases => OverPictures.Keys.Select(name => new object[] { name });

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("Conv1dCausal")]
    public void Causal_convolution(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var network = Given(v["x"], NetworkMode.Training, [("convolution/weight", v["weight"]), ("convolution/bias", v["bias"])]);
            Sequence x = new(network, Op.Transpose(v["x"], 2, 0, 1), null);
            var y = x.Convolution((int)v["weight"].Shape[0].Size, (int)v["weight"].Shape[2].Size, oracle.Setting("stride", 1),
                oracle.Setting("dilation", 1), oracle.Setting("groups", 1), causal: true);
            return new Dictionary<string, Value> { ["output"] = Op.Transpose(y.Steps, 1, 2, 0) };
        });
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("BatchNormEvaluation")]
    public void Normalized_channels(string file)
    {
        var oracle = OracleCase.Load(file);
        foreach (var mode in (NetworkMode[])[NetworkMode.Evaluation, NetworkMode.Deployment])
            oracle.Check(v =>
            {
                var network = Given(v["x"], mode, [("batch_norm/scale", v["weight"]), ("batch_norm/bias", v["bias"]),
                    ("batch_norm/mean", v["running_mean"]), ("batch_norm/variance", v["running_var"])]);
                return new Dictionary<string, Value> { ["output"] = network.BatchNorm(v["x"], epsilon: oracle.Setting("eps", 1e-5f)) };
            });
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("MixerBlock")]
    public void Mixer(string file)
    {
        var oracle = OracleCase.Load(file);
        foreach (var mode in (NetworkMode[])[NetworkMode.Training, NetworkMode.Deployment])
            (mode == NetworkMode.Training ? oracle : oracle.WithoutGradients()).Check(v =>
            {
                List<(string, Value)> weights = [];
                foreach (var (ours, theirs) in (ReadOnlySpan<(string, string)>)[("mixer/layer_norm", "norm1"),
                    ("mixer/layer_norm_2", "norm2")])
                    weights.AddRange([(ours + "/scale", v[theirs + "_gain"]), (ours + "/bias", v[theirs + "_bias"])]);
                foreach (var (ours, theirs) in (ReadOnlySpan<(string, string)>)[("mixer/tokens", "token"), ("mixer/channels", "channel")])
                    foreach (var (map, number) in (ReadOnlySpan<(string, int)>)[("inner", 1), ("outer", 2)])
                        weights.AddRange([($"{ours}/{map}/weight", v[$"{theirs}_weight_{number}"]),
                            ($"{ours}/{map}/bias", v[$"{theirs}_bias_{number}"])]);
                var network = Given(v["x"], mode, weights);
                return new Dictionary<string, Value> { ["y"] = network.MixerBlock(v["x"], (int)v["token_bias_1"].Shape[0].Size,
                    (int)v["channel_bias_1"].Shape[0].Size) };
            });
    }

    [TestMethod]
    [DynamicData(nameof(StepCases))]
    public void Gradient_over_steps(string name) => Check([Time, Batch, Features], (network, x) =>
        OverSteps[name](new(network, x, network.Graph.Vector((long)Time, 4L))).Masked);

    [TestMethod]
    [DynamicData(nameof(PictureCases))]
    public void Gradient_over_pictures(string name) => Check([2, 4, 5, 4], OverPictures[name]);

    [TestMethod]
    [DynamicData(nameof(StepCases))]
    public void Steps_past_the_length_change_nothing(string name)
    {
        var random = new Random(3);
        float[] features = Initializers.Normal(1)([Time, 1, Features], random), padded = [.. features.Take(5 * Features)];
        foreach (var mode in Enum.GetValues<NetworkMode>())
        {
            // Only normalization does something else in training.
            var short_ = Run(name == "normalized" ? mode : NetworkMode.Deployment, name, TensorData.Create(padded, 5, 1, Features), [5]);
            var (steps, lengths) = Run(mode, name, TensorData.Create(features, Time, 1, Features), [5]);
            CollectionAssert.AreEqual(short_.Lengths.As<long>(), lengths.As<long>());
            var (expected, actual) = (short_.Steps.As<float>(), steps.As<float>());
            for (var i = 0; i < actual.Length; i++)
                Assert.AreEqual(i < expected.Length ? expected[i] : 0, actual[i], 1e-5f, $"{mode}, element {i}");
        }
    }

    [TestMethod]
    public void Causal_steps_don_t_see_later_ones()
    {
        var features = Initializers.Normal(1)([Time, 1, Features], new Random(3));
        var before = Run(NetworkMode.Evaluation, "causal, dilated", TensorData.Create([.. features], Time, 1, Features), [Time]).Steps;
        features[^1] += 1;
        var after = Run(NetworkMode.Evaluation, "causal, dilated", TensorData.Create(features, Time, 1, Features), [Time]).Steps;
        CollectionAssert.AreEqual(before.As<float>()[..^3], after.As<float>()[..^3]);
        CollectionAssert.AreNotEqual(before.As<float>(), after.As<float>());
    }

    [TestMethod]
    [DynamicData(nameof(PictureCases))]
    public void Deployed_pictures_are_the_evaluated_ones(string name)
    {
        var parameters = new ParameterSet();
        var x = FiniteDifferences.Random(ElementType.Float, 5, 3, 4, 5, 4);
        float[] Result(NetworkMode mode)
        {
            var network = new NetworkBuilder(parameters, mode, seed: 1);
            network.Graph.Output("y", OverPictures[name](network, network.Input("x", ElementType.Float, ["batch", 4, 5, 4])));
            return Outputs(network, x)["y"].As<float>();
        }
        Result(NetworkMode.Evaluation);
        var random = new Random(8);
        foreach (var parameter in parameters.All)
            parameter.Value = TensorData.Create(
                [.. Enumerable.Range(0, (int)parameter.Value.Count).Select(_ => random.NextSingle() + 0.3f)], [.. parameter.Value.Sizes]);
        var (evaluated, deployed) = (Result(NetworkMode.Evaluation), Result(NetworkMode.Deployment));
        for (var i = 0; i < evaluated.Length; i++)
            Assert.AreEqual(evaluated[i], deployed[i], 1e-4f * Math.Max(1, Math.Abs(evaluated[i])));
    }

    [TestMethod]
    public void Bad_sizes()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["batch", 4, 5, 4]);
        Sequence s = new(network, network.Input("s", ElementType.Float, ["time", "batch", 4]), null);
        Expect("groups that divide the channels of input and result; got 3 groups, 4 channels", () =>
            network.Convolution(x, 6, [3, 3], groups: 3));
        Expect("a window that fits into the padded input; got one over 6 positions", () =>
            network.Convolution(x, 6, [6, 3], new() { AutoPad = AutoPad.Valid }));
        Expect("1 spatial axes, as the kernel [3] has; got x [batch, 4, 5, 4]", () => network.Convolution(x, 6, [3]));
        Expect("a kernel, a stride and a dilation of at least 1; got 3, 0 and 1", () => s.Convolution(2, 3, stride: 0));
        Expect("a kernel, a stride and a dilation of at least 1; got 0, 0 and 1", () => s.MaxPool(0));
        Expect("Subsample: expected a factor of 2, 4 or 8; got 3", () => s.Subsample(2, 3));
        Expect("known tokens and channels; got", () => network.MixerBlock(Op.Transpose(s.Steps, 1, 0, 2), 2, 2));
        Expect("[rows, features] or [batch, channels, ..]", () => network.BatchNorm(s.Lengths ?? network.Graph.Vector(1f)));

        static void Expect(string message, Func<object> layer) =>
            StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => layer()).Message, message);
    }

    // Each parameter is an input of the function checked.
    private static void Check(long[] sizes, Func<NetworkBuilder, Value, Value> layer)
    {
        var shapes = new ParameterSet();
        var first = new NetworkBuilder(shapes, NetworkMode.Training);
        layer(first, first.Input("x", ElementType.Float, Shape.Of(sizes)));
        TensorData[] at = [Distinct(sizes), .. shapes.All.Select((parameter, i) =>
            FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))];
        string[] statistics = [.. shapes.All.Where(parameter => !parameter.IsTrained).Select(parameter => parameter.Name)];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToArray();
            var y = layer(Given(values[0], NetworkMode.Training, weights), values[0]);
            // running statistics aren't read in training
            foreach (var (name, value) in weights.Where(weight => statistics.Contains(weight.Name)))
                y += Op.ReduceSum(value, keepDims: false);
            return y;
        }, at);
    }

    // No two elements are close, so that the largest stays so.
    private static TensorData Distinct(long[] sizes)
    {
        float[] elements = [.. Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b)).Select(i => i * 0.06f - 1.5f)];
        new Random(7).Shuffle(elements);
        return TensorData.Create(elements, sizes);
    }

    private static NetworkBuilder Given(Value x, NetworkMode mode, IEnumerable<(string Name, Value Value)> weights) =>
        new(x.Graph, mode, weights.ToDictionary(weight => weight.Name, weight => weight.Value));

    private static (TensorData Steps, TensorData Lengths) Run(NetworkMode mode, string name, TensorData x, long[] lengths)
    {
        var network = new NetworkBuilder(new ParameterSet(), mode, seed: 4);
        Sequence input = new(network, network.Input("x", ElementType.Float, ["time", "batch", Features]),
            network.Input("lengths", ElementType.Int64, ["batch"]));
        var y = OverSteps[name](input);
        network.Graph.Output("y", y.Masked);
        network.Graph.Output("lengths_of_y", Op.Identity(y.Lengths!));
        var results = Outputs(network, x, lengths);
        return (results["y"], results["lengths_of_y"]);
    }

    private static IReadOnlyDictionary<string, TensorData> Outputs(NetworkBuilder network, TensorData x, long[]? lengths = null)
    {
        var feed = network.ParameterValues.Where(entry => entry.Value.Constant is null)
            .ToDictionary(entry => entry.Key, entry => network.Parameters[entry.Key].Value);
        feed["x"] = x;
        if (lengths is not null)
            feed["lengths"] = TensorData.Vector(lengths);
        using var session = new OnnxSession(network.Graph);
        return session.Run(feed);
    }
}
