using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the embeddings of two nodes become the logit of an edge between them.</summary>
public enum LinkDecoder
{
    /// <summary>Their dot product (Kipf and Welling 2016): without direction.</summary>
    DotProduct,

    /// <summary>
    /// Σ a · d · b with trained d (Yang et al. 2015, DistMult), one d per relation where edges have relations: without direction.
    /// </summary>
    DistMult,

    /// <summary>A perceptron with one hidden layer that reads both, the source's first: with direction.</summary>
    Perceptron,
}

/// <summary>Writes decoders.</summary>
internal static class LinkDecoders
{
    /// <param name="network">The network.</param>
    /// <param name="decoder">Which one.</param>
    /// <param name="source">The sources' embeddings, [pairs, width].</param>
    /// <param name="target">The targets', of the same shape.</param>
    /// <param name="types">Each pair's relation [pairs] Int64, an input of the model; null for one kind.</param>
    /// <param name="relations">Number of relations.</param>
    /// <returns>Logits [pairs].</returns>
    internal static Value Decode(this NetworkBuilder network, LinkDecoder decoder, Value source, Value target, Value? types, int relations)
    {
        var width = source.Shape[1].Size;
        var logits = decoder switch
        {
            LinkDecoder.DotProduct => Op.ReduceSum(source * target, [1]),
            LinkDecoder.DistMult when types is not null =>
                Op.ReduceSum(source * network.Lookup("relation_diagonal", relations, width, types, Initializers.Ones) * target, [1]),
            LinkDecoder.DistMult => Op.MatMul(source * target, network.Parameter("diagonal", [width, 1], Initializers.Ones, decays: false)),
            _ => network.Linear(Op.Relu(network.Linear(Op.Concat(1, source, target), (int)width, name: "pair_hidden")), 1,
                name: "pair_output"),
        };
        return Op.Squeeze(logits, 1);
    }
}
