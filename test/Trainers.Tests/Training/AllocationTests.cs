using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class AllocationTests
{
    [TestMethod]
    public void A_step_allocates_handles_of_its_inputs_and_nothing_else()
    {
        var options = new TrainingOptions { Epochs = 1 };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        long Bytes(int steps)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            TrainingLoop.Run(model, new Repeated(steps), options);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Bytes(10);
        var few = Bytes(500);
        var perStep = (Bytes(1500) - few) / 1000.0;
        // two inputs and a dropout mask, each an object of ONNX Runtime's binding and its name in UTF-8; and small objects of each
        // run of a kernel
        Assert.IsLessThan(1200.0, perStep);
    }

    [TestMethod]
    public void Nothing_stays_of_a_training_whose_model_is_disposed_of()
    {
        var ml = new MLContext(1);
        var (nodes, edges) = (TwoCliques.View(ml), TwoCliques.ByRow(ml));
        void Train(int times)
        {
            for (var i = 0; i < times; i++)
                ml.Graphs().NodeClassification(new()
                {
                    Edges = edges, Network = GraphNetwork.Gcn(4), Epochs = 3, Target = ExecutionTarget.Cpu(1),
                }).Fit(nodes).Dispose();
        }
        static long Now()
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return GC.GetTotalMemory(forceFullCollection: true);
        }
        Train(10);
        // What tests before left behind is still cleared or grows in some round; what a training leaves grows in each.
        const int rounds = 4, trainings = 15;
        var least = double.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var before = Now();
            Train(trainings);
            least = Math.Min(least, (Now() - before) / (double)trainings);
        }

        Assert.IsLessThan(1000.0, least, "bytes per training");
    }

    /// <summary>One batch again and again.</summary>
    private sealed class Repeated(int steps) : ITrainingData
    {
        private readonly TrainingBatch _batch = new Regression(16, 16).ReadEpoch(1, default).First();

        public long? BatchCount => steps;

        public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
        {
            for (var i = 0; i < steps; i++)
                yield return _batch;
        }

        public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => null;
    }
}
