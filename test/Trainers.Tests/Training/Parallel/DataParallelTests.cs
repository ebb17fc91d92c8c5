using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Ranks that train one network, as threads.</summary>
[TestClass]
public class DataParallelTests : CheckpointFixture
{
    public static IEnumerable<object[]> Cases => ParallelCases.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Two_and_three_ranks_have_the_losses_of_one(string name)
    {
        var alone = ParallelCases.Train(name, null);
        Assert.IsLessThan(alone.Losses[0], alone.Losses[^2], "nothing is learned");
        foreach (var count in (int[])[1, 2, 3])
        {
            var ranks = LocalRanks.Run(count, rank => ParallelCases.Train(name, rank));
            foreach (var (found, error) in ranks)
            {
                Assert.IsNull(error, error?.ToString());
                Console.WriteLine($"{count}: {Difference(alone.Losses, found.Losses):g2}");
                Assert.IsLessThanOrEqualTo(1e-5, Difference(alone.Losses, found.Losses));
                CollectionAssert.AreEqual(ranks[0].Value.Scores, found.Scores, "ranks have other weights");
            }
        }
    }

    [TestMethod]
    public void Batch_normalization_is_that_of_each_share_and_the_same_on_every_rank()
    {
        var network = GraphNetwork.Gin(16, 2);
        var ranks = LocalRanks.Run(2, rank => ParallelCases.Train("graph", rank,
            options => ((GraphClassificationTrainer.Options)options).Network = network));
        CollectionAssert.AreEqual(ranks[0].Value.Scores, ranks[1].Value.Scores, ranks[0].Error?.ToString());
        Assert.IsLessThan(ranks[0].Value.Losses[0], ranks[0].Value.Losses[^2]);
    }

    [TestMethod]
    public void Ranks_with_other_rows_are_named()
    {
        foreach (var (name, rows) in ((string, int)[])[("lstm", 91), ("transformer", 34), ("graph", 46)])
        {
            var ranks = LocalRanks.Run(2, rank => ParallelCases.Train(name, rank, rows: rank.Rank == 1 ? rows : null));
            foreach (var (_, error) in ranks)
                StringAssert.Matches(Assert.IsInstanceOfType<CommunicatorException>(error).Message, new("^Rank 1 has other training data "
                    + $"than rank 0: its number of rows is {rows}, that of rank 0 is \\d+"));
        }
    }

    [TestMethod]
    public void The_numbers_of_the_first_rows_are_compared()
    {
        var ml = new MLContext(1);
        Dictionary<string, string> Texts(IEnumerable<float[]> rows) => OptionTexts.OfRows(ml.Data.LoadFromEnumerable(
            rows.Select(row => new { Features = row, Name = $"row {row[0]}" })));
        float[][] rows = [.. Enumerable.Range(0, 60).Select(i => new float[] { i, 0.5f * i })];
        CollectionAssert.AreEquivalent(Texts(rows), Texts(rows));
        string[] differ = [.. Texts(rows).Except(Texts(rows.Reverse())).Select(text => text.Key)];
        CollectionAssert.AreEqual(new[] { "hash of the first 100 rows" }, differ);
        float[][] other = [.. rows.Select(row => row.ToArray())];
        other[59][1] += 1e-3f;
        Assert.HasCount(1, Texts(rows).Except(Texts(other)));
    }

    [TestMethod]
    public void Ranks_with_other_columns_options_or_networks_are_named()
    {
        static string Message(Func<ICommunicator, string> name, Action<int, TrainingOptions>? set = null)
        {
            var ranks = LocalRanks.Run(3, rank => ParallelCases.Train(name(rank), rank, options => set?.Invoke(rank.Rank, options)));
            Assert.IsTrue(ranks.All(rank => rank.Error is CommunicatorException), string.Join("\n", ranks.Select(rank => $"{rank.Error}")));
            return ranks[0].Error!.Message;
        }
        StringAssert.Contains(Message(rank => rank.Rank == 2 ? "lstm" : "transformer"), "Rank 2 has other training data than rank 0: its");
        StringAssert.Contains(Message(_ => "lstm", (rank, options) => options.LearningRate = rank == 1 ? 0.5f : 0.1f),
            "Rank 1 has other options or another network than rank 0: its LearningRate is 0.5, that of rank 0 is 0.1");
        StringAssert.Contains(Message(_ => "lstm", (rank, options) => options.Epochs = 3 + rank), "its Epochs is 4, that of rank 0 is 3");
        StringAssert.Contains(Message(_ => "graph", (rank, options) => ((GraphClassificationTrainer.Options)options).Network =
            GraphNetwork.Gin(rank == 1 ? 8 : 16, 1)), "Rank 1 has other options or another network than rank 0: its ");
    }

