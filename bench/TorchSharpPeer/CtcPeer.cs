using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>The loss of connectionist temporal classification, with blanks as class 0, and its gradient by the logits.</summary>
internal sealed class CtcPeer(CtcShape shape) : Work
{
    private readonly Tensor _logits = randn(shape.Frames, shape.Batch, shape.Classes).requires_grad_();
    private readonly Tensor _labels = tensor(shape.Targets(), [shape.Batch, shape.Labels]);
    private readonly Tensor _lengths = full([shape.Batch], (long)shape.Frames, ScalarType.Int64);
    private readonly Tensor _labelLengths = full([shape.Batch], (long)shape.Labels, ScalarType.Int64);
    private readonly TorchSharp.Modules.CTCLoss _loss = nn.CTCLoss(reduction: nn.Reduction.Sum);

    internal override Tensor Run()
    {
        using var scores = _logits.log_softmax(2);
        using var loss = _loss.forward(scores, _labels, _lengths, _labelLengths);
        return autograd.grad([loss], [_logits])[0];
    }
}
