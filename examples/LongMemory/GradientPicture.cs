using Examples;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using ScottPlot;

namespace LongMemory;

/// <summary>How large the gradient of the loss is at each step's input: on its way back through time it vanishes or explodes.</summary>
internal static class GradientPicture
{
    private const int Batch = 32;

    private const float Limit = 1;

    /// <summary>Draws the norms of untrained networks.</summary>
    internal static void Write(string path, Problem problem, int steps, int hidden, int seed)
    {
        // Recurrent weights are orthogonal; times a number they shrink or stretch what passes through.
        (string Name, string Network, float Times, bool IsClipped)[] lines =
        [
            ("RNN, weights × 0.7: vanishes", "rnn", 0.7f, false), ("RNN, orthogonal weights", "rnn", 1, false),
            ("ReLU RNN, identity × 1.1: explodes", "irnn", 1.1f, false), ("the same, clipped", "irnn", 1.1f, true),
            ("LSTM", "lstm", 1, false), ("GRU", "gru", 1, false),
        ];
        string[] colors = ["#1f4e8c", "#3b8bc4", "#b22222", "#e08a8a", "#2e7d32", "#8a6d00"];
        var title = $"{problem.Name}, {steps} steps: gradient of the loss by each step's input, before training";
        var plot = PictureFile.New(title);
        for (var i = 0; i < lines.Length; i++)
        {
            var (name, network, times, isClipped) = lines[i];
            var norms = Norms(problem, network, steps, hidden, seed, times, isClipped);
            // Below what Single can tell from 0 there is nothing to draw.
            double[] drawn = [.. norms.Select(norm => Math.Log10(Math.Max(norm, 1e-30)))];
            var line = plot.Add.Scatter([.. Enumerable.Range(1, drawn.Length).Select(t => (double)t)], drawn, Color.FromHex(colors[i]));
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, 2, 0);
            if (isClipped)
                line.LinePattern = LinePattern.Dashed;
        }
        plot.XLabel("step of the sequence; the loss is at the last one");
        plot.YLabel("log10 of the norm");
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.AutoScale();
        plot.WriteTo(path, Math.Max(900, PictureFile.Width(title, PictureFile.TitleSize) + 120), 480);
    }

    /// <summary>The norm at each step, over a batch of rows.</summary>
    internal static double[] Norms(Problem problem, string network, int steps, int hidden, int seed, float times, bool isClipped)
    {
        // All of one length.
        var rows = problem.Rows(Batch, steps, seed);
        var length = rows.Min(row => row.Features.Length / problem.Features);
        float[] features = [.. rows.SelectMany(row => row.Features.Take(length * problem.Features))];
        var builder = new NetworkBuilder(new ParameterSet(), NetworkMode.Training, seed);
        var x = builder.Input("x", ElementType.Float, ["batch", "time", problem.Features]);
        var run = builder.Recurrent(new(builder, Op.Transpose(x, 1, 0, 2), null), Networks.Of(network, hidden, 0));
        var output = builder.Linear(Op.Squeeze(run.Last, 0), 1, name: "output");
        var target = builder.Input("target", ElementType.Float, ["batch", 1]);
        var loss = Loss.MeanSquaredError(output, target);
        var parameters = builder.Parameters.All;
        var values = parameters.Select(parameter => builder.Known(parameter.Name)).Prepend(x).ToArray();
        var gradients = Gradients.Of(loss, values);
        // The factor by which clipping scales all gradients of the parameters.
        var norm = Op.Sqrt(gradients.Skip(1).OfType<Value>().Select(gradient => Op.ReduceSumSquare(gradient, keepDims: false))
            .Aggregate((sum, square) => sum + square));
        var graph = builder.Graph;
        graph.Output("norms", Op.Sqrt(Op.ReduceSumSquare(gradients[0]!, [0, 2], keepDims: false)));
        graph.Output("norm", norm);
        foreach (var parameter in parameters.Where(parameter => parameter.Name.EndsWith("recurrent_weight", StringComparison.Ordinal)))
            foreach (ref var weight in parameter.Value.As<float>().AsSpan())
                weight *= times;
        using var session = new OnnxSession(graph);
        var inputs = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        inputs["x"] = TensorData.Create(features, Batch, length, problem.Features);
        inputs["target"] = TensorData.Create([.. rows.Select(row => row.Number)], Batch, 1);
        var found = session.Run(inputs);
        var factor = isClipped ? Math.Min(1, Limit / (double)found["norm"].As<float>()[0]) : 1;
        return Array.ConvertAll(found["norms"].As<float>(), value => value * factor);
    }
}
