using System.Globalization;
using MLSeqGraph.Trainers.Tests.Training;

namespace MLSeqGraph.Mpi.Tests;

/// <summary>Ranks that are processes of mpiexec. Skipped with a message where MPICH isn't installed.</summary>
[TestClass]
public class MpiTests
{
    [TestInitialize]
    public void RequireMpi() => RequireMpiHere();

    internal static void RequireMpiHere()
    {
        var hasMpiexec = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "mpiexec")) || File.Exists(Path.Combine(folder, "mpiexec.exe")));
        if (!hasMpiexec)
            Assert.Inconclusive("There is no mpiexec: 'apt-get install mpich' on Debian and Ubuntu.");
        try
        {
            MpiLibrary.Load();
        }
        catch (DllNotFoundException missing)
        {
            Assert.Inconclusive(missing.Message);
        }
    }

    [TestMethod]
    [DataRow("one batch")]
    [DataRow("lstm")]
    [DataRow("transformer")]
    [DataRow("graph")]
    public void Two_ranks_have_the_losses_of_one(string name)
    {
        var alone = ParallelCases.Train(name, null);
        var (code, lines, _) = MpiProcess.Start(2, name);
        Assert.AreEqual(0, code, string.Join('\n', lines));
        var ranks = lines.Where(line => line.StartsWith("rank ", StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOf(':')], Numbers);
        CollectionAssert.AreEquivalent((string[])["rank 0 of 2", "rank 1 of 2"], ranks.Keys);
        // The same weights to the last bit on both.
        CollectionAssert.AreEqual(ranks["rank 0 of 2"], ranks["rank 1 of 2"]);
        var difference = alone.Losses.Zip(ranks["rank 0 of 2"], (expected, found) => Math.Abs(expected - found)).Max();
        Console.WriteLine($"largest difference {difference:g2}");
        Assert.IsLessThanOrEqualTo(1e-5, difference);
    }

    [TestMethod]
    [DataRow("throws", "CommunicatorException: Rank 1 failed: the disk is full")]
    [DataRow("dies", "BAD TERMINATION")]
    [DataRow("hangs", "Rank 0 ends all ranks: Rank 1 hasn't answered for 5 s: it hangs, or its machine is gone.")]
    public void A_rank_that_breaks_ends_the_other(string fault, string expected)
    {
        var (code, lines, took) = MpiProcess.Start(2, "lstm", fault);
        Console.WriteLine($"{took.TotalSeconds:0.0} s: {string.Join('\n', lines)}");
        Assert.AreNotEqual(0, code);
        Assert.IsTrue(lines.Any(line => line.Contains(expected, StringComparison.Ordinal)), string.Join('\n', lines));
        Assert.IsLessThan(90, took.TotalSeconds);
    }

    [TestMethod]
    [DataRow("rows", "Rank 1 has other training data than rank 0: its number of rows is 44, that of rank 0 is 90")]
    [DataRow("schema", "Rank 1 has other training data than rank 0: its ")]
    public void Ranks_with_other_data_are_named_by_every_rank(string fault, string expected)
    {
        var (code, lines, _) = MpiProcess.Start(2, "lstm", fault);
        Assert.AreNotEqual(0, code);
        Assert.AreEqual(2, lines.Count(line => line.StartsWith("CommunicatorException: " + expected, StringComparison.Ordinal)),
            string.Join('\n', lines));
    }

    [TestMethod]
    public void After_a_rank_died_another_number_of_ranks_resumes()
    {
        var folder = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));
        try
        {
            var (code, lines, _) = MpiProcess.Start(3, "lstm", "dies", folder);
            Assert.AreNotEqual(0, code, string.Join('\n', lines));
            var checkpoints = Directory.GetFiles(folder, "*.checkpoint").Length;
            Assert.IsGreaterThan(0, checkpoints);
            (code, lines, _) = MpiProcess.Start(2, "lstm", "", folder);
            Assert.AreEqual(0, code, string.Join('\n', lines));
            var found = Numbers(lines.First(line => line.StartsWith("rank 0", StringComparison.Ordinal)));
            var alone = ParallelCases.Train("lstm", null);
            Assert.IsLessThanOrEqualTo(1e-5, alone.Losses.Zip(found, (a, b) => Math.Abs(a - b)).Max());
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    public void Without_a_library_the_error_says_what_to_install()
    {
        var error = Assert.ThrowsExactly<DllNotFoundException>(() => MpiLibrary.Find("libnothere.so.1", "libnothere.so"));
        StringAssert.Contains(error.Message, "tried libnothere.so.1, libnothere.so. Install MPICH, on every machine: 'apt-get install "
            + "mpich'");
    }

    private static double[] Numbers(string line) => [.. line[(line.IndexOf(':') + 2)..].Split(' ')
        .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
