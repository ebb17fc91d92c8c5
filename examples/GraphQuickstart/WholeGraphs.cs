using Examples;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>Networks of whole graphs by name: of sets with folds and of molecules.</summary>
internal static class WholeGraphs
{
    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> Networks = new()
    {
        ["gin"] = (hidden, layers, dropout) => GraphNetwork.Gin(hidden, layers, dropout),
        ["gcn"] = (hidden, layers, dropout) => GraphNetwork.Gcn(hidden, layers, dropout),
        ["pna"] = (hidden, layers, dropout) => GraphNetwork.Pna(hidden, layers, dropout, typicalDegree: 2),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        ["gps"] = (hidden, layers, dropout) => GraphNetwork.Gps(hidden, 4, layers, dropout),
        ["gin-jk"] = GinOfAllLayers,
        ["diffpool"] = (hidden, layers, dropout) => GraphNetwork.DiffPool(hidden, Math.Min(layers, 3), [6], dropout),
        ["topk"] = (hidden, layers, dropout) => GraphNetwork.TopKPool(hidden, Math.Min(layers, 3), 0.7, dropout: dropout),
        ["sagpool"] = (hidden, layers, dropout) => GraphNetwork.TopKPool(hidden, Math.Min(layers, 3), 0.7, byNeighbors: true, dropout),
        ["transformer"] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
    };

    // What each layer found counts (Xu et al. 2019, section 4.2, "jumping knowledge"), not only what the last one did.
    private static GraphNetwork GinOfAllLayers(int hidden, int layers, float dropout) => GraphNetwork.Custom("GIN of all layers",
        (x, channels) =>
    {
        List<Value> found = [x.Features];
        for (var layer = 0; layer < layers; layer++)
        {
            var h = x.Network.Dropout(found[^1], dropout);
            found.Add(Op.Relu(x.Network.BatchNorm(x.Network.Gin(x.Edges, h, hidden, hidden, batchNorm: true))));
        }
        return x.Network.Linear(x.Network.JumpingKnowledge(found, JumpingKnowledge.Concat), channels, name: "output");
    });

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>The only network that was asked for, GIN where none was.</summary>
    /// <exception cref="UsageException">There are several, or one that isn't for whole graphs.</exception>
    internal static string Name(Options options) => (options.Networks ?? ["gin"]) is [var name] && Networks.ContainsKey(name) ? name
        : throw new UsageException($"--network is {string.Join(",", options.Networks!)}: expected one of {string.Join(", ", Names)} for "
            + "whole graphs.");

    internal static GraphNetwork Make(Options options, int hidden, int layers, float dropout) =>
        Networks[Name(options)](options.Hidden ?? hidden, options.Layers ?? layers, dropout);
}
