using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>A sparse matrix of weights of edges, whose rows are their targets and whose columns are their sources.</summary>
internal sealed class EdgeMatrix
{
    private readonly long _rows, _columns;
    private readonly Tensor _source, _target, _weights;

    internal EdgeMatrix(Tensor source, Tensor target, Tensor weights, long rows, long columns)
    {
        (_rows, _columns) = (rows, columns);
        var order = (target * columns + source).argsort();
        (_source, _target, _weights) = (source[order], target[order], weights[order]);
    }

    private Tensor Offsets => cat([zeros(1, dtype: int64), bincount(_target, minlength: _rows).cumsum(0)]);

    private EdgeMatrix Transposed => new(_target, _source, _weights, _columns, _rows);

    /// <summary>The product with a dense matrix: by libtorch's sparse CSR product, or by its sums over bags.</summary>
    internal Func<Tensor, Tensor> Product(string formulation)
    {
        if (formulation == "csr")
        {
            var csr = TorchScript.Call("csr", Offsets.to(int32), _source.to(int32), _weights, _rows, _columns);
            return x => TorchScript.Call("product", csr, x);
        }
        var (rows, offsets) = (_source, Offsets);
        if (_weights.eq(1).all().item<bool>())
            return x => TorchScript.Call("bag_sum", x, rows, offsets);
        return x => TorchScript.Call("bag", x, rows, offsets, _weights);
    }

    /// <summary>The same, whose gradient is a product with the transposed matrix.</summary>
    internal Func<Tensor, Tensor> DifferentiableProduct(string formulation)
    {
        Func<Tensor, Tensor> product = Product(formulation), transposed = Transposed.Product(formulation);
        return x => LinearMap.apply(x, product, transposed);
    }
}

/// <summary>A linear function that comes with its transpose, which its gradient is.</summary>
internal sealed class LinearMap : autograd.SingleTensorFunction<LinearMap>
{
    public override string Name => nameof(LinearMap);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(LinearMap), vars[2]);
        return ((Func<Tensor, Tensor>)vars[1])((Tensor)vars[0]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad) =>
        [((Func<Tensor, Tensor>)ctx.get_data(nameof(LinearMap)))(grad.contiguous()), null!, null!];
}
