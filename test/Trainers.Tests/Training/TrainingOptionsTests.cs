namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class TrainingOptionsTests
{
    public static IEnumerable<object[]> BadOptions =>
    [
        Bad(nameof(TrainingOptions.Epochs), "0", o => o.Epochs = 0),
        Bad(nameof(TrainingOptions.BatchSize), "-1", o => o.BatchSize = -1),
        Bad(nameof(TrainingOptions.Optimizer), "null", o => o.Optimizer = null!),
        Bad(nameof(TrainingOptions.LearningRate), "NaN", o => o.LearningRate = float.NaN),
        Bad(nameof(TrainingOptions.LearningRate), "0", o => o.LearningRate = 0),
        Bad(nameof(TrainingOptions.Schedule), "null", o => o.Schedule = null!),
        Bad(nameof(TrainingOptions.GradientClipNorm), "-0.5", o => o.GradientClipNorm = -0.5f),
        Bad(nameof(TrainingOptions.ValidationFraction), "1", o => o.ValidationFraction = 1),
        Bad(nameof(TrainingOptions.EarlyStoppingPatience), "-1", o => o.EarlyStoppingPatience = -1),
        Bad(nameof(TrainingOptions.MonitoredMetric), "null", o => o.MonitoredMetric = null!),
        Bad(nameof(TrainingOptions.MinimumDelta), "-1", o => o.MinimumDelta = -1),
        Bad(nameof(TrainingOptions.Target), "null", o => o.Target = null!),
        Bad(nameof(TrainingOptions.CheckpointEvery), "0", o => o.CheckpointEvery = 0),
        Bad(nameof(TrainingOptions.CheckpointFolder), "an empty name", o => o.CheckpointFolder = " "),
        Bad(nameof(TrainingOptions.Resume), "True", o => o.Resume = true),
        Bad("Communicator.Count", "0", o => o.Communicator = new Ranks(0, 0)),
        Bad("Communicator.Rank", "2", o => o.Communicator = new Ranks(2, 2)),
    ];

    private static object[] Bad(string name, string value, Action<TrainingOptions> spoil) => [name, value, spoil];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void A_bad_value_is_named(string name, string value, Action<TrainingOptions> spoil)
    {
        var options = new TrainingOptions();
        options.Validate();
        spoil(options);
        var exception = Assert.ThrowsExactly<ArgumentException>(options.Validate);
        StringAssert.StartsWith(exception.Message, $"{name} is {value}; expected ");
        Assert.AreEqual(name, exception.ParamName);
    }

    /// <summary>A communicator that says nothing sensible.</summary>
    private sealed record Ranks(int Rank, int Count) : ICommunicator
    {
        public byte[][] Exchange(ReadOnlySpan<byte> own) => throw new NotSupportedException();

        public void Sum(Span<float> values) => throw new NotSupportedException();

        public void Fail(string reason)
        {
        }
    }
}
