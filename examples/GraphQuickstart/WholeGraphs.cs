using Examples;
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
        ["transformer"] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
    };

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>The only network that was asked for, GIN where none was.</summary>
    /// <exception cref="UsageException">There are several, or one that isn't for whole graphs.</exception>
    internal static string Name(Options options) => (options.Networks ?? ["gin"]) is [var name] && Networks.ContainsKey(name) ? name
        : throw new UsageException($"--network is {string.Join(",", options.Networks!)}: expected one of {string.Join(", ", Names)} for "
            + "whole graphs.");

    internal static GraphNetwork Make(Options options, int hidden, int layers, float dropout) =>
        Networks[Name(options)](options.Hidden ?? hidden, options.Layers ?? layers, dropout);
}
