using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Runs a network over all nodes and edges of a graph, one layer after the other: no node is computed twice, and memory is needed only
/// for the edges of some nodes at a time. The result is that of the network over the whole graph.
/// </summary>
internal sealed class LayerwiseForward : IDisposable
{
    // Elements of all messages of a chunk, which take most of the memory: 128 MB.
    private const int MessageElements = 1 << 25;

    private readonly FeatureMatrix _features;
    private readonly NodeGraph _graph;
    private readonly List<OnnxSession> _sessions = [];
    private readonly List<HashSet<string>> _inputs = [];
    private readonly List<int> _widths = [];
    private readonly int[] _starts; // of chunks of nodes, and the end of the last one
    private readonly Chunk[] _chunks;
    private readonly FeatureRows[] _firstRows;

    /// <param name="model">The network.</param>
    /// <param name="parameters">Its parameters, for their names and sizes.</param>
    /// <param name="features">A row per node.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="target">Where to run.</param>
    /// <param name="predicts">Whether it gives predictions instead of the network's own outputs.</param>
    /// <param name="chunkEdges">The most nodes and edges in a chunk, unless a single node has more; null to choose it for 128 MB.</param>
    internal LayerwiseForward(LayeredNetworkModel model, ParameterSet parameters, FeatureMatrix features, NodeGraph graph,
        ExecutionTarget target, bool predicts, int? chunkEdges = null)
    {
        (_features, _graph) = (features, graph);
        try
        {
            for (var layer = 0; layer < model.LayerCount; layer++)
            {
                var (network, width) = model.Layer(parameters, layer, predicts, target);
                _sessions.Add(new OnnxSession(network, target, memoryPattern: false));
                _inputs.Add([.. _sessions[^1].Inputs.Select(input => input.Name)]);
                _widths.Add(width);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        // Of a sparse row only the stored elements are read.
        var widest = Math.Max(_widths.Max(), features.IsSparse ? 1 : features.ColumnCount);
        _starts = [.. Starts(graph, chunkEdges ?? Math.Max(1 << 12, MessageElements / widest))];
        bool Reads(string name) => _inputs.Exists(inputs => inputs.Contains(name));
        var degrees = BlockTensors.DegreesOf(graph);
        _chunks = [.. Enumerable.Range(0, Math.Min(2, Math.Max(1, _starts.Length - 1))).Select(_ => new Chunk(Reads, graph, degrees))];
        _firstRows = [.. _chunks.Select(_ => new FeatureRows(_inputs[0].Contains, LayeredNetworkModel.InputOf(0), features))];
    }

    /// <summary>Outputs per node.</summary>
    internal int Width => _widths[^1];

    /// <summary>The last layer's input in the last run [nodes, hidden]; null for a network of one layer.</summary>
    internal float[]? LastInput { get; private set; }

    /// <summary>Computes all nodes.</summary>
    /// <param name="parameters">The parameters' values by name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>[nodes, <see cref="Width"/>].</returns>
    internal float[] Run(Func<string, TensorData> parameters, CancellationToken cancellationToken)
    {
        var rows = _features;
        for (var layer = 0; layer < _sessions.Count; layer++)
        {
            if (layer > 0)
                LastInput = rows.Values;
            rows = FeatureMatrix.Dense(_graph.NodeCount, _widths[layer], RunLayer(layer, rows, parameters, cancellationToken));
        }
        return rows.Values;
    }

    public void Dispose()
    {
        foreach (var session in _sessions)
            session.Dispose();
    }

    private float[] RunLayer(int layer, FeatureMatrix rows, Func<string, TensorData> parameters, CancellationToken cancellationToken)
    {
        var width = _widths[layer];
        var result = new float[(long)_graph.NodeCount * width];
        var given = _sessions[layer].Inputs.Select(input => input.Name).Where(name => !IsBatchInput(name)).ToDictionary(
            name => name, parameters);
        (Chunk Chunk, FeatureRows Rows)[] slots = [.. _chunks.Zip(
            layer == 0 ? _firstRows : [.. _chunks.Select(_ => new FeatureRows(
            _inputs[layer].Contains, LayeredNetworkModel.InputOf(layer), rows))])];
        foreach (var (chunk, inputs) in Prefetch.InOrder(slots, _starts.Length - 1, (slot, i) =>
        {
            slot.Chunk.Fill(_starts[i], _starts[i + 1]);
            slot.Rows.Fill(slot.Chunk.Nodes);
        }, cancellationToken))
        {
            var run = new LayerInputs(_inputs[layer]);
            foreach (var (name, value) in given)
                run[name] = value;
            chunk.FeedTo(run);
            inputs.FeedTo(run);
            _sessions[layer].Run(run, cancellation: cancellationToken)[LayeredNetworkModel.LayerOutput].As<float>().CopyTo(
                result.AsSpan(chunk.From * width));
        }
        return result;

        bool IsBatchInput(string name) => name == LayeredNetworkModel.InputOf(layer)
            || _features.Sides.Any(side => ModelInput.OfSide(side.Columns.Sequence) is var of && (of.InputName == name
                || of.LengthsInput == name))
            || name.StartsWith(LayeredNetworkModel.Edges + "/", StringComparison.Ordinal)
            || name.StartsWith(LayeredNetworkModel.Edges + PlanTensors.LoopSuffix, StringComparison.Ordinal)
            || name.StartsWith(GraphNetworkModel.Features + NetworkBuilder.SparseSuffix, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Starts(NodeGraph graph, int chunkEdges)
    {
        yield return 0;
        for (int node = 0, from = 0; node < graph.NodeCount; node++)
        {
            var size = (long)graph.IncomingStart[node + 1] - graph.IncomingStart[from] + node + 1 - from;
            if (size <= chunkEdges || node == from)
                continue;
            yield return from = node;
        }
        if (graph.NodeCount > 0)
            yield return graph.NodeCount;
    }

    /// <summary>Of the inputs that all layers' chunks have, takes those that one layer reads.</summary>
    private sealed class LayerInputs(HashSet<string> names) : Dictionary<string, TensorData>, IInputFeed
    {
        public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged
        {
            if (!names.Contains(input))
                return;
            var count = 1L;
            foreach (var size in sizes)
                count *= size;
            this[input] = TensorData.Create(data[..checked((int)count)].ToArray(), sizes.ToArray());
        }
    }

    /// <summary>All edges that end at a range of nodes.</summary>
    private sealed class Chunk(Func<string, bool> reads, NodeGraph graph, float[] degrees)
    {
        private readonly NeighborSampler _sampler = new(graph, [NeighborSampler.All]);
        private readonly NeighborSample _sample = new(1);
        private readonly BlockTensors _tensors = new(reads, LayeredNetworkModel.Edges, graph, degrees);
        private int _to = -1;

        internal int From { get; private set; } = -1;

        internal ReadOnlySpan<int> Nodes => _sample.Nodes;

        internal void Fill(int from, int to)
        {
            // If there is only one chunk, it is kept from layer to layer and run to run.
            if ((from, to) == (From, _to))
                return;
            (From, _to) = (from, to);
            _sampler.Sample(Enumerable.Range(from, to - from).ToArray(), 0, _sample);
            _tensors.Fill(_sample.Blocks[0], _sample.Nodes);
        }

        internal void FeedTo(IInputFeed feed) => _tensors.FeedTo(feed);
    }
}
