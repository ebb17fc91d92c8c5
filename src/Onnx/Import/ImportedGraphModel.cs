using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A deployed graph model as part of a network that has gradients: what the file writes as loops over lists becomes the reductions of
/// <see cref="GraphEdges"/> again, by plans that are fed, and messages can be masked as in a network that was written here.
/// </summary>
internal sealed class ImportedGraphModel
{
    private readonly ImportedModel _model;

    private ImportedGraphModel(ImportedModel model) => _model = model;

    /// <summary>Reads the bytes of a deployed graph model.</summary>
    /// <exception cref="OnnxFileException">It can't be imported.</exception>
    internal static ImportedGraphModel Read(byte[] model)
    {
        var proto = ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(PlanInputs.Cut(model), writable: false));
        var graph = new KernelModelGraph(proto.Graph);
        foreach (var node in proto.Graph.Node.ToArray())
            ListReduction.Replace(node, graph);
        graph.DropUnread();
        return new(ImportedModel.Of(proto));
    }

    /// <summary>The node that computes a value of the file, not one that hands it on; null for inputs and tensors.</summary>
    internal NodeProto? ProducerOf(string name) =>
        _model.Parsed.ProducerOf(name) is not { } node ? null : node is { OpType: "Identity" } ? ProducerOf(node.Input[0]) : node;

    /// <summary>The elements of a tensor of the file; null for other values.</summary>
    internal TensorData? TensorOf(string name) => _model.Parsed.Tensors.GetValueOrDefault(name);

    /// <summary>The first node that reads a value as its first input and is of some kind; null where there is none.</summary>
    internal NodeProto? ReaderOf(string name, Func<NodeProto, bool> kind) =>
        _model.Parsed.Proto.Node.FirstOrDefault(node => node.Input.Count > 0 && node.Input[0] == name && kind(node));

    /// <summary>Writes the model into a network of <see cref="NetworkMode.Training"/>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="output">An output, or a value inside the model.</param>
    /// <param name="rows">The value that holds the rows of nodes as the network's first layer reads them.</param>
    /// <param name="changed">What is made of the rows.</param>
    /// <param name="masked">What is made of the edges.</param>
    /// <param name="reductions">Receives how many reductions pass messages along the edges: no more layers than that.</param>
    /// <exception cref="OnnxFileException">A node can't be imported.</exception>
    internal Value Write(NetworkBuilder network, string output, string rows, Func<Value, Value> changed,
        Func<GraphEdges, GraphEdges> masked, out int reductions)
    {
        var edges = new ImportedEdges(_model, network, masked(GraphEdges.Input(network, "nodes")));
        Dictionary<string, Value> given = new(StringComparer.Ordinal);
        foreach (var input in _model.Inputs)
            given[input.Name] = PlanTensors.Find(input.Name) is { } tensor ? tensor switch
            {
                // Only their names are read.
                PlanTensor.Start or PlanTensor.SortedEdges or PlanTensor.SortedEnds => network.Graph.Vector(0L),
                _ => network.PlanInput(input.Name, input.Type, input.Shape),
            } : network.Input(input.Name, input.Type, input.Shape);
        given[rows] = changed(_model.Write(network, given, rows, edges.Readers));
        edges.Count = 0;
        var value = _model.Write(network, given, output, edges.Readers);
        reductions = edges.Count;
        return value;
    }

    /// <summary>Reads reductions over edges, and lists of messages, as operations of <see cref="GraphEdges"/>.</summary>
    private sealed class ImportedEdges(ImportedModel model, NetworkBuilder network, GraphEdges edges)
    {
        private readonly Lazy<GraphEdges> _graphs = new(() => GraphEdges.Membership(network, "nodes", "graphs"));

        internal int Count { get; set; }

        internal Dictionary<string, OperatorReader> Readers => new(StringComparer.Ordinal)
        {
            [$"{Kernel.Domain}:{GatherSum.Kernel.Name}"] = node => [Sum(node)],
            [$"{Kernel.Domain}:{GatherMax.Kernel.Name}"] = node => [Passing(node).Max(Messages(node, Passing(node).Count))],
            ["Gather"] = Gather,
        };

        private Value Sum(ImportedNode node)
        {
            var of = EdgesOf(node.InputName(2));
            if (PlanTensors.Find(node.InputName(2)) == PlanTensor.SortedEnds)
                return Passing(node).SumOfSources(Messages(node, of.SourceCount));
            // The sums below a softmax, and of weights, pass nothing along.
            var isDegree = IsOfWeights(node.InputName(0));
            var isSoftmax = node[0].Producer is { OpType: "Exp" } exp && exp.Inputs[0]!.Producer is { OpType: "Sub" };
            return isDegree || isSoftmax ? of.Unmasked.Sum(Messages(node, of.Count)) : Passing(node).Sum(Messages(node, of.Count));
        }

        private GraphEdges Passing(ImportedNode node)
        {
            Count++;
            return EdgesOf(node.InputName(2));
        }

        private static Value Messages(ImportedNode node, Dim rows) => Op.Renamed(node[0], node[0].Shape.With(0, rows));

        // The messages of each node's edges as a padded list.
        private Value[] Gather(ImportedNode node)
        {
            if (PlanTensors.Find(node.InputName(1)) == PlanTensor.Padded && EdgesOf(node.InputName(1)) is { Mask: { } mask }
                && node[0].Producer is { OpType: "Concat" } padded)
            {
                Count++;
                var messages = Op.Renamed(padded.Inputs[0]!, padded.Inputs[0]!.Shape.With(0, mask.Shape[0])) * mask;
                return [Op.Gather(Op.Renamed(EdgeLists.Padded(messages, 0), node[0].Shape), node[1])];
            }
            return OperatorTable.Find("Gather")!(node);
        }

        private GraphEdges EdgesOf(string list) => list[..list.LastIndexOf('/')] switch
        {
            "edges/in" => edges,
            "edges/out" => edges.Reversed,
            "edges" + PlanTensors.LoopSuffix + "/in" => edges.WithSelfLoops(),
            "edges" + PlanTensors.LoopSuffix + "/out" => edges.WithSelfLoops().Reversed,
            "graphs/in" => _graphs.Value,
            var other => throw new ImportException($"it reduces by the lists '{other}', which are neither those of edges nor of graphs"),
        };

        private bool IsOfWeights(string name)
        {
            HashSet<string> read = [.. model.InputsRead(name).Where(input => PlanTensors.Find(input) is null && input != "edge_index")];
            return read.SetEquals(["edge_weight"]);
        }
    }
}
