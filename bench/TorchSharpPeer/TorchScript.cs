using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Operations of libtorch that TorchSharp does not bind, by way of TorchScript, which it does.</summary>
internal static class TorchScript
{
    private static readonly jit.CompilationUnit Unit = jit.compile("""
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], s: List[Tensor], steps: List[Tensor], rate: float):
            torch._foreach_add_(steps, 1)
            torch._fused_adam_(p, g, m, s, [], steps, lr=rate, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-8,
                amsgrad=False, maximize=False)
            return p[0]

        def csr(offsets, columns, values, rows: int, width: int):
            return torch.sparse_csr_tensor(offsets, columns, values, [rows, width])

        def product(a, x):
            return torch.mm(a, x)

        def bag(x, rows, offsets, weights):
            return torch.embedding_bag(x, rows, offsets, False, 0, False, weights, True)[0]

        def bag_sum(x, rows, offsets):
            return torch.embedding_bag(x, rows, offsets, False, 0, False, None, True)[0]

        def bag_mean(x, rows, offsets):
            return torch.embedding_bag(x, rows, offsets, False, 1, False, None, True)[0]

        def largest(start, index, values):
            return torch.scatter_reduce(start, 0, index, values, "amax")

        def embedding(table, ids):
            return torch.embedding(table, ids)

        def encoder_layer(x, heads: int, gelu: bool, w: List[Tensor]):
            return torch._transformer_encoder_layer_fwd(x, x.size(2), heads, w[0], w[1], w[2], w[3], gelu, False, 1e-5,
                w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11])

        """);

    /// <summary>Calls one of the functions above.</summary>
    internal static Tensor Call(string function, params object[] inputs) => (Tensor)Unit.invoke(function, inputs);
}
