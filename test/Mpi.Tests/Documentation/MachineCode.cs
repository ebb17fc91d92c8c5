using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Trainers.Tests;

namespace MLSeqGraph.Mpi.Tests;

/// <summary>The code of docs/machines.md, by a process that mpiexec didn't start: the only rank.</summary>
[TestClass]
public class MachineCode
{
    [TestMethod]
    public void A_rank_trains_and_the_first_one_saves()
    {
        MpiTests.RequireMpiHere();
        var ml = new MLContext(1);
        var path = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));
        var raw = ml.Data.LoadFromEnumerable(Waves.Rows(60, 1));
        var rows = ml.Transforms.Conversion.MapValueToKey("Label").Fit(raw).Transform(raw);
        try
        {
            Train(ml, rows, path);
            Assert.IsTrue(File.Exists(path));
            // MPI starts once in a process.
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => MpiCommunicator.Join()).Message, "joined already");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Train(MLContext ml, IDataView rows, string path)
    {
        // docs
        using var ranks = MpiCommunicator.Join();
        var trainer = ml.Sequences().Classification(new()
        {
            Communicator = ranks,
            BatchSize = 256,                                  // of all ranks together
            FeatureCount = 2,
            Network = SequenceNetwork.Lstm(hidden: 16),
        });
        using var model = trainer.Fit(rows);                  // all rows on every rank: each takes its share of every batch
        if (ranks.Rank == 0)
            ml.Model.Save(model, rows.Schema, path);          // all ranks have the same model
        // docs
    }
}
