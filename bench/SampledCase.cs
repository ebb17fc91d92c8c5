using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>
/// An epoch of GraphSAGE on sampled neighbors, as its trainer runs it: samples are drawn on other threads. Of E sampled edges a trained
/// node has E / trained = m + (1 + m) · m, m in each of the 1 + m nodes of its neighborhood, on average. Products with the two weights of
/// a layer take 2 · 2 · 2 · features · hidden operations for each of the trained · (1 + m) nodes of the first, whose features need no
/// gradient, and 3 · 2 · 2 · hidden · classes for each of the trained nodes. Bytes: a row of features for each edge of the first layer
/// and its nodes, a row of the hidden layer, forward and backward, for each of the second. Drawing the samples doesn't count.
/// </summary>
internal sealed class SampledCase(SampledShape shape) : ICase
{
    private const int Classes = 16;
    private TrainingSession? _session;
    private BatchedRows? _rows;
    private Dictionary<TrainingBatch, SampledNeighbors> _sampled = [];
    private EpochClock _clock = new();
    private int _epoch;
    private long _edges;

    public void Setup(int threads)
    {
        var random = new Random(1);
        int[] Ends() => GraphCase.Nodes(random, shape.Edges, shape.Nodes);
        var graph = NodeGraph.Of(shape.Nodes, Ends(), Ends());
        var network = new LayeredNetworkModel(new(
            GraphNetwork.Sage(shape.Hidden, 2, dropout: 0),
            new ClassificationHead(Classes, null, 0), shape.Features,
            IsSparse: false, NormalizeRows: false, EdgeFeatureCount: 0, RelationCount: 0, IsWeighted: false));
        var model = TrainingModel.Build(network.Train, new Adam());
        _session = new(model, ExecutionTarget.Cpu(threads));
        var options = new NodeClassificationTrainer.Options
        {
            FanOuts = [shape.FanOut, shape.FanOut], BatchSize = shape.Batch, Target = ExecutionTarget.Cpu(threads),
        };
        var features = FeatureMatrix.Dense(shape.Nodes, shape.Features, GraphCase.RandomFloats(random, shape.Nodes * shape.Features));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", new KeyDataViewType(typeof(uint), Classes));
        var labels = new RowLabels(SequenceLabel.Class(schema.ToSchema(), "Label"), isWeighted: false);
        foreach (var of in GraphCase.Nodes(random, shape.Nodes, Classes))
            labels.Classes(labels.Add())[0] = of;
        var batches = new NodeBatches(model, features, labels, graph);
        _sampled = batches.Samples(options).ToDictionary(sample => (TrainingBatch)sample.Batch, sample => sample.Neighbors);
        _rows = BatchedRows.Of([.. Enumerable.Range(0, shape.Trained)], options.BatchSize, options.Seed,
            [.. _sampled.Keys.Cast<InputBatch>()]);
    }

    public IReadOnlyDictionary<string, double> Work =>
        new Dictionary<string, double> { ["nodes"] = shape.Trained, ["sampled_edges"] = _edges };

    public Cost Cost
    {
        get
        {
            double trained = shape.Trained, m = Math.Sqrt(1 + _edges / trained) - 1, nodes = trained * (1 + m);
            return new(
                8 * nodes * shape.Features * shape.Hidden + 12 * trained * shape.Hidden * Classes,
                4 * (nodes * (m + 1) * shape.Features + 2 * trained * (m + 1) * shape.Hidden));
        }
    }

    public int SessionRuns => (shape.Trained + shape.Batch - 1) / shape.Batch;

    public IReadOnlyDictionary<string, double> Phases
    {
        get
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var _ in _rows!.Read(++_epoch, default))
            {
            }
            return new Dictionary<string, double>
            {
                ["waiting for samples"] = 1000 * _clock.WaitingSeconds,
                ["handing them over"] = 1000 * _clock.FeedingSeconds,
                ["steps"] = 1000 * _clock.StepSeconds,
                ["sampling, without steps beside it"] = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            };
        }
    }

    public void Run()
    {
        _edges = 0;
        _clock = new();
        foreach (var sample in _rows!.Read(++_epoch, default))
        {
            _clock.Waited();
            sample.FeedTo(_session!);
            _clock.Fed();
            _session!.Step(1e-3f);
            _clock.Stepped();
            _edges += _sampled[sample].EdgeCount;
        }
    }

    public void Dispose() => _session?.Dispose();
}
