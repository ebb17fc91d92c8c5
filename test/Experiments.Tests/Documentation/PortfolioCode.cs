using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>The code of docs/experiments.md about portfolios.</summary>
[TestClass]
public class PortfolioCode
{
    [TestMethod]
    public void Networks_and_other_trainers_are_compared()
    {
        var ml = new MLContext(seed: 1);
        var questions = Questions.View(ml, 160);
        // docs
        var result = ml.Experiment()
            .SetPortfolio(Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Quick, "Label", "Text"))
            .SetDataset(questions, validationFraction: 0.2)
            .SetTrainingTimeInSeconds(120)
            .Run();
        foreach (var trial in result.Leaderboard)
            Console.WriteLine($"{trial.Parameters["model"]}: {result.Metric} {trial.Metric:0.000}");
        // docs
        Assert.HasCount(5, result.Trials);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed && trial.Metric > 0.4),
            string.Join('\n', result.Trials));
        Assert.IsGreaterThan(0.9, result.BestTrial.Metric!.Value);
        var metrics = ml.Sequences().EvaluateClassification(
            result.Fit(result.Trials.Single(trial => (string)trial.Parameters["model"] == "bag"))
            .Transform(questions));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
    }
}
