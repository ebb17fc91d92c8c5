namespace MLSeqGraph.Trainers.Tests;

/// <summary>Models that are disposed of while others predict with them, as where a server swaps them.</summary>
[TestClass]
public class SwapTests
{
    [TestMethod]
    public void Predictions_are_the_same_or_refused()
    {
        using var folder = new TemporaryFolder();
        foreach (var kind in SwappedModel.All(folder))
        {
            var outcome = SwapRound.Run(kind, predictions: 400, threads: 4);
            Assert.IsEmpty(outcome.Wrong, outcome.ToString());
            Assert.IsGreaterThan(0, outcome.Swaps, outcome.ToString());
        }
    }
}
