using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Gradients of every layer and pooling, on ragged batches, against finite differences.</summary>
[TestClass]
public class LayerGradientTests
{
    private const int Time = 4, Batch = 2, Features = 2, Hidden = 2;

    private static readonly Dictionary<string, Func<NetworkBuilder, Sequence, Value>> Layers = new()
    {
        ["linear"] = (network, x) => network.Linear(x.Steps, 3),
        ["linear without bias"] = (network, x) => network.Linear(x.Steps, 3, bias: false),
        ["lstm"] = (network, x) => All(network.Lstm(x, new() { Hidden = Hidden })),
        ["lstm, both directions, two layers"] = (network, x) =>
            All(network.Lstm(x, new() { Hidden = Hidden, Bidirectional = true, Layers = 2 })),
        ["lstm, peepholes"] = (network, x) => All(network.Lstm(x, new() { Hidden = Hidden, Peepholes = true })),
        ["lstm, coupled, peepholes"] = (network, x) =>
            All(network.Lstm(x, new() { Hidden = Hidden, Peepholes = true, CoupledInputForget = true })),
        ["gru"] = (network, x) => All(network.Gru(x, new() { Hidden = Hidden })),
        ["gru, both directions, two layers"] = (network, x) =>
            All(network.Gru(x, new() { Hidden = Hidden, Bidirectional = true, Layers = 2 })),
        ["rnn"] = (network, x) => All(network.Rnn(x, new() { Hidden = Hidden })),
        ["rnn, both directions"] = (network, x) => All(network.Rnn(x, new() { Hidden = Hidden, Bidirectional = true })),
        ["jordan"] = (network, x) => network.Jordan(x, Hidden, 3).Output.Masked,
        ["jordan, last"] = (network, x) => network.Jordan(x, Hidden, 3).Last,
        ["conformer"] = (_, x) => x.Conformer(new() { Hidden = 4, Heads = 2, Layers = 1, Kernel = 3, FeedForwardSize = 3 }).Output.Steps,
        ["conformer, subsampled"] = (_, x) => x.Conformer(new() { Hidden = 4, Heads = 2, Layers = 1, Kernel = 3, FeedForwardSize = 3,
            Subsampling = 2 }).Output.Steps,
        ["convolution module"] = (_, x) => x.ConvolutionModule(3).Masked,
        ["last valid step"] = (_, x) => x.Last,
        ["mean"] = (_, x) => x.MeanPooling(),
        ["max"] = (_, x) => x.MaxPooling(),
        ["attention"] = (_, x) => x.AttentionPooling(3).Mean,
        ["masked"] = (_, x) => x.Masked,
    };

    public static IEnumerable<object[]> Cases =>
        from layer in Layers.Keys
        from ragged in (bool[])[true, false]
        select new object[] { layer, ragged };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradient(string layer, bool ragged)
    {
        // The first run over the network only asks which parameters it has; they are inputs of the function checked.
        var shapes = new ParameterSet();
        Apply(new NetworkBuilder(shapes, NetworkMode.Evaluation), layer, ragged, null);
        var x = FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, Features);
        TensorData[] at = [x, .. shapes.All.Select((parameter, i) =>
            FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary();
            return Apply(new(values[0].Graph, NetworkMode.Training, weights), layer, ragged, values[0]);
        }, at);
    }

    private static Value Apply(NetworkBuilder network, string layer, bool ragged, Value? x) =>
        Layers[layer](network, new(network, x ?? network.Input("x", ElementType.Float, [Time, Batch, Features]), ragged
            ? network.Graph.Vector(Time, 2L) : null));

    // Outputs, last states and cells, all in one vector.
    private static Value All(RecurrentOutput run)
    {
        Value[] parts = run.LastCell is null ? [run.Output.Steps, run.Last] : [run.Output.Steps, run.Last, run.LastCell];
        return Op.Concat(0, [.. parts.Select(part => Op.Reshape(part, [part.Shape.Elements]))]);
    }
}
