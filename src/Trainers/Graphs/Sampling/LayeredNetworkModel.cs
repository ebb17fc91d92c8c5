using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A layered graph network, written over sampled blocks for training, and layer by layer for all nodes of a graph.</summary>
internal sealed class LayeredNetworkModel(GraphNetworkModel model)
{
    /// <summary>Inputs: the network's outputs, where only its loss is computed; the edges, where a single layer is computed.</summary>
    internal const string Outputs = "outputs", Edges = "edges";

    /// <summary>Output: the rows of the computed layer.</summary>
    internal const string LayerOutput = "rows";

    /// <summary>The same network for features that are sparse or dense like these.</summary>
    internal LayeredNetworkModel For(FeatureMatrix features) => new(model with { IsSparse = features.IsSparse });

    internal int LayerCount => model.Network.LayerCount!.Value;

    /// <summary>Prefix of the inputs of a layer's block.</summary>
    internal static string BlockOf(int layer) => $"block_{layer}";

    /// <summary>The input that a layer after the first reads.</summary>
    internal static string InputOf(int layer) => layer == 0 ? GraphNetworkModel.Features : $"rows_{layer}";

    /// <summary>The training step over blocks. Evaluation computes only the loss, from outputs computed for all nodes before.</summary>
    internal NetworkOutputs Train(NetworkBuilder network)
    {
        if (network.Mode != NetworkMode.Training)
            return model.Loss(network, network.Input(Outputs, ElementType.Float, ["nodes", model.Head.Outputs]));
        static string Rows(int layer) => BlockOf(layer) + "/nodes";
        var x = model.NodeFeatures(network, Rows(0), isSample: true);
        GraphHop[] hops = [.. Enumerable.Range(0, LayerCount)
            .Select(layer => Hop(network, BlockOf(layer), Rows(layer), layer == LayerCount - 1 ? "nodes" : Rows(layer + 1)))];
        return model.Loss(network, model.Nodes(Input(network, x, hops), model.Head.Outputs));
    }

    /// <summary>One layer, with the parameters as inputs: from rows of the sources to those of the targets.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="predicts">Whether the last layer gives predictions, in place of the network's own outputs.</param>
    /// <param name="target">Where the graph will run.</param>
    /// <returns>The graph and the width of its rows.</returns>
    internal (Graph Graph, int Width) Layer(ParameterSet parameters, int layer, bool predicts, ExecutionTarget target)
    {
        var network = new NetworkBuilder(parameters, NetworkMode.Evaluation, name: $"layer_{layer}", target: target);
        const string Sources = "sources";
        var x = model.NodeFeatures(network, Sources);
        var input = Input(network, x, [.. Enumerable.Repeat(Hop(network, Edges, Sources, "nodes"), LayerCount)]);
        var h = x;
        // Earlier layers are written too, so that parameters get their names, and then removed.
        for (var i = 0; i <= layer; i++)
        {
            if (i > 0)
                h = network.Input(InputOf(i), ElementType.Float, [Sources, h.Shape[1]]);
            h = model.Network.WriteLayer(input, h, i, model.Head.Outputs);
        }
        if (predicts && layer == LayerCount - 1)
            h = model.Head.Predictions(network, h).Single(output => output.Name == ModelFormat.Score).Value;
        network.Graph.Output(LayerOutput, h);
        DeadCode.Remove(network.Graph);
        foreach (var declared in network.Graph.Inputs)
            declared.IsDroppable = true;
        network.Graph.RemoveUnreadInputs();
        return (network.Graph, h.Shape.Rank == 1 ? 1 : (int)h.Shape[1].Size);
    }

    private GraphInput Input(NetworkBuilder network, Value x, GraphHop[] hops) => new(network, x, hops[0].Edges)
    {
        Hops = hops,
        EdgeFeatures = hops[0].Features,
        Relations = hops[0].Relations,
        RelationCount = model.RelationCount,
    };

    private GraphHop Hop(NetworkBuilder network, string name, Dim sources, Dim targets)
    {
        var weights = model.IsWeighted
            ? model.Weights(Op.Unsqueeze(network.Input(name + "/weight", ElementType.Float, [name]), 1)) : null;
        var edges = GraphEdges.Fed(network, name, sources, targets, weights, isSampled: true,
            weightUnit: model.IsWeighted ? model.WeightUnit : 1);
        return new(edges,
            model.EdgeFeatures(network, name + "/features", edges.Count),
            model.RelationCount > 0 ? network.Input(name + "/type", ElementType.Int64, [edges.Count]) : null);
    }
}
