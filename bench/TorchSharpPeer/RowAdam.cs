using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Adam for the rows of a table that a batch names; TorchSharp has no optimizer of that kind.</summary>
internal sealed class RowAdam(Parameter table)
{
    private readonly Tensor _means = zeros(table.shape), _squares = zeros(table.shape), _step = zeros(1).squeeze();
    private Tensor? _ids, _rows;

    /// <summary>The rows of some numbers, [..] to [.., width].</summary>
    internal Tensor Read(Tensor ids)
    {
        (_ids, var places, _) = ids.unique(return_inverse: true);
        _rows = table.detach().index_select(0, _ids).requires_grad_();
        return TorchScript.Call("embedding", _rows, places!);
    }

    /// <summary>Updates the rows that were read last.</summary>
    internal void Step(double rate)
    {
        using var off = no_grad();
        Tensor[] rows = [_rows!.detach()], gradients = [_rows.grad!];
        Tensor[] means = [_means.index_select(0, _ids!)], squares = [_squares.index_select(0, _ids!)];
        TorchScript.Call("adam", rows, gradients, means, squares, new[] { _step }, rate);
        table.index_copy_(0, _ids!, rows[0]);
        _means.index_copy_(0, _ids!, means[0]);
        _squares.index_copy_(0, _ids!, squares[0]);
    }
}
