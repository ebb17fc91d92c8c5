using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network whose predictions are explained by its gradients: one that was trained here, or one from a file.</summary>
/// <param name="Head">What it predicts.</param>
/// <param name="Logits">Writes its outputs for all rows, [rows, outputs], with masks.</param>
/// <param name="Attention">Writes the attention of its edges, [edges]; fails where it has none.</param>
/// <param name="Layers">The most edges that something passes along on the way to a prediction; null where it isn't known.</param>
internal sealed record ExplainedNetwork(Head Head, Func<NetworkBuilder, GraphMasks, Value> Logits, Func<NetworkBuilder, Value> Attention,
    int? Layers)
{
    /// <summary>A network that was trained here.</summary>
    /// <param name="model">The network.</param>
    /// <param name="parameters">Its trained parameters.</param>
    internal static ExplainedNetwork Of(GraphNetworkModel model, ParameterSet parameters)
    {
        model = model with { IsSparse = false, HasVector = false, OutputsAttention = false };
        return new(model.Head, (network, masks) => (model with { Masks = masks }).Outputs(network.Trained(parameters)).Outputs,
            network => (model with { OutputsAttention = true }).Outputs(network.Trained(parameters)).Attention
                ?? throw new InvalidOperationException($"Explain by {nameof(GraphExplanationMethod.Attention)}: the {model.Network.Name} "
                    + "gives no attention of edges; expected GAT, GATv2, a graph Transformer or a network of your own that gives it, "
                    + "or another method."),
            model is { Network: { LayerCount: { } layers, FixedNodes: null }, Sides.Count: 0 } ? layers : null);
    }

    /// <summary>A network from a file, whose operations are read as ones with gradients.</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">What it is for, for errors.</param>
    /// <exception cref="InvalidOperationException">It has no gradients; the message says why.</exception>
    internal static ExplainedNetwork Of(GraphModel model, GraphExplanationMethod method)
    {
        InvalidOperationException Refused(string why, Exception? inner = null) => new($"Explain by {method}: {model.File.Name} {why}; "
            + $"expected {nameof(GraphExplanationMethod)}.{nameof(GraphExplanationMethod.Occlusion)}.", inner);
        var info = model.Info;
        if (info.Input.AllowsMissing)
            throw Refused("reads features that may be missing, of which a file has no gradients");
        try
        {
            var file = ImportedGraphModel.Read(model.File.Bytes);
            var rows = RowsIn(file, info) ?? throw Refused("doesn't scale its features as its metadata says");
            var (output, head) = OutputOf(file, info) ?? throw Refused("computes no probabilities by a softmax");
            Value Write(NetworkBuilder network, GraphMasks masks, out int reductions)
            {
                var value = file.Write(network, output, rows, masks.Rows, masks.Edges, out reductions);
                return value.Shape.Rank == 1 ? Op.Unsqueeze(value, 1) : value;
            }
            // Fails now where anything can't be read.
            var probe = new NetworkBuilder(new ParameterSet(), NetworkMode.Training, name: "explanation");
            List<Value> changes = [];
            var logits = Write(probe, new(x =>
            {
                changes.Add(probe.Input("explanation/change", ElementType.Float, x.Shape));
                return x + changes[0];
            }, edges => edges), out var layers);
            Gradients.Of(Op.ReduceSum(logits, keepDims: false), changes);
            return new(head, (network, masks) => Write(network, masks, out _), network => info.HasAttention
                ? file.Write(network, ModelFormat.Attention, rows, x => x, edges => edges, out _)
                : throw new InvalidOperationException($"Explain by {nameof(GraphExplanationMethod.Attention)}: {model.File.Name} gives no "
                    + $"attention of edges; expected one that was trained with {nameof(NetworkTrainerOptions.OutputAttention)}, or another "
                    + "method."),
                info is { Rows: ModelRows.Nodes, Graph.FixedNodes: null, Inputs.Count: 1 } ? layers : null);
        }
        catch (Exception problem) when (problem is OnnxFileException or GraphException)
        {
            throw Refused($"has operations without gradients ({problem.Message.TrimEnd('.')})", problem);
        }
    }

    // The value that holds the rows of nodes, scaled, with further inputs beside them.
    private static string? RowsIn(ImportedGraphModel file, ModelInfo info)
    {
        string? rows = GraphNetworkModel.Features;
        if (info.Input.Scaling is { } scaling)
        {
            if (scaling.Offset is not null)
                rows = file.ReaderOf(rows, node => node.OpType == "Sub" && file.TensorOf(node.Input[1]) is not null)?.Output[0];
            rows = rows is null ? null : file.ReaderOf(rows, node => node.OpType is "Div" or "Mul"
                && scaling.DividesRows == file.TensorOf(node.Input[1]) is null)?.Output[0];
        }
        return rows is null || info.Rows != ModelRows.Nodes || info.Sides.Count == 0 ? rows
            : file.ReaderOf(rows, node => node.OpType == "Concat" && node.Input.Count == 1 + info.Sides.Count)?.Output[0];
    }

    // What the loss and gradients are taken of: logits, and numbers in the unit that they were learned in.
    private static (string Output, Head Head)? OutputOf(ImportedGraphModel file, ModelInfo info)
    {
        if (info.Task == ModelTask.Binary)
            return (ModelFormat.Score, new BinaryHead(1));
        var last = file.ProducerOf(ModelFormat.Score);
        if (info.Task.HasClasses())
            return last is { OpType: "Softmax" } ? (last.Input[0], new ClassificationHead(info.Outputs, null, 0)) : null;
        float[] mean = new float[info.Outputs], deviation = new float[info.Outputs];
        Array.Fill(deviation, 1);
        var output = ModelFormat.Score;
        if (last is { OpType: "Add" } && file.TensorOf(last.Input[1]) is { } moved && moved.Count == mean.Length
            && file.ProducerOf(last.Input[0]) is { OpType: "Mul" } scaled && file.TensorOf(scaled.Input[1]) is { } by
            && by.Count == mean.Length)
            (output, mean, deviation) = (scaled.Input[0], moved.As<float>(), by.As<float>());
        return (output, new RegressionHead(RegressionLoss.MeanSquaredError, mean, deviation));
    }
}
