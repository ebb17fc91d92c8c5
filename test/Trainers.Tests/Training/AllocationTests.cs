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
