using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>
/// ONNX's own tests of its operators (the data of its package): every one whose operators are read gives the outputs that ONNX says, and
/// gradients that agree with finite differences along random directions.
/// </summary>
[TestClass]
public class NodeTests
{
    /// <summary>
    /// Tests whose operators are read, but not as the test has them, with what the error says; beside those of operator sets before 7.
    /// </summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["einsum_batch_diagonal"] = "different letters", ["maxpool_with_argmax_2d_precomputed_pads"] = "places",
        ["maxpool_with_argmax_2d_precomputed_strides"] = "places", ["resize_tf_crop_and_resize"] = "tf_crop_and_resize",
        ["scan_sum"] = "operator set 8", ["training_dropout"] = "drops elements", ["training_dropout_default"] = "drops elements",
        ["training_dropout_default_mask"] = "drops elements", ["training_dropout_mask"] = "drops elements",
    };

    /// <summary>Tests that are read but have no gradient, with what the error says.</summary>
    private static readonly Dictionary<string, string> NotTrained = new() { ["loop11"] = "may change its sizes" };

    /// <summary>
    /// Tests at steps and corners of functions, where differences lead across, at numbers too large for them, and of what has no
    /// derivative, such as running averages.
    /// </summary>
    private static readonly HashSet<string> Corners =
    [
        "batchnorm_epsilon_training_mode", "batchnorm_example_training_mode",
        "castlike_STRING_to_FLOAT", "floor_example", "leakyrelu_example", "logsoftmax_large_number", "logsoftmax_large_number_expanded",
        "onehot_with_axis", "onehot_with_negative_axis", "pow", "range_float_type_positive_delta",
        "range_float_type_positive_delta_expanded",
        "reduce_min_default_axes_keepdims_example", "round", "sign", "softmax_large_number", "softmax_large_number_expanded",
        "thresholdedrelu_example",
    ];

    /// <summary>Tests of which ONNX Runtime gives other numbers than ONNX: here they are ONNX Runtime's.</summary>
    private static readonly HashSet<string> AsTheRuntime =
        ["resize_downsample_scales_cubic_align_corners", "resize_downsample_scales_linear_align_corners"];

    private sealed record Case(string Name, ModelProto Model, Dictionary<string, TensorData> Inputs,
        Dictionary<string, TensorData> Outputs);

    private static IEnumerable<Case> Cases()
    {
        var folder = Path.Combine(Fetched.FromDebian("libonnx-testdata"), "usr", "share", "libonnx-testdata", "data", "node");
        foreach (var one in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(one, "model.onnx")));
            if (AllNodes(model.Graph).All(node => OperatorTable.Find(node) is not null) && Tensors(one, "input", model.Graph.Input) is
                { } inputs && Tensors(one, "output", model.Graph.Output) is { } outputs)
                yield return new(Path.GetFileName(one)[5..], model, inputs, outputs);
        }
    }

    private static IEnumerable<NodeProto> AllNodes(GraphProto graph) => graph.Node.Where(node => node.OpType != "Constant").Concat(
        graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null)
            .SelectMany(attribute => AllNodes(attribute.G)));

    // Null where one is of a type that graphs here don't have.
    private static Dictionary<string, TensorData>? Tensors(string folder, string kind, IReadOnlyList<ValueInfoProto> values)
    {
        var tensors = new Dictionary<string, TensorData>();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Type.TensorType is not { } type || !Enum.IsDefined((ElementType)type.ElemType))
                return null;
            var bytes = File.ReadAllBytes(Path.Combine(folder, "test_data_set_0", $"{kind}_{i}.pb"));
            tensors[values[i].Name] = TensorReader.Read(TensorProto.Parser.ParseFrom(bytes));
        }
        return tensors;
    }

    // Sizes, axes and bounds are inputs in these tests, and constants in models: all but the first real input, or all real ones.
    private static ImportedModel? Import(Case test, bool keepsReals, out string? problem)
    {
        var model = test.Model.Clone();
        var first = test.Model.Graph.Input.FirstOrDefault(input => test.Inputs[input.Name] is
            { Count: > 1 } tensor && tensor.Type.IsReal()) ?? test.Model.Graph.Input.FirstOrDefault();
        foreach (var input in test.Model.Graph.Input)
            if (input.Name != first?.Name && !(keepsReals && test.Inputs[input.Name].Type.IsReal()))
                model.Graph.Initializer.Add(OnnxWriter.WriteTensor(test.Inputs[input.Name], input.Name));
        try
        {
            var imported = ImportedModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(model));
            _ = imported.ToGraph();
            problem = null;
            return imported;
        }
        catch (OnnxFileException error)
        {
            problem = error.Message;
            return null;
        }
    }

    [TestMethod]
    public void Operators_give_what_ONNX_says()
    {
        List<string> wrong = [];
        var passed = 0;
        foreach (var test in Cases())
        {
            var model = Import(test, keepsReals: true, out var problem) ?? Import(test, keepsReals: false, out problem);
            if (model is null)
            {
                if (!problem!.Contains("it needs operator set", StringComparison.Ordinal) && !(Refused.TryGetValue(test.Name, out var why)
                    && problem.Contains(why, StringComparison.Ordinal)))
                    wrong.Add($"{test.Name}: {problem}");
                continue;
            }
            try
            {
                using var session = OnnxSession.Load(OnnxFile.ToBytes(model.ToGraph()));
                var given = model.Inputs.Select(input => input.Name).ToHashSet();
                var actual = session.Run(test.Inputs.Where(input => given.Contains(input.Key)).ToDictionary());
                using var original = AsTheRuntime.Contains(test.Name)
                    ? OnnxSession.Load(Google.Protobuf.MessageExtensions.ToByteArray(test.Model)) : null;
                if (Difference(original?.Run(test.Inputs) ?? test.Outputs, actual) is { } difference)
                    wrong.Add($"{test.Name}: {difference}");
                else
                    passed++;
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                wrong.Add($"{test.Name}: {error.Message}");
            }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThan(590, passed);
    }

    private static string? Difference(IReadOnlyDictionary<string, TensorData> expected, IReadOnlyDictionary<string, TensorData> actual)
    {
        foreach (var (name, tensor) in expected)
        {
            if (!tensor.Sizes.SequenceEqual(actual[name].Sizes) || tensor.Type != actual[name].Type)
                return $"{name} is {actual[name]}, expected {tensor}";
            for (var i = 0; i < tensor.Count; i++)
            {
                if (tensor.Type == ElementType.String)
                    continue;
                double a = Convert.ToDouble(tensor.Elements.GetValue(i)), b = Convert.ToDouble(actual[name].Elements.GetValue(i));
                if (!(a.Equals(b) || Math.Abs(a - b) <= 1e-5 + 1e-3 * Math.Abs(a)))
                    return $"{name}[{i}] is {b}, expected {a}";
            }
        }
        return null;
    }

    [TestMethod]
    public void Gradients_agree_with_finite_differences()
    {
        List<string> wrong = [];
        var passed = 0;
        foreach (var test in Cases().Where(test => !Corners.Contains(test.Name) && test.Outputs.Any(output =>
            output.Value.Type.IsReal() && output.Value.Count > 0)))
        {
            var keepsReals = true;
            var model = Import(test, keepsReals, out _) ?? Import(test, keepsReals = false, out _);
            if (model is null || !model.Inputs.Any(input => input.Type.IsReal() && test.Inputs[input.Name].Count > 0))
                continue;
            try
            {
                if (Directions(test, model) is { } difference)
                    wrong.Add($"{test.Name}: {difference}");
                else
                    passed++;
            }
            catch (Exception error) when (error is GraphException or OnnxFileException && NotTrained.TryGetValue(test.Name, out var why)
                && error.Message.Contains(why, StringComparison.Ordinal))
            {
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                wrong.Add($"{test.Name}: {error.Message}");
            }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThan(400, passed);
    }

    // The derivative along random directions of a sum of the outputs with random weights; null where it agrees.
    private static string? Directions(Case test, ImportedModel model)
    {
        var random = new Random(5);
        var graph = new Graph("gradients");
        var inputs = model.InputsOf([.. model.Outputs.Select(output => output.Name)]).ToDictionary(input => input.Name, input =>
            graph.Input(input.Name, input.Type, Shape.Of(test.Inputs[input.Name].Sizes)));
        var written = model.Write(new NetworkBuilder(graph, NetworkMode.Training, []), inputs, tuning: model.Weights.Count > 0
            ? FineTuning.None : null);
        Value? sum = null;
        foreach (var (name, value) in written.Where(pair => pair.Value.Type.IsReal() && test.Outputs[pair.Key].Count > 0))
        {
            double[] weights = [.. Enumerable.Range(0, (int)test.Outputs[name].Count).Select(_ => random.NextDouble() * 2 - 1)];
            var sizes = test.Outputs[name].Sizes.ToArray();
            var part = Op.ReduceSum(Op.Cast(Op.Renamed(value, Shape.Of(sizes)), ElementType.Double)
                * graph.Constant(TensorData.Create(weights, sizes)), keepDims: false);
            sum = sum is null ? part : sum + part;
        }
        Value[] real = [.. inputs.Values.Where(input => input.Type.IsReal() && test.Inputs[input.Name].Count > 0)];
        var gradients = Gradients.Of(sum!, real);
        graph.Output("sum of all", sum!);
        for (var i = 0; i < real.Length; i++)
            if (gradients[i] is { } gradient)
                graph.Output($"gradient {i}", gradient);
        DeadCode.Remove(graph);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        var feed = graph.Inputs.ToDictionary(input => input.Name, input => test.Inputs[input.Name]);
        var analytic = session.Run(feed);
        for (var i = 0; i < real.Length; i++)
            for (var direction = 0; direction < 3 && feed.ContainsKey(real[i].Name); direction++)
            {
                var at = feed[real[i].Name];
                var along = Enumerable.Range(0, (int)at.Count).Select(_ => random.Next(3) - 1.0).ToArray();
                var expected = gradients[i] is null ? 0 : along.Select((by, k) => by * Convert.ToDouble(
                    analytic[$"gradient {i}"].Elements.GetValue(k))).Sum();
                double At(double step)
                {
                    var moved = TensorData.Zeros(at.Type, [.. at.Sizes]);
                    for (var k = 0; k < at.Count; k++)
                        moved.Elements.SetValue(Convert.ChangeType(Convert.ToDouble(at.Elements.GetValue(k)) + step * along[k],
                            moved.Elements.GetType().GetElementType()!), k);
                    return session.Run(new Dictionary<string, TensorData>(feed) { [real[i].Name] = moved })["sum of all"].As<double>()[0];
                }
                // A large step suits large numbers, a small one keeps off corners.
                double[] numeric = [.. new[] { 2e-3, 3e-4 }.Select(step => (At(step) - At(-step)) / (2 * step))];
                if (!numeric.Any(one => Math.Abs(one - expected) <= 0.02 * Math.Max(1, Math.Abs(one))))
                    return $"along a direction of {real[i].Name} {expected}, by differences {numeric[0]} or {numeric[1]}";
            }
        return null;
    }
}
