using MLSeqGraph.Trainers;

namespace Shapes;

/// <summary>Networks of the vertices of a mesh.</summary>
internal static class ShapeNetworks
{
    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> All = new()
    {
        ["gin"] = (hidden, layers, dropout) => GraphNetwork.Gin(hidden, layers, dropout, batchNorm: false),
        ["transformer"] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        ["pna"] = (hidden, layers, dropout) => GraphNetwork.Pna(hidden, layers, dropout),
    };

    internal static string[] Names => [.. All.Keys];

    internal static GraphNetwork Of(string network, Options options, int layers) =>
        All[network](options.Hidden ?? 32, options.Layers ?? layers, options.Dropout ?? 0);
}
