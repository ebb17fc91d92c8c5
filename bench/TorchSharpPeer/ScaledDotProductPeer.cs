using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Attention and the gradients of queries, keys and values: by libtorch's fused call, or as products and a softmax.</summary>
internal sealed class ScaledDotProductPeer(AttentionShape shape, bool fused) : Work
{
    private readonly Tensor[] _inputs = [.. Enumerable.Range(0, 3)
        .Select(_ => randn(shape.Batch, shape.Heads, shape.Steps, shape.Width).requires_grad_())];
    private readonly Tensor _gradient = randn(shape.Batch, shape.Heads, shape.Steps, shape.Width);

    internal override Tensor Run()
    {
        var attended = fused
            ? nn.functional.scaled_dot_product_attention(_inputs[0], _inputs[1], _inputs[2])
            : (_inputs[0] / Math.Sqrt(shape.Width)).matmul(_inputs[1].transpose(2, 3)).softmax(-1).matmul(_inputs[2]);
        return autograd.grad([attended], _inputs, [_gradient])[0];
    }
}
