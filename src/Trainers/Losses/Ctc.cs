using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the losses of a batch's rows become one.</summary>
public enum CtcReduction
{
    /// <summary>They stay as they are, [batch].</summary>
    None,

    /// <summary>The mean over the rows of each row's loss divided by its labels, at least 1.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}

public static partial class Loss
{
    /// <summary>
    /// Connectionist temporal classification (Graves et al. 2006): -log of the probability of all paths, a class a frame, that become the
    /// labels when repeats are merged and then blanks removed.
    /// </summary>
    /// <param name="logits">[batch, time, classes].</param>
    /// <param name="labels">Classes, Int64 [batch, labels]; what stands past a row's labels is not read.</param>
    /// <param name="lengths">Frames of each row, Int64 [batch].</param>
    /// <param name="labelLengths">Labels of each row, Int64 [batch]; 0 is an empty target.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <param name="reduction">What becomes of the rows' losses.</param>
    /// <param name="weights">How much each row counts [batch], for the mean and the sum; null where all count the same.</param>
    /// <param name="zeroInfinity">
    /// Whether rows with too few frames for their labels, whose loss is infinite, count 0. Otherwise training stops with an error.
    /// </param>
    /// <returns>A scalar, or [batch].</returns>
    /// <exception cref="GraphException">A shape or type is another one, or the blank is no class.</exception>
    /// <exception cref="ArgumentException">There are weights, but nothing is summed.</exception>
    public static Value Ctc(Value logits, Value labels, Value lengths, Value labelLengths, int blank = 0,
        CtcReduction reduction = CtcReduction.Mean, Value? weights = null, bool zeroInfinity = false)
    {
        var losses = Op.CtcLoss(logits, labels, lengths, labelLengths, blank);
        if (zeroInfinity)
            losses = Op.Where(Op.Equal(losses, losses.Number(double.PositiveInfinity)), losses.Number(0), losses);
        if (reduction == CtcReduction.None)
            return weights is null ? losses : throw new ArgumentException("Weights of rows need a mean or a sum.", nameof(weights));
        if (reduction == CtcReduction.Sum)
            return Total(weights is null ? losses : losses * weights);
        return Mean(losses / Op.Cast(Op.Max(labelLengths, labels.Graph.Scalar(1L)), losses.Type), weights);
    }
}
