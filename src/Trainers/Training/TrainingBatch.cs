using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The inputs of one step.</summary>
public abstract class TrainingBatch
{
    /// <summary>The number of rows (sequences, graphs, nodes) in it: its weight in an epoch's means.</summary>
    public abstract int Examples { get; }

    /// <summary>
    /// The rows of the batch on all ranks together, where several train the network (<see cref="TrainingOptions.Communicator"/>) and each
    /// has its share; ranks compare it. Null, the default, where nobody knows.
    /// </summary>
    public virtual int? WholeExamples => null;

    /// <summary>Feeds all inputs to a session. Not called for a batch without rows.</summary>
    public abstract void FeedTo(TrainingSession session);
}
