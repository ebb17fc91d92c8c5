using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Set Transformer and Perceiver: what they are blind to, and what they refuse.</summary>
[TestClass]
public class LatentNetworkTests
{
    private const int Time = 4, Batch = 2;

    private static readonly TransformerOptions Small = new() { Hidden = 4, Heads = 2, Layers = 1, FeedForwardSize = 4 };

    private static readonly Dictionary<string, SequenceNetwork> Networks = new()
    {
        ["Set Transformer"] = SequenceNetwork.SetTransformer(4, layers: 1, points: 2, heads: 2),
        ["Perceiver"] = SequenceNetwork.Perceiver(2, Small),
        ["Perceiver without positions"] = SequenceNetwork.Perceiver(2, Small with { Positions = PositionEncoding.None }),
    };

    private static readonly Dictionary<string, SequenceNetwork> Smooth = new()
    {
        ["Set Transformer with a GELU"] = new SetTransformerNetwork(4, 1, 2, new()
        {
            Heads = 2, FeedForwardSize = 4, Activation = FeedForwardActivation.Gelu,
        }),
        ["Perceiver with a GELU"] = SequenceNetwork.Perceiver(2, Small with { Activation = FeedForwardActivation.Gelu }),
        ["Perceiver with a GELU, without positions"] = SequenceNetwork.Perceiver(2, Small with
        {
            Activation = FeedForwardActivation.Gelu, Positions = PositionEncoding.None,
        }),
    };

    public static IEnumerable<object[]> Cases => Networks.Keys.Select(name => new object[] { name });

    private static EncodedSequence Encode(NetworkBuilder network, string name, Value? x) => (Networks.GetValueOrDefault(name)
        ?? Smooth[name]).Encode(new(network,
        x ?? network.Input("x", ElementType.Float, [Time, Batch, 2]), network.Graph.Vector(Time, 3L)));

    // Beside the kinks of a ReLU finite differences are wrong, so the smooth ones are checked at several points.
    public static IEnumerable<object[]> Points => [["Set Transformer", 2],
        .. from name in Smooth.Keys from point in (int[])[1, 2, 3] select new object[] { name, point }];

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Gradient_of_input_and_all_parameters(string name, int point)
    {
        var shapes = new ParameterSet();
        Encode(new NetworkBuilder(shapes, NetworkMode.Evaluation), name, null);
        TensorData[] at = [FiniteDifferences.Random(ElementType.Float, 100 * point, Time, Batch, 2), .. shapes.All.Select((parameter, i) =>
            FiniteDifferences.Random(ElementType.Float, 100 * point + 1 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var encoded = Encode(new(values[0].Graph, NetworkMode.Training, weights), name, values[0]);
            return Op.Concat(0, Op.Reshape(encoded.Steps.Steps, [Time * Batch * 4]), Op.Reshape(encoded.Final!, [Batch * 4]));
        }, at, tolerance: 4e-3, step: 3e-3);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Order_of_steps_matters_only_with_positions(string name)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        network.Graph.Output("summary", Encode(network, name, null).Final!);
        using var session = new OnnxSession(network.Graph);
        var x = FiniteDifferences.Random(ElementType.Float, 3, Time, Batch, 2);
        float[] values = [.. x.As<float>()], swapped = [.. values];
        // Steps 0 and 2 of both rows.
        values.AsSpan(0, 2 * Batch).CopyTo(swapped.AsSpan(2 * 2 * Batch));
        values.AsSpan(2 * 2 * Batch, 2 * Batch).CopyTo(swapped);
        float[] Run(float[] steps)
        {
            var feed = network.Graph.Inputs.ToDictionary(input => input.Name, input => input.Name == "x"
                ? TensorData.Create(steps, Time, Batch, 2)
                : FiniteDifferences.Random(ElementType.Float, input.Name.Length, [.. input.Shape.Select(dim => (int)dim.Size)]));
            return [.. session.Run(feed)["summary"].As<float>()];
        }
        var largest = Run(values).Zip(Run(swapped)).Max(pair => Math.Abs(pair.First - pair.Second));
        if (name == "Perceiver")
            Assert.IsGreaterThan(1e-3f, largest);
        else
            Assert.IsLessThan(1e-5f, largest);
    }

    [TestMethod]
    public void A_class_for_each_step_of_a_Perceiver()
    {
        var ml = new MLContext(1);
        var data = EveryForm.Mapped(ml, 20);
        using var model = ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
        {
            LabelColumnName = "TagKeys", SequenceColumnName = "Ragged", FeatureCount = EveryForm.Features,
            Network = SequenceNetwork.Perceiver(3, Small), Epochs = 1,
        }).Fit(data);
        Assert.IsLessThan(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void Bad_sizes()
    {
        static void Refused(string expected, SequenceNetwork network) => StringAssert.Contains(Assert.Throws<GraphException>(() =>
        {
            var builder = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
            network.Encode(new(builder, builder.Input("x", ElementType.Float, [Time, "batch", 2]), null));
        }).Message, expected);
        Refused("expected at least 1 latent and no more than elements; got 5", SequenceNetwork.Perceiver(5, Small));
        Refused("Perceiver: expected positions that are added to the input, or none; got Rotary",
            SequenceNetwork.Perceiver(2, Small with { Positions = PositionEncoding.Rotary }));
        Refused("Set Transformer: expected a hidden size, layers and points of at least 1; got 4, 0 and 2",
            SequenceNetwork.SetTransformer(4, 0, 2, 2));
        Refused("3 heads don't divide the hidden 4", SequenceNetwork.SetTransformer(4, 1, 2, 3));
    }
}
