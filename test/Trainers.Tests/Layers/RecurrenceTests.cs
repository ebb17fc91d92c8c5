using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Recurrent layers as one kernel against the same layers written with standard operators.</summary>
[TestClass]
public class RecurrenceTests
{
    private static readonly ExecutionTarget WithoutKernels = ExecutionTarget.Cuda();

    private static readonly Dictionary<string, RecurrentOptions> Kinds = new()
    {
        ["lstm"] = new LstmOptions(),
        ["lstm, peepholes"] = new LstmOptions { Peepholes = true },
        ["lstm, coupled"] = new LstmOptions { CoupledInputForget = true },
        ["lstm, peepholes, coupled"] = new LstmOptions { Peepholes = true, CoupledInputForget = true },
        ["gru"] = new GruOptions(),
        ["rnn"] = new RnnOptions(),
        ["rnn, relu"] = new RnnOptions { Activation = RnnActivation.Relu },
    };

    // Time, batch, features, hidden: no multiples of a vector, single ones, several blocks of sequences, more than a row block.
    private static readonly int[][] Sizes = [[1, 1, 1, 1], [5, 3, 2, 7], [9, 7, 17, 16], [3, 21, 5, 33], [12, 37, 3, 20], [40, 9, 33, 48]];

    public static IEnumerable<object[]> Cases =>
        from kind in Kinds.Keys from size in Enumerable.Range(0, Sizes.Length) from variant in Enumerable.Range(0, 6)
        select new object[] { kind, size, variant };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Outputs_and_gradients_are_those_of_the_standard_operators(string kind, int size, int variant)
    {
        if (!KernelLibrary.IsOn())
            Assert.Inconclusive("Kernels are off.");
        var options = Kinds[kind] with
        {
            Hidden = Sizes[size][3], Bidirectional = variant % 2 == 1, LearnedInitialStates = variant >= 2,
            Truncation = variant >= 4 ? 2 : 0,
        };
        var parameters = new ParameterSet();
        Dictionary<string, TensorData> kernel = Run(options, Sizes[size], variant, parameters, null, ExecutionTarget.Cpu(2)),
            standard = Run(options, Sizes[size], variant, parameters, WithoutKernels, ExecutionTarget.Cpu(2));
        foreach (var (name, expected) in standard)
            AssertClose(name, expected.As<float>(), kernel[name].As<float>(), 1e-4f);
    }

    [TestMethod]
    [DataRow("lstm, peepholes")]
    [DataRow("gru")]
    [DataRow("rnn")]
    public void Any_number_of_threads_gives_the_same_bits(string kind)
    {
        var options = Kinds[kind] with { Hidden = 37, Bidirectional = true, LearnedInitialStates = true };
        var parameters = new ParameterSet();
        var expected = Run(options, [30, 45, 10, 37], 1, parameters, null, ExecutionTarget.Cpu(1));
        foreach (var threads in (int[])[2, 3, 8])
            foreach (var (name, tensor) in Run(options, [30, 45, 10, 37], 1, parameters, null, ExecutionTarget.Cpu(threads)))
                CollectionAssert.AreEqual(expected[name].As<float>(), tensor.As<float>(), $"{name} with {threads} threads");
    }

    [TestMethod]
    [DataRow("lstm, peepholes")]
    [DataRow("lstm, coupled")]
    [DataRow("gru")]
    [DataRow("rnn")]
    [DataRow("rnn, relu")]
    public void A_hundred_steps_train_alike(string kind)
    {
        var options = Kinds[kind] with { Hidden = 12, Bidirectional = true, Layers = 2 };
        float[] kernel = Losses(null), standard = Losses(WithoutKernels);
        Assert.IsLessThan(0.9f * standard[0], standard[^1], "The network learns.");
        AssertClose("losses", standard, kernel, 1e-5f);

        float[] Losses(ExecutionTarget? target)
        {
            var model = TrainingModel.Build(network =>
            {
                var x = network.Input("x", ElementType.Float, ["time", "batch", 5]);
                var sequence = new Sequence(network, x, network.Input("lengths", ElementType.Int64, ["batch"]));
                var last = network.Linear(Op.Squeeze(Op.Slice(network.Recurrent(sequence, options).Last, 0, -1), 0), 1);
                return new(Op.ReduceMean((last - network.Input("y", ElementType.Float, ["batch", 1])) is var d ? d * d : last,
                    keepDims: false));
            }, new Adam(), seed: 1, target: target);
            using var session = new TrainingSession(model, ExecutionTarget.Cpu(2));
            var (x, lengths) = (Numbers(9 * 20 * 5, 1), Lengths(9, 20));
            float[] y = [.. Enumerable.Range(0, 20).Select(i => x[i * 5] + x[i * 5 + 1])];
            return [.. Enumerable.Range(0, 100).Select(_ =>
            {
                session.Feed<float>("x", x, 9, 20, 5);
                session.Feed<long>("lengths", lengths, 20);
                session.Feed<float>("y", y, 20, 1);
                return session.Step(5e-3f).Loss;
            })];
        }
    }

