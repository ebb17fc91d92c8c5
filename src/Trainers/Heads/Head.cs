using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The part of a network for what it learns to predict: the labels as inputs, the loss, and the outputs of the deployed
/// model.
/// </summary>
/// <remarks>
/// A head reads logits [rows, outputs] (for a tagger [batch, time, outputs]): a row is a sequence, a graph, a node or a pair of nodes.
/// The same heads serve all of them.
/// </remarks>
internal abstract class Head
{
    /// <summary>Input: the labels of the rows. Classes are Int64 from 0, -1 where there is none; other labels are Single.</summary>
    internal const string Labels = "labels";

    /// <summary>Input: how much each row counts in the loss, Single [rows].</summary>
    internal const string Weights = "label_weights";

    /// <summary>Number of logits per row or step.</summary>
    internal abstract int Outputs { get; }

    /// <summary>Numbers that the deployed model gives for each row or step.</summary>
    internal virtual int Scores => Outputs;

    /// <summary>Whether there is a prediction for each step of a sequence.</summary>
    internal virtual bool IsPerStep => false;

    /// <summary>
    /// Whether a label itself can say that it is missing (a class of -1); otherwise rows without a label need a weight of 0.
    /// </summary>
    internal virtual bool MarksMissingLabels => false;

    /// <summary>
    /// The loss of the best constant prediction (the same for all rows), or an upper bound of it; null where it isn't known.
    /// </summary>
    internal double? ConstantLoss { get; init; }

    /// <summary>
    /// How large each number of the scores usually is where that is above 1, so that near 0 it is rounded like that and not like 1; one for
    /// all.
    /// </summary>
    internal virtual double[] Units => [1];

    /// <summary>Whether outputs are in the units of the rows, however large or small these are.</summary>
    internal virtual bool IsInUnitsOfRows => false;

    /// <summary>What is done to the main input before the network reads it, as normalizing a window; nothing by default.</summary>
    internal virtual Sequence Enter(Sequence x) => x;

    /// <summary>The logits, of a head that has an output layer of its own; null for the one that all others share.</summary>
    internal virtual Value? Logits(EncodedSequence encoded, SideInputs inputs) => null;

    /// <summary>The logits of a row's vector: a linear layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="summary">[rows, features].</param>
    /// <returns>[rows, outputs].</returns>
    internal virtual Value Output(NetworkBuilder network, Value summary) => network.Linear(summary, Outputs, name: "output");

    /// <summary>Whether outputs become probabilities.</summary>
    internal virtual bool HasProbabilities => false;

    /// <summary>Why an output layer can't be solved for in closed form; null where it can.</summary>
    internal virtual string? NotLeastSquares => "its loss can't be replaced by a squared error";

    /// <summary>
    /// What an output layer in closed form is fitted to by squared error, [rows, outputs], and how much each row counts, [rows].
    /// </summary>
    /// <param name="labels">The labels, an input.</param>
    /// <param name="weights">How much each row counts; null where all count the same.</param>
    internal virtual (Value Targets, Value Weights) LeastSquares(Value labels, Value? weights) =>
        throw new NotSupportedException($"An output layer can't be solved for in closed form: {NotLeastSquares}.");

    /// <summary>Declares the labels and writes loss and metrics.</summary>
    /// <param name="network">The network.</param>
    /// <param name="logits">[rows, outputs].</param>
    /// <param name="weights">How much each row counts [rows]; null where all count the same.</param>
    internal abstract NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights);

    /// <summary>As above, for a head that reads the steps of each row, Int64 [rows]; null where every row has all steps.</summary>
    internal virtual NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? lengths, Value? weights) =>
        Loss(network, logits, weights);

    /// <summary>The outputs of the deployed model by name.</summary>
    internal abstract IReadOnlyList<(string Name, Value Value)> Predictions(NetworkBuilder network, Value logits);

    /// <summary>As above, for a head that reads the steps of each row, Int64 [rows]; null where every row has all steps.</summary>
    internal virtual IReadOnlyList<(string Name, Value Value)> Predictions(NetworkBuilder network, Value logits, Value? lengths) =>
        Predictions(network, logits);

    /// <summary>The outputs of a model of the next steps; those of whole rows by default.</summary>
    internal virtual IReadOnlyList<(string Name, Value Value)> StepPredictions(NetworkBuilder network, Value logits) =>
        Predictions(network, logits);

    /// <summary>As <see cref="Units"/>, of those outputs.</summary>
    internal virtual double[] StepUnits => Units;

    /// <summary>Loss and metrics, with the rows' weights as an input where asked for.</summary>
    internal NetworkOutputs Loss(NetworkBuilder network, Value logits, bool isWeighted, Value? lengths = null) =>
        Loss(network, logits, lengths, isWeighted ? network.Input(Weights, ElementType.Float, [logits.Shape[0]]) : null);

    /// <summary>
    /// A loss that is a mean over steps, with gradients of their sum by the number of rows, so that a step counts the same in any batch:
    /// batches hold rows of similar lengths, and the mean alone lets a step of short rows count as much more as it has fewer beside it.
    /// </summary>
    /// <param name="outputs">The loss, and its count; without one it is a mean over rows.</param>
    /// <param name="steps">[rows, …].</param>
    /// <param name="mean">What the steps of a row count together, in the mean over all rows; it only scales the gradients.</param>
    internal static NetworkOutputs ByRows(NetworkOutputs outputs, Value steps, double mean)
    {
        if (outputs.Metrics.FirstOrDefault(metric => metric.Name == EpochMetrics.LossCount).Value is not { } count)
            return outputs;
        var rows = Op.Cast(Op.Squeeze(Op.SizeOf(steps, 0), 0), ElementType.Float);
        return outputs with { Objective = outputs.Loss * (count / (rows * mean)) };
    }

    /// <summary>What all labels count in the loss.</summary>
    internal virtual double CountOf(LabelStatistics labels) => labels.Weight;

    /// <summary>The weight of a batch's loss in the mean over batches.</summary>
    internal static (string, Value) LossCount(Value weights) => ("loss/count", Op.ReduceSum(weights, keepDims: false));

    /// <summary>A metric that is a mean over rows: its sum and its count are added over batches.</summary>
    internal static (string, Value)[] MeanMetric(string name, Value values, Value mask) =>
    [
        (name + "/sum", Op.ReduceSum(values * mask, keepDims: false)),
        (name + "/count", Op.ReduceSum(mask, keepDims: false)),
    ];

    /// <summary>1 for rows that count, 0 for those with weight 0, [rows].</summary>
    private protected static Value RowMask(Value logits, Value? weights) => weights is null
        ? Op.Filled(1f, [logits.Shape[0]], logits)
        : Op.Cast(Op.Greater(weights, weights.Number(0)), ElementType.Float);

    private protected static Value Is(Value condition) => Op.Cast(condition, ElementType.Float);
}
