using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Losses of classification.</summary>
public static partial class Loss
{
    /// <summary>
    /// Mean cross-entropy of the softmax of logits: Σ w[y] · -log p[y] / Σ w[y] over the targets that aren't negative. With label
    /// smoothing ε the target is 1 - ε on the class and ε spread evenly over all (Szegedy et al. 2016), each class weighted by its
    /// weight.
    /// </summary>
    /// <param name="logits">[.., classes].</param>
    /// <param name="targets">Classes from 0, Int64 [..]; negative ones are left out.</param>
    /// <param name="classWeights">A weight for each class; null for equal ones.</param>
    /// <param name="labelSmoothing">ε, at least 0 and below 1.</param>
    /// <param name="weights">A weight for each target, of a shape that broadcasts to that of the targets; null for equal ones.</param>
    /// <returns>A scalar; 0 where no target counts.</returns>
    /// <exception cref="GraphException">The number of classes isn't known, or the targets have another shape or type.</exception>
    /// <exception cref="ArgumentException">
    /// There are more or fewer class weights than classes, or the smoothing is out of its range.
    /// </exception>
    public static Value CrossEntropy(Value logits, Value targets, float[]? classWeights = null, float labelSmoothing = 0,
        Value? weights = null)
    {
        var classes = logits.Shape[-1].IsKnown ? logits.Shape[-1].Size
            : throw new GraphException($"CrossEntropy: the number of classes of {logits} must be known.");
        if (targets.Type != ElementType.Int64 || !targets.Shape.Equals(logits.Shape.Remove(-1)))
            throw new GraphException($"CrossEntropy: expected targets {logits.Shape.Remove(-1)} Int64; got {targets.Type} {targets}.");
        if (classWeights is not null && classWeights.LongLength != classes)
            throw new ArgumentException($"CrossEntropy: {classWeights.Length} class weights for {classes} classes.");
        if (labelSmoothing is < 0 or >= 1 or float.NaN)
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "Label smoothing is at least 0 and below 1.");
        var graph = logits.Graph;
        var target = Op.Max(targets, graph.Scalar(0L));
        var weight = TargetWeights(targets, classWeights, weights);
        var logProbabilities = Op.LogSoftmax(logits);
        var likelihood = Op.Squeeze(Op.GatherElements(logProbabilities, Op.Unsqueeze(target, target.Shape.Rank), -1), target.Shape.Rank);
        var total = Total(-likelihood * weight);
        if (labelSmoothing > 0)
        {
            var spread = Op.ReduceSum(classWeights is null ? logProbabilities : logProbabilities * graph.Vector(classWeights), [-1],
                keepDims: false);
            total = total * (1.0 - labelSmoothing)
                - Total(spread * TargetWeights(targets, null, weights)) * ((double)labelSmoothing / classes);
        }
        if (classWeights is null)
            total = Op.WithGradient(total, context =>
                [CrossEntropyGradient(context.Gradient * weight, logProbabilities, target, labelSmoothing, (int)classes)], logits);
        return total / Op.OrOne(Total(weight));
    }

    // w (p - q), where q is the smoothed target: half as many passes over all classes as the single operations' gradients.
    private static Value CrossEntropyGradient(Value weight, Value logProbabilities, Value target, float labelSmoothing, int classes)
    {
        var last = weight.Shape.Rank;
        var probabilities = Op.Exp(logProbabilities);
        if (labelSmoothing > 0)
            probabilities -= labelSmoothing / classes;
        weight = Op.Expand(weight, target.Shape.Equals(weight.Shape) ? weight : Op.Cast(target, ElementType.Float));
        var column = Op.Unsqueeze(weight, last);
        return Op.ScatterElements(probabilities * column, Op.Unsqueeze(target, last), column * (labelSmoothing - 1.0), -1, add: true);
    }

    /// <summary>How much each target counts in <see cref="CrossEntropy"/>: w[y] times its own weight; 0 for negative targets.</summary>
    /// <param name="targets">Classes from 0, Int64 [..]; negative ones are left out.</param>
    /// <param name="classWeights">A weight for each class; null for equal ones.</param>
    /// <param name="weights">A weight for each target, of a shape that broadcasts to that of the targets; null for equal ones.</param>
    public static Value TargetWeights(Value targets, float[]? classWeights = null, Value? weights = null)
    {
        var mask = weights is null ? Mask(targets) : Mask(targets) * weights;
        return classWeights is null ? mask
            : mask * Op.Gather(targets.Graph.Vector(classWeights), Op.Max(targets, targets.Graph.Scalar(0L)));
    }

    /// <summary>
    /// Mean binary cross-entropy of the logistic function of logits, max(x, 0) - x · y + log(1 + exp(-|x|)), with positives
    /// weighted.
    /// </summary>
    /// <param name="logits">Of any shape.</param>
    /// <param name="targets">0 or 1, of the same shape.</param>
    /// <param name="positiveWeight">Weight of a positive's loss.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts; null for equal ones.</param>
    /// <returns>A scalar.</returns>
    public static Value BinaryCrossEntropy(Value logits, Value targets, float positiveWeight = 1, Value? weights = null)
    {
        Same("BinaryCrossEntropy", logits, targets);
        // -log σ(x) = softplus(-x), -log(1 - σ(x)) = x + softplus(-x)
        var positive = Op.Relu(-logits) + Op.Softplus(-Op.Abs(logits));
        var losses = targets * positive * (double)positiveWeight + (1 - targets) * (logits + positive);
        return Mean(losses, weights);
    }

    /// <summary>1 for targets that count, 0 for negative ones.</summary>
    public static Value Mask(Value targets) => Op.Cast(Op.GreaterOrEqual(targets, targets.Graph.Scalar(0L)), ElementType.Float);

    // Σ w · l / Σ w, w spread over the losses' shape
    private static Value Mean(Value losses, Value? weights)
    {
        if (weights is null)
            return Op.ReduceMean(losses, keepDims: false);
        var spread = Op.Expand(weights, losses);
        return Total(losses * spread) / Op.OrOne(Total(spread));
    }

    private static Value Total(Value x) => Op.ReduceSum(x, keepDims: false);

    private static void Same(string loss, Value predictions, Value targets)
    {
        if (predictions.Type != targets.Type || !predictions.Shape.Equals(targets.Shape))
            throw new GraphException($"{loss}: expected targets {predictions.Type} {predictions.Shape}; got {targets.Type} {targets}.");
    }
}
