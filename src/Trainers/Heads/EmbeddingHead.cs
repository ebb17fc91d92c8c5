using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The vector of a row itself, which nothing is learned for.</summary>
/// <param name="isNormalized">Whether it is scaled to length 1, so that inner products are cosines.</param>
internal sealed class EmbeddingHead(bool isNormalized) : Head
{
    private int _size;

    internal override int Outputs => _size;

    internal override Value Output(NetworkBuilder network, Value summary)
    {
        _size = (int)summary.Shape[1].Size;
        return isNormalized ? summary / Op.OrOne(Op.Sqrt(Op.ReduceSumSquare(summary, [1]))) : summary;
    }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights) =>
        throw new NotSupportedException("Nothing is learned for vectors of rows.");

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) => [(ModelFormat.Score, logits)];
}
