namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>A sum of rows by lists, as a session with a kernel and as a plain loop.</summary>
internal sealed record GatherSumCase(int Rows, int Width, int[] Start, int[] Columns, int Heads = 0)
{
    /// <summary>Lists of different lengths, some empty, one long.</summary>
    internal static GatherSumCase Random(int lists, int rows, int width, int heads = 0, int longest = 40)
    {
        var random = new Random(lists + width);
        var start = new int[lists + 1];
        for (var i = 0; i < lists; i++)
            start[i + 1] = start[i] + (i == lists / 2 ? longest : random.Next(4));
        return new(rows, width, start, [.. Enumerable.Range(0, start[^1]).Select(_ => random.Next(rows))], heads);
    }

    internal TensorData X { get; init; } = FiniteDifferences.Random(ElementType.Float, 7, Rows, Width);

    private TensorData Weights { get; } = FiniteDifferences.Random(ElementType.Float, 8, Columns.Length, Math.Max(1, Heads));

    // Weights stand in another order than the entries.
    private int[] Edges { get; } = [.. Enumerable.Range(0, Columns.Length).Reverse()];

    internal Dictionary<string, TensorData> Inputs => new()
    {
        ["x"] = X, ["start"] = TensorData.Vector(Start), ["columns"] = TensorData.Vector(Columns),
        ["weights"] = Weights, ["edges"] = TensorData.Vector(Edges),
    };

    internal OnnxSession Session(int threads)
    {
        var graph = new Graph("gather_sum") { UsesKernels = true };
        var x = graph.Input("x", ElementType.Float, ["rows", Width]);
        Value start = graph.Input("start", ElementType.Int32, ["starts"]), columns = graph.Input("columns", ElementType.Int32, ["entries"]),
            weights = graph.Input("weights", ElementType.Float, ["edges", Math.Max(1, Heads)]),
            edges = graph.Input("edges", ElementType.Int32, ["entries"]);
        graph.Output("y", GatherSum.Of(x, new("lists", start, entries => entries == ListEntries.Ends ? columns : edges), ListEntries.Ends,
            Heads == 0 ? null : weights));
        return new(graph, ExecutionTarget.Cpu(threads));
    }

    internal float[] Run(int threads)
    {
        using var session = Session(threads);
        return session.Run(Inputs)["y"].As<float>();
    }

    internal double[] Expected(bool ofMagnitudes = false)
    {
        double Of(double term) => ofMagnitudes ? Math.Abs(term) : term;
        var y = new double[(Start.Length - 1) * Width];
        for (var list = 0; list + 1 < Start.Length; list++)
            for (var k = Start[list]; k < Start[list + 1]; k++)
                for (var j = 0; j < Width; j++)
                    y[list * Width + j] += Of((double)X.As<float>()[Columns[k] * Width + j]
                        * (Heads == 0 ? 1 : Weights.As<float>()[Edges[k] * Heads + j / (Width / Heads)]));
        return y;
    }

    internal void Check(float[] actual, string what = "")
    {
        double[] expected = Expected(), magnitudes = Expected(ofMagnitudes: true);
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
            Assert.IsLessThanOrEqualTo(1e-6 * magnitudes[i], Math.Abs(expected[i] - actual[i]),
                $"{what}: element {i}: expected {expected[i]}; got {actual[i]}");
    }
}
