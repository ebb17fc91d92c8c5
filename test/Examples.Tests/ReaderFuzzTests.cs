using MLSeqGraph.Tests.Fuzzing;

namespace Examples.Tests;

/// <summary>Changed files for all readers: a short round, or as many for each as MLSEQGRAPH_FUZZ_FILES says.</summary>
[TestClass]
public sealed class ReaderFuzzTests
{
    [TestMethod]
    public void Changed_files_are_read_or_refused()
    {
        var files = int.TryParse(Environment.GetEnvironmentVariable("MLSEQGRAPH_FUZZ_FILES"), out var given) ? given : 500;
        using var folder = new TemporaryFolder();
        foreach (var loader in ReaderLoaders.All(folder))
        {
            var outcome = FuzzRound.Run(loader, files, seed: 1);
            Console.WriteLine(outcome);
            Assert.IsEmpty(outcome.Wrong, outcome.ToString());
            // Almost any text is one to learn from.
            if (!loader.Name.StartsWith("texts", StringComparison.Ordinal))
                Assert.IsGreaterThan(0, outcome.Refused, outcome.ToString());
        }
    }
}
