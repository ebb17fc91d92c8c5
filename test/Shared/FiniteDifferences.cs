using MLSeqGraph.Onnx;

namespace MLSeqGraph.Tests;

/// <summary>
/// Compares written gradients with central differences of the same graph, in double precision where the operations allow it.
/// </summary>
internal static class FiniteDifferences
{
    /// <summary>
    /// Builds a function of some tensors, differentiates the sum of its result weighted by fixed pseudo-random numbers, and
    /// compares every element's derivative with (f(x + h) - f(x - h)) / 2h.
    /// </summary>
    /// <param name="function">The function, of real and whole-numbered tensors.</param>
    /// <param name="at">Where it is differentiated.</param>
    /// <param name="shapes">Shapes of the graph's inputs, where some dimensions are to be names.</param>
    /// <param name="tolerance">
    /// Allowed difference, relative to derivatives above 1; by default what the element type's precision allows.
    /// </param>
    /// <param name="step">h; by default what suits the element type.</param>
    internal static void Check(Func<Value[], Value> function, TensorData[] at, Shape[]? shapes = null, double? tolerance = null,
        double? step = null)
    {
        var isSingle = at.Any(tensor => tensor.Type == ElementType.Float);
        tolerance ??= isSingle ? 5e-3 : 1e-5;
        step ??= isSingle ? 1e-2 : 1e-4;
        var graph = new Graph("test");
        var inputs = at.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, shapes?[i] ?? Shape.Of(tensor.Sizes))).ToArray();
        var real = inputs.Where(input => input.Type.IsReal()).ToArray();
        Differentiate(graph, function(inputs), real);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        var feed = inputs.Select((input, i) => (input.Name, at[i])).ToDictionary();
        var analytic = session.Run(feed);
        foreach (var input in real)
        {
            var tensor = feed[input.Name];
            var gradient = analytic["gradient_" + input.Name];
            CollectionAssert.AreEqual(tensor.Sizes.ToArray(), gradient.Sizes.ToArray(), $"shape of the gradient of {input}");
            for (var element = 0; element < tensor.Count; element++)
            {
                double Shifted(double by)
                {
                    var before = tensor.Elements.GetValue(element);
                    Shift(tensor, element, by);
                    var shifted = Number(session.Run(feed)["scalar"], 0);
                    tensor.Elements.SetValue(before, element);
                    return shifted;
                }
                var numeric = (Shifted(step.Value) - Shifted(-step.Value)) / (2 * step.Value);
                var written = Number(gradient, element);
                Assert.IsTrue(Math.Abs(numeric - written) <= tolerance * Math.Max(1, Math.Abs(numeric)),
                    $"d/d{input.Name}[{element}]: written {written}, numeric {numeric}");
            }
        }
    }

    /// <summary>
    /// As <see cref="Check"/> for large tensors of Single: along the gradient of some elements of each, (f(x + h g) - f(x - h g)) / 2h is
    /// the square of its length.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="at">Where it is differentiated.</param>
    /// <param name="elements">How many elements of each tensor are looked at, one behind another from a random one.</param>
    internal static void CheckSlices(Func<Value[], Value> function, TensorData[] at, int elements)
    {
        var graph = new Graph("test");
        var inputs = at.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, Shape.Of(tensor.Sizes))).ToArray();
        Differentiate(graph, function(inputs), inputs);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(2));
        var feed = inputs.Select((input, i) => (input.Name, at[i])).ToDictionary();
        var (analytic, random) = (session.Run(feed), new Random(1));
        foreach (var (name, tensor) in feed)
        {
            var values = tensor.As<float>();
            var count = Math.Min(elements, values.Length);
            var first = random.Next(values.Length - count + 1);
            float[] before = [.. values];
            var slope = analytic["gradient_" + name].As<float>().AsSpan(first, count).ToArray();
            var length = Math.Sqrt(slope.Sum(part => (double)part * part));
            Assert.IsGreaterThan(0, length, $"all of d/d{name} is 0");
            // As far as 0.3 % of the tensor's own size there.
            var step = 0.003 * Math.Sqrt(before.Sum(value => (double)value * value) / before.Length * count) / length;
            var numeric = (Moved(step) - Moved(-step)) / (2 * step);
            Assert.AreEqual(length * length, numeric, 0.02 * length * length, $"d/d{name}[{first}..{first + count}]");

            double Moved(double by)
            {
                for (var i = 0; i < count; i++)
                    values[first + i] = before[first + i] + (float)(by * slope[i]);
                var moved = Number(session.Run(feed)["scalar"], 0);
                before.CopyTo(values, 0);
                return moved;
            }
        }
    }

    /// <summary>Compares a function and its gradients in a graph with our kernels with those in one of standard operators.</summary>
    /// <param name="function">The function.</param>
    /// <param name="at">Where it is differentiated with kernels.</param>
    /// <param name="reference">The function with standard operators, say in double precision.</param>
    /// <param name="referenceAt">The same place for it.</param>
    internal static void CheckKernels(Func<Value[], Value> function, TensorData[] at, Func<Value[], Value> reference,
        TensorData[] referenceAt)
    {
        if (!KernelLibrary.IsOn())
            Assert.Inconclusive($"Kernels are not used: {KernelLibrary.Reason}.");
        var (actual, expected) = (Evaluate(function, at, kernels: true), Evaluate(reference, referenceAt, kernels: false));
        foreach (var (name, tensor) in expected)
        {
            CollectionAssert.AreEqual(tensor.Sizes.ToArray(), actual[name].Sizes.ToArray(), $"shape of {name}");
            for (var i = 0; i < tensor.Count; i++)
                Assert.IsLessThanOrEqualTo(2e-4 * Math.Max(1, Math.Abs(Number(tensor, i))),
                    Math.Abs(Number(tensor, i) - Number(actual[name], i)), $"{name}[{i}]");
        }
    }

    /// <summary>Compares two functions, and their gradients by the inputs of the first.</summary>
    internal static void AreEqual(Func<Value[], Value> first, TensorData[] at, Func<Value[], Value> second)
    {
        var (expected, actual) = (Evaluate(first, at, kernels: false), Evaluate(second, at, kernels: false));
        foreach (var (name, tensor) in expected)
            for (var i = 0; i < tensor.Count; i++)
                Assert.AreEqual(Number(tensor, i), Number(actual[name], i),
                    1e-5 * Math.Max(1, Math.Abs(Number(tensor, i))), $"{name}[{i}]");
    }

    private static IReadOnlyDictionary<string, TensorData> Evaluate(Func<Value[], Value> function, TensorData[] at, bool kernels)
    {
        var graph = new Graph("test") { UsesKernels = kernels };
        var inputs = at.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, Shape.Of(tensor.Sizes))).ToArray();
        Differentiate(graph, function(inputs), [.. inputs.Where(input => input.Type.IsReal())]);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(2));
        return session.Run(inputs.Select((input, i) => (input.Name, at[i])).ToDictionary());
    }

    // Outputs: the weighted sum, and its gradients.
    private static void Differentiate(Graph graph, Value result, Value[] inputs)
    {
        var count = result.Shape.Elements;
        var weights = Op.Cast(Op.Range(Op.SizeOf(count, [result]), count), result.Type);
        // 0.1, 0.4, 0.7, 1.0, 0.3, … : differs from element to element, never 0
        var weighted = Op.Reshape(result, [count]) * ((weights * 3 - Op.Floor(weights * 0.3) * 10 + 1) * 0.1);
        var scalar = Op.ReduceSum(weighted, keepDims: false);
        var gradients = Gradients.Of(scalar, inputs);
        graph.Output("scalar", scalar);
        for (var i = 0; i < inputs.Length; i++)
            graph.Output("gradient_" + inputs[i].Name, gradients[i] ?? throw new AssertFailedException($"No gradient for {inputs[i]}."));
        DeadCode.Remove(graph);
    }

    internal static TensorData Random(ElementType type, int seed, params long[] sizes)
    {
        var random = new Random(seed);
        var tensor = TensorData.Zeros(type, sizes);
        for (var i = 0; i < tensor.Count; i++)
            tensor.Elements.SetValue(Convert.ChangeType(random.NextDouble() * 2 - 1, tensor.Elements.GetType().GetElementType()!), i);
        return tensor;
    }

    private static double Number(TensorData tensor, long index) => Convert.ToDouble(tensor.Elements.GetValue(index));

    private static void Shift(TensorData tensor, long index, double by)
    {
        if (tensor.Type == ElementType.Double)
            tensor.As<double>()[index] += by;
        else
            tensor.As<float>()[index] += (float)by;
    }
}
