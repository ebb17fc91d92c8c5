namespace MLSeqGraph.Onnx.Tests.Optimizers;

[TestClass]
public class LearningRateScheduleTests
{
    private static void Check(LearningRateSchedule schedule, params (long Step, long Total, double Expected)[] cases)
    {
        foreach (var (step, total, expected) in cases)
            Assert.AreEqual(expected, schedule.At(step, total), 1e-6, $"{schedule}: step {step} of {total}");
    }

    [TestMethod]
    public void Constant() => Check(LearningRateSchedule.Constant, (0, 10, 1), (9, 10, 1), (long.MaxValue - 1, long.MaxValue, 1));

    [TestMethod]
    public void Steps_down() =>
        Check(LearningRateSchedule.StepDecay(0.1f, 100), (0, 300, 1), (99, 300, 1), (100, 300, 0.1), (199, 300, 0.1), (200, 300, 0.01));

    [TestMethod]
    public void Exponential() =>
        Check(LearningRateSchedule.Exponential(0.25f, 100), (0, 300, 1), (50, 300, 0.5), (100, 300, 0.25), (200, 300, 0.0625));

    [TestMethod]
    public void Cosine() =>
        Check(LearningRateSchedule.Cosine(0.2f), (0, 100, 1), (25, 100, 0.2 + 0.8 * (1 + Math.Sqrt(0.5)) / 2), (50, 100, 0.6),
            (100, 100, 0.2), (500, 100, 0.2), (1000, long.MaxValue, 1));

    [TestMethod]
    public void Linear() =>
        Check(LearningRateSchedule.Linear(0.5f), (0, 100, 1), (50, 100, 0.75), (100, 100, 0.5), (101, 100, 0.5), (1000, long.MaxValue, 1),
            (0, 0, 0.5));

    [TestMethod]
    public void Warm_up_then_another() =>
        Check(LearningRateSchedule.WarmUp(10, LearningRateSchedule.Linear()), (0, 110, 0.1), (8, 110, 0.9), (9, 110, 1), (10, 110, 1),
            (60, 110, 0.5), (110, 110, 0), (60, long.MaxValue, 1));

    [TestMethod]
    public void Warm_up_alone() => Check(LearningRateSchedule.WarmUp(4), (0, 10, 0.25), (3, 10, 1), (9, 10, 1));

    // d^-0.5 · min(t^-0.5, t · w^-1.5) for w = 4000, divided by its highest value
    [TestMethod]
    public void Inverse_square_root()
    {
        double Paper(double t) => Math.Min(Math.Pow(t, -0.5), t * Math.Pow(4000, -1.5));
        var schedule = LearningRateSchedule.InverseSquareRoot(4000);
        foreach (var step in (long[])[0, 1, 1000, 3999, 4000, 16000, 100000])
            Check(schedule, (step, 1, Paper(step + 1) / Paper(4000)));
        Check(schedule, (3999, 1, 1), (15999, 1, 0.5));
    }

    [TestMethod]
    public void Bad_arguments_are_errors()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.StepDecay(0, 10));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.StepDecay(0.5f, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.Exponential(float.NaN, 10));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(-0.1f));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.Linear(float.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.WarmUp(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LearningRateSchedule.InverseSquareRoot(-1));
    }

    [TestMethod]
    public void They_say_what_they_are() =>
        Assert.AreEqual("warm-up of 100 steps, then cosine to 0.1", LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.1f))
            .ToString());
}
