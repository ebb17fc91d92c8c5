namespace MLSeqGraph.Onnx;

/// <summary>
/// Names and types of an aggregation plan's tensors: the one table that networks, plans made on the host, and deployed models share.
/// </summary>
internal static class PlanTensors
{
    /// <summary>Suffix of the name of edges that include a loop at each node.</summary>
    internal const string LoopSuffix = "_and_loops";

    private const string In = "/in", Out = "/out";

    private static readonly (string Name, ElementType Type, int Rank)[] Table =
    [
        ("order", ElementType.Int32, 1),
        ("split", ElementType.Int64, 1),
        ("groups", ElementType.Int32, 2),
        ("large", ElementType.Int32, 2),
        ("edges", ElementType.Int32, 1),
        ("ends", ElementType.Int32, 1),
        ("degree", ElementType.Float, 1),
        ("padded", ElementType.Int32, 2),
        ("places", ElementType.Int32, 1),
        ("start", ElementType.Int32, 1),
        ("sorted_edges", ElementType.Int32, 1),
        ("sorted_ends", ElementType.Int32, 1),
    ];

    /// <summary>All tensors.</summary>
    internal static IReadOnlyList<PlanTensor> All { get; } = Enum.GetValues<PlanTensor>();

    /// <summary>
    /// Those that files compute. Files of earlier versions have others too, whose lists are cut at other lengths than those made on the
    /// host.
    /// </summary>
    internal static IReadOnlySet<PlanTensor> InFiles { get; } = new HashSet<PlanTensor>
    {
        PlanTensor.Start, PlanTensor.SortedEdges, PlanTensor.SortedEnds, PlanTensor.Degree, PlanTensor.Padded, PlanTensor.Places,
    };

    /// <summary>The lists of the edges that end at each node.</summary>
    internal static string Incoming(string edges) => edges + In;

    /// <summary>The lists of the edges that start at each node.</summary>
    internal static string Outgoing(string edges) => edges + Out;

    /// <summary>The node each edge starts at, [edges] Int32.</summary>
    internal static string Source(string edges) => edges + "/source";

    /// <summary>The node each edge ends at, [edges] Int32.</summary>
    internal static string Target(string edges) => edges + "/target";

    /// <summary>For a sampled block: the number of edges that end at each target in the whole graph, [targets] Float.</summary>
    internal static string WholeCounts(string edges) => edges + "/whole_counts";

    /// <summary>
    /// For a sampled block: the sum of the weights of the edges that end at each source in the whole graph, [sources] Float.
    /// </summary>
    internal static string WholeDegrees(string edges) => edges + "/whole_degrees";

    /// <summary>The name of the edges whose lists are called <paramref name="lists"/>.</summary>
    internal static string EdgesOf(string lists) => lists[..lists.LastIndexOf('/')];

    /// <summary>The name of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="lists"><see cref="Incoming"/> or <see cref="Outgoing"/> of the edges.</param>
    internal static string NameIn(this PlanTensor tensor, string lists) => $"{lists}/{Table[(int)tensor].Name}";

    /// <summary>Its element type.</summary>
    internal static ElementType TypeOf(PlanTensor tensor) => Table[(int)tensor].Type;

    /// <summary>Its number of axes.</summary>
    internal static int RankOf(PlanTensor tensor) => Table[(int)tensor].Rank;

    /// <summary>The tensor with a name in a graph; null for a name that isn't part of a plan.</summary>
    internal static PlanTensor? Find(string name)
    {
        foreach (var tensor in All)
            if (name.EndsWith(tensor.NameIn(In), StringComparison.Ordinal) || name.EndsWith(tensor.NameIn(Out), StringComparison.Ordinal))
                return tensor;
        return null;
    }
}
