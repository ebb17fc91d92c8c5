using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>How large files are beside the numbers that they hold.</summary>
[TestClass]
public class FileSizeTests
{
    private static readonly TemporaryFolder Folder = new();

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    public static IEnumerable<object[]> Networks =>
    [
        ["GCN", GraphNetwork.Gcn(), 0, 160], ["GraphSAGE", GraphNetwork.Sage(), 0, 160],
        ["GraphSAGE with maxima", GraphNetwork.Sage(aggregator: SageAggregator.Max), 0, 160], ["GAT", GraphNetwork.Gat(), 0, 256],
        ["GIN", GraphNetwork.Gin(), 0, 200], ["APPNP", GraphNetwork.Appnp(), 0, 345], ["R-GCN", GraphNetwork.Rgcn(), 5, 205],
        ["Transformer", GraphNetwork.Transformer(), 0, 286], ["gated", GraphNetwork.Gated(), 0, 245],
        ["gated, with relations", GraphNetwork.Gated(), 5, 260],
    ];

    internal static GraphNetworkModel Model(GraphNetwork network, int relations, GraphPoolingOptions? pooling = null) =>
        new(network, new ClassificationHead(4, null, 0), 16, false, false, 0, relations, false, pooling);

    private static GraphProto Graph(GraphNetworkModel model) => Parsed(
        OnnxFile.ToBytes(Deployment.Write(new ParameterSet(), "graph_model", model.Predict), new Dictionary<string, string>()));

    private static GraphProto Parsed(byte[] file) => ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(file)).Graph;

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Layers_share_sizes_and_lists(string name, GraphNetwork network, int relations, int most)
    {
        var graph = Graph(Model(network, relations));
        Assert.IsLessThanOrEqualTo(most, Nodes(graph), name);
        Assert.HasCount(graph.Node.Count, graph.Node.Select(node => (node.Domain, node.OpType, string.Join('|', node.Input),
            string.Join('|', node.Attribute), node.OpType == "Identity" ? node.Output[0] : "")).ToHashSet(), $"{name} has equal nodes");
    }

    [TestMethod]
    [DataRow(GraphPooling.Sum, 320)]
    [DataRow(GraphPooling.Max, 321)]
    [DataRow(GraphPooling.Attention, 365)]
    [DataRow(GraphPooling.Set2Set, 550)]
    public void Poolings_too(GraphPooling pooling, int most) =>
        Assert.IsLessThanOrEqualTo(most, Nodes(Graph(Model(GraphNetwork.Gin(), 0, new(pooling, 64, 0)))));

    private static int Nodes(GraphProto graph) => Bodies(graph).Sum(body => body.Node.Count);

    [TestMethod]
    public void No_file_holds_a_tensor_twice()
    {
        foreach (var file in ExportedFiles.All(Folder))
            Check(file.Name, Parsed(File.ReadAllBytes(file.Path)));
        foreach (var network in Networks)
            Check($"{network[0]}", Graph(Model((GraphNetwork)network[1], (int)network[2])));
    }

    private static void Check(string name, GraphProto graph)
    {
        var tensors = Bodies(graph).SelectMany(body => body.Initializer.Concat(body.Node.SelectMany(node => node.Attribute)
            .Where(attribute => attribute.T is not null).Select(attribute => attribute.T))).Where(tensor => tensor.RawData.Length >= 64);
        foreach (var equal in tensors.GroupBy(tensor => (tensor.DataType, string.Join(',', tensor.Dims), tensor.RawData)))
            Assert.HasCount(1, equal.ToArray(), $"{name} holds the same {string.Join(" x ", equal.First().Dims)} numbers as "
                + string.Join(" and ", equal.Select(tensor => tensor.Name)));
    }

    private static IEnumerable<GraphProto> Bodies(GraphProto graph) => graph.Node.SelectMany(node => node.Attribute)
        .Where(attribute => attribute.G is not null).SelectMany(attribute => Bodies(attribute.G)).Prepend(graph);
}
