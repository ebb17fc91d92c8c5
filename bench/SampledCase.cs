using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>An epoch of GraphSAGE on sampled neighbors, as its trainer runs it: samples are drawn on other threads while a step is taken.</summary>
/// <param name="nodes">Number of nodes.</param>
/// <param name="edgeCount">Number of random edges.</param>
/// <param name="features">Features a node.</param>
/// <param name="hidden">Features of the hidden layer.</param>
/// <param name="trained">Nodes to train on.</param>
/// <param name="batch">Nodes a step.</param>
/// <param name="fanOuts">Sampled neighbors a node in each layer.</param>
internal sealed class SampledCase(int nodes, int edgeCount, int features, int hidden, int trained, int batch, int[] fanOuts) : ICase
{
    private const int Classes = 16;
    private TrainingSession? _session;
    private SampledNodeData? _data;
    private int _epoch;
    private long _edges;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var graph = NodeGraph.Of(nodes, GraphCase.Nodes(random, edgeCount, nodes), GraphCase.Nodes(random, edgeCount, nodes));
        var network = new LayeredNetworkModel(new(
            GraphNetwork.Sage(hidden, fanOuts.Length, dropout: 0), new ClassificationHead(Classes, null, 0), features,
            IsSparse: false, NormalizeRows: false, EdgeFeatureCount: 0, RelationCount: 0, IsWeighted: false));
        var model = TrainingModel.Build(network.Train, new Adam());
        _session = new(model, ExecutionTarget.Cpu(threads));
        var options = new NodeClassificationTrainer.Options { FanOuts = fanOuts, BatchSize = batch, Target = ExecutionTarget.Cpu(threads) };
        _data = new(model, network, FeatureMatrix.Dense(nodes, features, GraphCase.RandomFloats(random, nodes * features)),
            RowLabels.Of(GraphCase.Nodes(random, nodes, Classes)), graph, [.. Enumerable.Range(0, trained)], null, options);
    }

    public IReadOnlyDictionary<string, double> Work => new Dictionary<string, double> { ["nodes"] = trained, ["sampled_edges"] = _edges };

    public void Run()
    {
        _edges = 0;
        foreach (var sample in _data!.ReadSampled(_epoch++, default))
        {
            sample.FeedTo(_session!);
            _session!.Step(1e-3f);
            _edges += sample.EdgeCount;
        }
    }

    public void Dispose()
    {
        _data?.Dispose();
        _session?.Dispose();
    }
}
