using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// What the encoder's steps alone tell of the target.
internal sealed partial record GenerativeNetwork
{
    // The sum over rows of CTC. The start token, which is no target, is the blank; the end token stands behind a row's labels.
    private Value AlignmentLoss(NetworkBuilder network, Sequence steps, Value next, Value? weights)
    {
        var logits = Op.Transpose(network.Linear(steps.Steps, Vocabulary.Count, name: Alignment), 1, 0, 2);      // [batch, steps, tokens]
        var lengths = steps.Lengths ?? Op.SizeOf(logits, 1) + Op.Filled(0L, [logits.Shape[0]], logits);
        var end = network.Graph.Scalar((long)Vocabulary.End);
        var isLabel = Op.And(Op.Greater(next, network.Graph.Scalar(-1L)), Op.Not(Op.Equal(next, end)));
        var labels = Op.ReduceSum(Op.Cast(isLabel, ElementType.Int64), [1], keepDims: false);
        return Loss.Ctc(logits, next, lengths, labels, Vocabulary.Start, CtcReduction.Sum, weights, zeroInfinity: true);
    }
}