    [TestMethod]
    public void A_rank_that_fails_ends_the_others_with_its_reason()
    {
        var ranks = LocalRanks.Run(3, rank => ParallelCases.Train("lstm", rank, options => options.OnEpoch = epoch =>
        {
            if (rank.Rank == 1 && epoch.Epoch == 2)
                throw new InvalidOperationException("the disk is full");
        }));
        Assert.IsInstanceOfType<InvalidOperationException>(ranks[1].Error);
        foreach (var other in (int[])[0, 2])
            Assert.AreEqual("Rank 1 failed: the disk is full", Assert.IsInstanceOfType<CommunicatorException>(ranks[other].Error).Message);
        // An option out of its range on one of them, too.
        ranks = LocalRanks.Run(2, rank => ParallelCases.Train("lstm", rank, options => options.BatchSize = rank.Rank));
        StringAssert.Contains(Assert.IsInstanceOfType<CommunicatorException>(ranks[1].Error).Message, "Rank 0 failed: BatchSize is 0");
    }

    [TestMethod]
    public void What_stops_one_rank_stops_all_in_the_same_step()
    {
        var ranks = LocalRanks.Run(2, rank =>
        {
            using var stop = new CancellationTokenSource();
            return ParallelCases.Train("lstm", rank, options =>
            {
                (options.Epochs, options.StopToken) = (50, stop.Token);
                options.OnEpoch = epoch =>
                {
                    if (rank.Rank == 1 && epoch.Epoch == 3)
                        stop.Cancel();
                };
            });
        });
        Assert.IsTrue(ranks.All(rank => rank.Error is null), $"{ranks[0].Error} {ranks[1].Error}");
        Assert.HasCount(6, ranks[0].Value.Losses);
        CollectionAssert.AreEqual(ranks[0].Value.Losses, ranks[1].Value.Losses);
        CollectionAssert.AreEqual(ranks[0].Value.Scores, ranks[1].Value.Scores);
    }

    [TestMethod]
    public void Resumes_with_another_number_of_ranks_from_what_rank_0_wrote()
    {
        var whole = ParallelCases.Train("lstm", null);
        void Checked(TrainingOptions options, int epochs) => (options.CheckpointFolder, options.Resume, options.Epochs)
            = (Folder, true, epochs);
        foreach (var (count, epochs) in ((int, int)[])[(2, 1), (3, 2), (2, 3), (1, 4)])
        {
            var ranks = LocalRanks.Run(count, rank => ParallelCases.Train("lstm", rank, options => Checked(options, epochs)));
            foreach (var (found, error) in ranks)
            {
                Assert.IsNull(error, error?.ToString());
                Assert.IsLessThanOrEqualTo(1e-5, Difference(whole.Losses[..(2 * epochs)], found.Losses));
            }
        }
    }

    [TestMethod]
    public void What_ranks_cannot_share_is_refused()
    {
        static string Message(TrainingOptions options)
        {
            var error = LocalRanks.Run(1, rank =>
            {
                options.Communicator = rank;
                return TrainingLoop.Build(Regression.Hidden, options);
            })[0].Error;
            return error?.Message ?? "";
        }
        StringAssert.Contains(Message(new() { Optimizer = new LimitedMemoryBfgs() }), "its gradients can't be summed over processes");
    }

    private static double Difference(double[] expected, double[] found)
    {
        Assert.HasCount(expected.Length, found);
        return expected.Zip(found, (e, f) => Math.Abs(e - f)).Max();
    }
}
