using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a graph trainer learns to predict of nodes or graphs: its loss and the outputs of the deployed model.</summary>
internal abstract class GraphHead(GraphTask task)
{
    internal const string Labels = "labels", Weights = "label_weights";

    internal GraphTask Task => task;

    /// <summary>What a label belongs to: a node or a graph.</summary>
    internal Dim Rows => task is GraphTask.NodeClassification or GraphTask.NodeRegression ? "nodes" : "graphs";

    /// <summary>Numbers the network gives for a node or graph.</summary>
    internal abstract int Outputs { get; }

    /// <summary>Loss and metrics over the nodes or graphs that have a label.</summary>
    internal abstract NetworkOutputs Loss(NetworkBuilder network, Value outputs);

    /// <summary>The outputs of the deployed model by name.</summary>
    internal abstract IReadOnlyList<(string Name, Value Value)> Predictions(NetworkBuilder network, Value outputs);
}

/// <summary>One of several classes.</summary>
internal sealed class GraphClassificationHead(GraphTask task, int classes, float labelSmoothing) : GraphHead(task)
{
    internal override int Outputs => classes;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs)
    {
        var targets = network.Input(Labels, ElementType.Int64, [Rows]);
        var hits = Op.Cast(Op.Equal(Op.ArgMax(outputs, -1, keepDims: false), targets), ElementType.Float);
        var counted = Trainers.Loss.Mask(targets);
        var count = Op.ReduceSum(counted, keepDims: false);
        return new(Trainers.Loss.CrossEntropy(outputs, targets, labelSmoothing: labelSmoothing),
            ("loss/count", count), ("accuracy/sum", Op.ReduceSum(hits * counted, keepDims: false)), ("accuracy/count", count));
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value outputs) =>
        [(SequenceModelFormat.Score, Op.Softmax(outputs)), (SequenceModelFormat.PredictedLabel, Op.ArgMax(outputs, -1, keepDims: false))];
}

/// <summary>Real numbers. The network learns targets of mean 0 and variance 1; the model gives them in their own units.</summary>
internal sealed class GraphRegressionHead(GraphTask task, RegressionLoss loss, float[] mean, float[] deviation) : GraphHead(task)
{
    internal override int Outputs => mean.Length;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs)
    {
        var targets = (network.Input(Labels, ElementType.Float, [Rows, mean.Length]) - network.Graph.Vector(mean)) / network.Graph.Vector(deviation);
        var weights = network.Input(Weights, ElementType.Float, [Rows, 1]);
        var count = Op.ReduceSum(weights, keepDims: false);
        var errors = Op.ReduceMean(Op.Abs(outputs - targets) * network.Graph.Vector(deviation), [1]) * weights;
        return new(loss switch
        {
            RegressionLoss.MeanSquaredError => Trainers.Loss.MeanSquaredError(outputs, targets, weights),
            RegressionLoss.MeanAbsoluteError => Trainers.Loss.MeanAbsoluteError(outputs, targets, weights),
            _ => Trainers.Loss.Huber(outputs, targets, 1, weights),
        }, ("loss/count", count), ("mae/sum", Op.ReduceSum(errors, keepDims: false)), ("mae/count", count));
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value outputs) =>
        [(SequenceModelFormat.Score, outputs * outputs.Graph.Vector(deviation) + outputs.Graph.Vector(mean))];
}
