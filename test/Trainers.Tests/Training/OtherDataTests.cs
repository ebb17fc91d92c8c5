using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Runs that are resumed with other rows or options than those that they began with.</summary>
[TestClass]
public class OtherDataTests
{
    private readonly MLContext _ml = new(1);

    private static SequenceClassificationTrainer.Options Options(string folder) => new()
    {
        Network = SequenceNetwork.Gru(4, dropout: 0.1f, layers: 2), Epochs = 2, BatchSize = 16, FeatureCount = 2, CheckpointFolder = folder,
        Resume = true, Seed = 3,
    };

    private IDataView Data(int seed, int rows = 60) => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Fit(_ml.Data.LoadFromEnumerable(Waves.Rows(100, seed: 1))).Transform(_ml.Data.LoadFromEnumerable(Waves.Rows(rows, seed)));

    private void Fit(SequenceClassificationTrainer.Options options, IDataView data, IDataView? validation = null) =>
        _ml.Sequences().Classification(options).Fit(data, validation).Dispose();

    [TestMethod]
    public void Other_rows_are_an_error()
    {
        using var folder = new TemporaryFolder();
        Fit(Options(folder.Path), Data(1), Data(5));
        Fit(Options(folder.Path), Data(1), Data(5));
        void Fails(IDataView data, IDataView? validation, string expected) => StringAssert.Contains(
            Assert.ThrowsExactly<CheckpointException>(() => Fit(Options(folder.Path), data, validation)).Message, expected);
        Fails(Data(2), Data(5), "it was trained on other rows");
        Fails(Data(1, 50), Data(5), "each fold of a cross-validation, needs a CheckpointFolder of its own");
        Fails(Data(1), Data(6), "it was validated on other rows");
        Fails(Data(1), null, "it was validated on other rows");
    }

    [TestMethod]
    public void Other_options_are_named()
    {
        using var folder = new TemporaryFolder();
        Fit(Options(folder.Path), Data(1));
        (string Expected, Action<SequenceClassificationTrainer.Options> Change)[] changes =
        [
            ("LearningRate is 0.001, not 0.01", options => options.LearningRate = 0.01f),
            ("Optimizer.Beta1 is 0.9, not 0.8", options => options.Optimizer = new Adam { Beta1 = 0.8f }),
            ("Schedule is constant, not cosine to 0", options => options.Schedule = LearningRateSchedule.Cosine()),
            ("ClassWeights is null, not [1, 2]", options => options.ClassWeights = [1, 2]),
            ("GradientClipNorm is 0, not 1", options => options.GradientClipNorm = 1),
            ("its Network is", options => options.Network = SequenceNetwork.Gru(4, dropout: 0.2f, layers: 2)),
        ];
        foreach (var (expected, change) in changes)
        {
            var options = Options(folder.Path);
            change(options);
            StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => Fit(options, Data(1))).Message, expected);
        }
    }

    [TestMethod]
    public void Where_it_runs_and_how_long_may_change()
    {
        using var folder = new TemporaryFolder();
        Fit(Options(folder.Path), Data(1));
        var options = Options(folder.Path);
        (options.Epochs, options.Target, options.EarlyStoppingPatience) = (3, ExecutionTarget.Cpu(1), 9);
        Fit(options, Data(1));
        Assert.IsTrue(File.Exists(folder.File("epoch-000003.checkpoint")));
    }

    [TestMethod]
    public void Another_number_of_threads_is_said_in_the_log()
    {
        using var folder = new TemporaryFolder();
        List<string> warnings = [];
        _ml.Log += (_, entry) => { if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(entry.RawMessage); };
        foreach (var (epochs, threads) in ((int, int)[])[(1, 1), (2, 1), (3, 2), (4, 2), (5, 1)])
        {
            var options = Options(folder.Path);
            (options.Epochs, options.Target) = (epochs, ExecutionTarget.Cpu(threads));
            Fit(options, Data(1));
        }
        var others = warnings.Where(line => line.StartsWith("The checkpoint was made on", StringComparison.Ordinal)).ToArray();
        Assert.HasCount(2, others, string.Join('\n', warnings));
        StringAssert.Contains(others[0], "made on one thread, this run goes on with 2 threads");
        StringAssert.Contains(others[1], "made on 2 threads, this run goes on with one thread");
    }

    [TestMethod]
    public void Functions_of_ones_own_are_told_by_what_they_compute()
    {
        using var folder = new TemporaryFolder();
        SequenceClassificationTrainer.Options Of(Func<Value, Value> activation)
        {
            var options = Options(folder.Path);
            options.Network = SequenceNetwork.Custom("own", (_, x) => new(x.With(activation(x.Steps))));
            return options;
        }
        Fit(Of(Op.Tanh), Data(1));
        StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => Fit(Of(Op.Relu), Data(1))).Message,
            "its network computes something else");
    }

    [TestMethod]
    public void Folds_in_one_folder_are_an_error()
    {
        using var folder = new TemporaryFolder();
        var options = Options(folder.Path);
        options.Resume = false;
        var exception = Assert.ThrowsExactly<CheckpointException>(() =>
            _ml.MulticlassClassification.CrossValidate(Data(1), _ml.Sequences().Classification(options), 2));
        StringAssert.Contains(exception.Message, "each fold of a cross-validation, needs one of its own");
    }
}
