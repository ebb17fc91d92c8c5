using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>A run with checkpoints in a folder of its own, to be interrupted and resumed.</summary>
public abstract class CheckpointFixture
{
    private protected string Folder { get; } = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));

    [TestCleanup]
    public void Clean()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, true);
    }

    private protected TrainingOptions Options => new()
    {
        Epochs = 6,
        BatchSize = 16,
        LearningRate = 0.01f,
        Schedule = LearningRateSchedule.Cosine(),
        CheckpointFolder = Folder,
        EarlyStoppingPatience = 20,
        Seed = 4,
    };

    // The validation gets worse after epoch 4.
    private protected static Regression Data(Action<int, int>? onBatch = null) =>
        new(64, 16, 24) { OnBatch = onBatch, TellsCount = false, Label = (epoch, _, y) => epoch > 4 ? -5 * y : y };

    private protected static (float[] Weights, TrainingHistory History, List<string> Log) Train(
        TrainingOptions options, Regression? data = null, Func<NetworkBuilder, NetworkOutputs>? network = null)
    {
        var (ml, log) = Context();
        var model = TrainingLoop.Build(network ?? Regression.Hidden, options);
        var history = TrainingLoop.Run(model, data ?? Data(), options, ml);
        return (Regression.Weights(model), history, log);
    }

    private protected static (MLContext Context, List<string> Log) Context()
    {
        var log = new List<string>();
        var ml = new MLContext();
        ml.Log += (_, message) => { if (message.Kind is ChannelMessageKind.Info
            or ChannelMessageKind.Warning) log.Add($"{message.Kind} {message.RawMessage}"); };
        return (ml, log);
    }

    private protected (Checkpoint Checkpoint, List<string> Log) ReadNewest()
    {
        var (ml, lines) = Context();
        using var log = new TrainingLog(ml);
        var model = TrainingLoop.Build(Regression.Hidden, Options);
        using var session = new TrainingSession(model);
        return (new CheckpointFolder(Folder, log).ReadNewest(() => RunIdentity.Of(model, Options, new Dictionary<string, string>(),
            DataFingerprint.Of(model, Data().ReadEpoch(1, default), session)!,
            DataFingerprint.Of(model, Data().ReadValidation(default), session)))!, lines);
    }

    private protected (float[] Weights, TrainingHistory History) Uninterrupted(bool best = true)
    {
        var options = Options;
        (options.CheckpointFolder, options.RestoreBestWeights) = (null, best);
        var (weights, history, _) = Train(options);
        return (weights, history);
    }

    private protected void CancelAt(int epoch, int batch, bool best = true)
    {
        using var source = new CancellationTokenSource();
        var options = Options;
        (options.CancellationToken, options.RestoreBestWeights, options.Resume) = (source.Token, best, true);
        Assert.ThrowsExactly<TrainingCanceledException>(() =>
            Train(options, Data((e, b) => { if (e == epoch && b == batch) source.Cancel(); })));
    }

    private protected (float[] Weights, TrainingHistory History, List<string> Log) Resume(bool best = true)
    {
        var options = Options;
        (options.Resume, options.RestoreBestWeights) = (true, best);
        return Train(options);
    }

    private protected string[] Files() => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file))
        .Order(StringComparer.Ordinal)];
}
