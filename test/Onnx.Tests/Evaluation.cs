namespace MLSeqGraph.Onnx.Tests;

/// <summary>Runs functions written with operations, and compares what they give.</summary>
internal static class Evaluation
{
    /// <summary>What a function of tensors gives.</summary>
    internal static TensorData Of(Func<Value[], Value> function, params TensorData[] at) => All(v => [function(v)], at)[0];

    /// <summary>What a function of tensors gives, its inputs declared with names for dimensions.</summary>
    internal static TensorData Of(Func<Value[], Value> function, Shape[] shapes, params TensorData[] at) =>
        All(v => [function(v)], at, shapes)[0];

    /// <summary>What a function of tensors gives: several tensors.</summary>
    internal static TensorData[] All(Func<Value[], Value[]> function, TensorData[] at, Shape[]? shapes = null)
    {
        var graph = new Graph("test");
        Value[] inputs = [.. at.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, shapes?[i] ?? Shape.Of(tensor.Sizes)))];
        var results = function(inputs);
        for (var i = 0; i < results.Length; i++)
            graph.Output($"result_{i}", results[i]);
        var values = Run(graph, at);
        for (var i = 0; i < results.Length; i++)
            if (results[i].Shape.IsKnown)
                CollectionAssert.AreEqual(results[i].Shape.Sizes, values[i].Sizes.ToArray(),
                    $"The sizes of {results[i]} are not those of its shape.");
        return values;
    }

    /// <summary>The gradients of the sum of a function's elements, weighted by <paramref name="seed"/> where there is one.</summary>
    internal static TensorData?[] Gradient(Func<Value[], Value> function, TensorData[] at, TensorData? seed = null)
    {
        var graph = new Graph("test");
        Value[] inputs = [.. at.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, Shape.Of(tensor.Sizes)))];
        Value[] real = [.. inputs.Where(input => input.Type.IsReal())];
        var result = function(inputs);
        var gradients =
            Gradients.Of(seed is null ? Op.ReduceSum(result, keepDims: false) : result, real, seed is null ? null : graph.Constant(seed));
        for (var i = 0; i < real.Length; i++)
            if (gradients[i] is { } gradient)
                graph.Output($"gradient_{i}", gradient);
        var values = new Queue<TensorData>(graph.Outputs.Count == 0 ? [] : Run(graph, at));
        return [.. gradients.Select(gradient => gradient is null ? null : values.Dequeue())];
    }

    /// <summary>Runs a graph; outputs in their order.</summary>
    internal static TensorData[] Run(Graph graph, params TensorData[] at)
    {
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        var results = session.Run(graph.Inputs.Zip(at, (input, tensor) => (input.Name, tensor)).ToDictionary());
        return [.. graph.Outputs.Select(output => results[output.Name])];
    }

    /// <summary>Fails unless a tensor has the sizes and, within rounding, the elements given.</summary>
    internal static void Is<T>(TensorData actual, long[] sizes, params T[] elements)
    {
        Assert.AreEqual(ElementTypes.Of<T>(), actual.Type);
        CollectionAssert.AreEqual(sizes, actual.Sizes.ToArray(), $"expected [{string.Join(", ", sizes)}]; got {actual}");
        var tolerance = actual.Type == ElementType.Float ? 1e-5 : 1e-12;
        for (var i = 0; i < elements.Length; i++)
        {
            object found = actual.As<T>()[i]!, expected = elements[i]!;
            var equal = actual.Type.IsReal()
                ? found.Equals(expected) || Math.Abs(Convert.ToDouble(found) - Convert.ToDouble(expected)) <= tolerance
                    * Math.Max(1, Math.Abs(Convert.ToDouble(expected)))
                : found.Equals(expected);
            Assert.IsTrue(equal, $"element {i}: expected {expected}; got {found} in {actual}");
        }
        Assert.AreEqual(elements.LongLength, actual.Count);
    }

    internal static TensorData Tensor<T>(long[] sizes, params T[] elements) => TensorData.Create(elements, sizes);
}
