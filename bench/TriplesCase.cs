using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>
/// Training steps on triples of a knowledge graph, heads and tails asked for, each with negative samples, as the trainer runs them: samples
/// are drawn on other threads. A comparison of two vectors takes 2 · width operations, and so do the gradients by either of them: 12 ·
/// width for each of the 1 + negatives answers to the 2 questions of a triple. Bytes: vector, gradient and sum of squares of 2 entities of
/// a triple are read and the first and last written, and so are those of the negatives of a group.
/// </summary>
internal sealed class TriplesCase(TriplesShape shape) : ICase
{
    private const int Relations = 20;
    private TrainingSession? _session;
    private BatchedRows? _rows;
    private EpochClock _clock = new();
    private int _epoch;

    public void Setup(int threads)
    {
        var random = new Random(1);
        int[] Drawn(int most) => GraphCase.Nodes(random, shape.Triples, most);
        var triples = TripleTable.Of(shape.Entities, Drawn(shape.Entities), Drawn(Relations), Drawn(shape.Entities), Relations);
        var settings = new TripleSettings(Enum.Parse<LinkDecoder>(shape.Decoder), shape.Width, RankingLoss.Logistic)
        {
            HasInverseRelations = true, Negatives = shape.Negatives, GroupSize = shape.Group, Margin = 6,
        };
        var network = new TripleNetwork(settings, shape.Entities, 0, Relations, null, null);
        var model = TrainingModel.Build(network.Loss, new Adagrad());
        _session = new(model, ExecutionTarget.Cpu(threads));
        var known = new KnownAnswers(shape.Entities, Enumerable.Range(0, shape.Triples)
            .Select(i => (triples.Sources[i], triples.Relations[i], triples.Targets[i])));
        _rows = new TripleBatches(network, model, triples, known, _ => { }, 1).Of(triples, new() { BatchSize = shape.Batch });
    }

    public IReadOnlyDictionary<string, double> Work => new Dictionary<string, double> { ["triples"] = shape.Triples };

    public Cost Cost => new(
        2.0 * shape.Triples * 12 * shape.Width * (1 + shape.Negatives),
        4.0 * shape.Width * 5 * 2 * shape.Triples * (1 + shape.Negatives / (double)shape.Group));

    public int SessionRuns => (shape.Triples + shape.Batch - 1) / shape.Batch;

    public IReadOnlyDictionary<string, double> Phases => new Dictionary<string, double>
    {
        ["waiting for samples"] = 1000 * _clock.WaitingSeconds,
        ["handing them over"] = 1000 * _clock.FeedingSeconds,
        ["steps"] = 1000 * _clock.StepSeconds,
    };

    public void Run()
    {
        _clock = new();
        foreach (var batch in _rows!.Read(++_epoch, default))
        {
            _clock.Waited();
            batch.FeedTo(_session!);
            _clock.Fed();
            _session!.Step(0.1f);
            _clock.Stepped();
        }
    }

    public void Dispose() => _session?.Dispose();
}