    [TestMethod]
    [DataRow("lstm", float.NaN)]
    [DataRow("gru", float.NaN)]
    [DataRow("rnn", float.NaN)]
    [DataRow("rnn, relu", float.NaN)]
    [DataRow("lstm", float.PositiveInfinity)]
    [DataRow("gru", float.NegativeInfinity)]
    [DataRow("rnn", float.PositiveInfinity)]
    public void Not_a_number_and_infinity_pass_as_through_the_standard_operators(string kind, float number)
    {
        var options = Kinds[kind] with { Hidden = 5 };
        var parameters = new ParameterSet();
        int[] sizes = [4, 3, 2, 5];
        Dictionary<string, TensorData> kernel = Run(options, sizes, -1, parameters, null, ExecutionTarget.Cpu(1), number),
            standard = Run(options, sizes, -1, parameters, WithoutKernels, ExecutionTarget.Cpu(1), number);
        foreach (var (name, expected) in standard)
            AssertClose(name, expected.As<float>(), kernel[name].As<float>(), 1e-4f);
        Assert.IsTrue(kernel["y"].As<float>().Any(float.IsFinite), "Other sequences stay as they are.");
    }

    // Outputs, last states, and the gradients of their sum weighted by fixed numbers.
    private static Dictionary<string, TensorData> Run(
        RecurrentOptions options, int[] sizes, int variant, ParameterSet parameters, ExecutionTarget? target, ExecutionTarget session,
        float odd = 0)
    {
        int time = sizes[0], batch = sizes[1], features = sizes[2];
        var network = new NetworkBuilder(parameters, NetworkMode.Training, target: target);
        var x = network.Input("x", ElementType.Float, ["time", "batch", features]);
        var run = network.Recurrent(
            new(network, x, variant is >= 0 and not 3 ? network.Input("lengths", ElementType.Int64, ["batch"]) : null), options);
        var scalar = run.LastStates.Append(run.Output.Steps).Select(Weighted).Aggregate((a, b) => a + b);
        var graph = network.Graph;
        Value[] targets = [x, .. network.ParameterValues.Values];
        foreach (var (of, gradient) in targets.Zip(Gradients.Of(scalar, targets)))
            if (gradient is not null)
                graph.Output("gradient of " + of.Name, gradient);
        graph.Output("y", run.Output.Steps);
        foreach (var (state, i) in run.LastStates.Select((state, i) => (state, i)))
            graph.Output($"last {i}", state);
        var numbers = Numbers(time * batch * features, 3);
        if (odd != 0)
            numbers[(batch + 1) * features] = odd;
        var seed = 10;
        var feed = new TensorInputs { ["x"] = TensorData.Create(numbers, time, batch, features) };
        if (graph.Inputs.Any(input => input.Name == "lengths"))
            feed["lengths"] = TensorData.Create(Lengths(time, batch), batch);
        foreach (var parameter in parameters.All)
        {
            float[] weights = [.. Numbers((int)parameter.Value.Count, seed++).Select(number => number / MathF.Sqrt(sizes[3]))];
            feed[parameter.Name] = TensorData.Create(weights, [.. parameter.Value.Sizes]);
        }
        using var onnx = new OnnxSession(graph, session);
        return onnx.Run(feed).ToDictionary();

        static Value Weighted(Value x) => Op.ReduceSum(x * Op.Sin(x * 3 + 1), keepDims: false);
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }

    private static long[] Lengths(int time, int batch) => [.. Enumerable.Range(0, batch).Select(i => 1L + (i * 7 + time - 1) % time)];

    private static void AssertClose(string name, float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual, name);
        var scale = Math.Max(1, expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(float.IsFinite(expected[i]) ? Math.Abs(expected[i] - actual[i]) <= tolerance * scale
                : !float.IsFinite(actual[i]), // infinity · 0 or · nearly 0
                $"{name}[{i}]: expected {expected[i]}; got {actual[i]}");
    }
}
