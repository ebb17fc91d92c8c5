using MLSeqGraph.Tests.Fuzzing;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>A short round of what the stress program does for longer: changed files are read or refused as documented.</summary>
[TestClass]
public class LoaderFuzzTests
{
    [TestMethod]
    public void Changed_files_are_read_or_refused_as_documented()
    {
        using var folder = new TemporaryFolder();
        foreach (var loader in ModelLoaders.All(folder))
        {
            var isText = ModelLoaders.Texts(folder).Any(text => text.Name == loader.Name);
            // each load of a checkpoint trains
            var outcome = FuzzRound.Run(loader, isText ? 2000
                : loader.Name.StartsWith("checkpoints", StringComparison.Ordinal) ? 40 : 150, seed: 1);
            Assert.IsEmpty(outcome.Wrong, outcome.ToString());
            Assert.IsGreaterThan(0, outcome.Refused, outcome.ToString());
        }
    }
}
