using System.Globalization;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class TrainingHistoryTests
{
    private static EpochRecord Epoch(int number) => new()
    {
        Epoch = number,
        PlannedEpochs = 20,
        Loss = 0.1234,
        Metrics = new Dictionary<string, double> { ["accuracy"] = 0.95, ["a,b"] = double.NaN },
        ValidationLoss = number == 1 ? null : 0.00045678,
        ValidationMetrics = number == 1 ? new Dictionary<string, double>() : new() { ["accuracy"] = 0.5 },
        GradientNorm = 1.5,
        LearningRate = 0.001f,
        Seconds = 0.5,
        ValidationSeconds = 0.3,
        Steps = 205,
        Rows = 1000,
        WaitingSeconds = 0.1,
        FeedingSeconds = 0.05,
        StepSeconds = 0.25,
    };

    [TestMethod]
    public void An_epoch_reads_as_a_line()
    {
        Assert.AreEqual("epoch 3/20  loss 0.1234  accuracy 0.9500  a,b NaN  validation loss 4.568e-4  accuracy 0.5000  0.8 s  410 steps/s",
            Epoch(3).ToString());
        Assert.AreEqual(2000.0, Epoch(3).RowsPerSecond);
    }

    [TestMethod]
    public void The_csv_has_a_row_an_epoch_in_any_culture()
    {
        var history = new TrainingHistory();
        history.Add(Epoch(1));
        history.Add(Epoch(2));
        var path = Path.GetTempFileName();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            history.WriteCsv(path);
            var lines = File.ReadAllLines(path);
            Assert.AreEqual(
                "epoch,loss,accuracy,\"a,b\",validation_loss,validation_accuracy,gradient_norm,learning_rate,"
                + "steps,rows,seconds,waiting_seconds,feeding_seconds,step_seconds,validation_seconds,steps_per_second,rows_per_second",
                lines[0]);
            Assert.AreEqual("1,0.1234,0.95,NaN,,,1.5,0.001,205,1000,0.5,0.1,0.05,0.25,0.3,410,2000", lines[1]);
            Assert.AreEqual("2,0.1234,0.95,NaN,0.00045678,0.5,1.5,0.001,205,1000,0.5,0.1,0.05,0.25,0.3,410,2000", lines[2]);
            Assert.HasCount(3, lines);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            File.Delete(path);
        }
    }
}
