using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// The loss of connectionist temporal classification and its gradient by the logits. A frame's softmax and its gradient take 5
/// operations of each class; paths forward and backward, and their share in the gradient, about 12 of each of the 2 · labels + 1 states.
/// </summary>
internal sealed class CtcCase(CtcShape shape) : BoundCase
{
    public override Cost Cost { get; } =
        new((double)shape.Batch * shape.Frames * (5 * shape.Classes + 12 * (2 * shape.Labels + 1)), 0);

    protected override IReadOnlyList<(string Name, Value Value)> Write(NetworkBuilder network)
    {
        var logits = network.Input("logits", ElementType.Float, [shape.Batch, shape.Frames, shape.Classes]);
        var labels = network.Input("labels", ElementType.Int64, [shape.Batch, shape.Labels]);
        var lengths = network.Input("lengths", ElementType.Int64, [shape.Batch]);
        var labelLengths = network.Input("label_lengths", ElementType.Int64, [shape.Batch]);
        var loss = Loss.Ctc(logits, labels, lengths, labelLengths, reduction: CtcReduction.Sum);
        return [("loss", loss), ("gradient", Gradients.Of(loss, [logits])[0]!)];
    }

    protected override TensorInputs Inputs(IReadOnlySet<string> names)
    {
        var random = new Random(1);
        return new()
        {
            ["logits"] = TensorData.Create(GraphCase.RandomFloats(random, shape.Batch * shape.Frames * shape.Classes), shape.Batch,
                shape.Frames, shape.Classes),
            ["labels"] = TensorData.Create(shape.Targets(), shape.Batch, shape.Labels),
            ["lengths"] = TensorData.Create([.. Enumerable.Repeat((long)shape.Frames, shape.Batch)], shape.Batch),
            ["label_lengths"] = TensorData.Create([.. Enumerable.Repeat((long)shape.Labels, shape.Batch)], shape.Batch),
        };
    }
}
