using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>The fixed costs around a network: a step of one that does next to nothing, a batch from a data view, one prediction.</summary>
[InProcess]
[MemoryDiagnoser]
public class MicroBenchmarks
{
    private const int Rows = 1024, Steps = 20, FeatureCount = 8;

    private readonly float[] _x = new float[64 * FeatureCount];
    private TrainingSession _tiny = null!;
    private SequenceBatchSource _source = null!;
    private PredictionEngine<Input, Output> _engine = null!;
    private Input _row = null!;
    private int _epoch;

    private sealed class Input
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Output
    {
        public float Score { get; set; }
    }

    /// <summary>Builds everything.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _tiny = new TrainingSession(TrainingModel.Build(
            network =>
            {
                var x = network.Input("x", ElementType.Float, ["batch", FeatureCount]);
                return new(Op.ReduceMean(network.Linear(x, 1), keepDims: false));
            },
            new Sgd()));
        var ml = new MLContext(1);
        var random = new Random(1);
        float[] Features() => [.. Enumerable.Range(0, Steps * FeatureCount).Select(_ => random.NextSingle())];
        Input[] rows = [.. Enumerable.Range(0, Rows).Select(_ => new Input { Features = Features(), Label = random.NextSingle() })];
        _row = rows[0];
        var view = ml.Data.LoadFromEnumerable(rows);
        var column = SequenceColumn.FromData(view, "Features", FeatureCount);
        _source = new SequenceBatchSource(view, new(column, SequenceLabel.Targets(view.Schema, "Label")));
        var model = ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            Network = SequenceNetwork.Lstm(16), FeatureCount = FeatureCount, Epochs = 1,
        }).Fit(view);
        _engine = ml.Model.CreatePredictionEngine<Input, Output>(model);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _engine.Dispose();
        _source.Dispose();
        _tiny.Dispose();
    }

    /// <summary>A training step whose network costs nothing: feeding, binding and running.</summary>
    [Benchmark]
    public float StepOverhead()
    {
        _tiny.Feed<float>("x", _x, 64, FeatureCount);
        return _tiny.Step(1e-3f).Loss;
    }

    /// <summary>An epoch of 16 shuffled batches.</summary>
    [Benchmark]
    public long EpochOfBatches() => _source.ReadEpoch(++_epoch).Sum(batch => batch.StepCount);

    /// <summary>One row through a prediction engine.</summary>
    [Benchmark]
    public float OnePrediction() => _engine.Predict(_row).Score;
}
