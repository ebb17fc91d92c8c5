using MLSeqGraph.Experiments;
using Spectre.Console;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>What a terminal shows while trials run.</summary>
[TestClass]
public class LiveTrialsTests
{
    [TestMethod]
    public void A_row_has_the_curve_of_a_trial_and_what_is_left()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output),
        });
        var result = new Microsoft.ML.MLContext().Experiment().SetSearchSpace(space => space.Choice("model", "lstm", "gru"))
            .SetTrialFunction(trial => trial.TrialId).SetMaxModelToExplore(2);
        using var live = new LiveTrials("accuracy", mostTrials: 4, time: null);
        result.SetMonitor(new Told(live)).Run();
        console.Write(live.Table());
        var said = output.ToString();
        Assert.Contains("accuracy", said);
        foreach (var part in (string[])["lstm", "gru", "▁▃▅█", "completed", "0:00 left"])
            Assert.Contains(part, said);
    }

    [TestMethod]
    public void Curves_and_times_left_are_those_of_what_there_is()
    {
        Assert.AreEqual("", LiveTrials.Curve([]));
        Assert.AreEqual("▁▁", LiveTrials.Curve([3, 3]));
        Assert.AreEqual("█▁", LiveTrials.Curve([double.NaN, 2, 1]));
        Assert.HasCount(24, LiveTrials.Curve([.. Enumerable.Range(0, 100).Select(i => (double)i)]).ToArray());
        using var live = new LiveTrials("m", mostTrials: 10, time: TimeSpan.FromHours(2));
        Assert.AreEqual("1:59:00 left", live.Left(TimeSpan.FromMinutes(1), 0));
        Assert.AreEqual("4:00 left", live.Left(TimeSpan.FromMinutes(1), 2));
        using var endless = new LiveTrials("m", null, null);
        Assert.AreEqual("", endless.Left(TimeSpan.FromMinutes(1), 2));
    }

    private sealed class Told(LiveTrials live) : IMonitor
    {
        public void ReportRunningTrial(Trial trial)
        {
            live.Begin(trial);
            foreach (var value in (double[])[0.1, 0.2, 0.3, 0.4])
                live.Epoch(trial.TrialId, value);
        }

        public void ReportCompletedTrial(TrialResult result) => live.End(result);

        public void ReportFailTrial(TrialResult result) => live.End(result);
    }
}
