using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the embeddings of two nodes, and of the relation between them, become the score of an edge: higher is truer.</summary>
/// <remarks>
/// Embeddings of complex numbers, those of <see cref="ComplEx"/> and <see cref="RotatE"/>, hold all real parts and then all imaginary
/// ones: their size is even. Scores of distances are negative; where a logit is needed, as by <see cref="LinkPredictionTrainer"/>, they
/// have a trained number added, the same for all pairs.
/// </remarks>
public enum LinkDecoder
{
    /// <summary>Their dot product (Kipf and Welling 2016): without direction and relation.</summary>
    DotProduct,

    /// <summary>
    /// Σ a · d · b with trained d (Yang et al. 2015, DistMult), one d per relation where edges have relations: without direction.
    /// </summary>
    DistMult,

    /// <summary>A perceptron with one hidden layer that reads both, the source's first: with direction, without relation.</summary>
    Perceptron,

    /// <summary>-‖a + r - b‖₁ (Bordes et al. 2013, TransE): a relation shifts its source to its target.</summary>
    TransEL1,

    /// <summary>-‖a + r - b‖₂ (Bordes et al. 2013, TransE).</summary>
    TransEL2,

    /// <summary>Re Σ a · r · conj(b) of complex numbers (Trouillon et al. 2016, ComplEx): with direction.</summary>
    ComplEx,

    /// <summary>
    /// -Σ |a · r - b| of complex numbers with |r| = 1 (Sun et al. 2019, RotatE): a relation, given by its phases, rotates its source
    /// to its target.
    /// </summary>
    RotatE,
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
        if (decoder == LinkDecoder.Perceptron)
            return Op.Squeeze(network.Linear(Op.Relu(network.Linear(Op.Concat(1, source, target), (int)width, name: "pair_hidden")), 1,
                name: "pair_output"), 1);
        if (decoder == LinkDecoder.DistMult && types is null)
            return Op.Squeeze(Op.MatMul(source * target, network.Parameter("diagonal", [width, 1], Initializers.Ones, decays: false)), 1);
        var relation = decoder == LinkDecoder.DotProduct ? null
            : types is null ? network.Parameter("relation", [1, decoder.RelationWidth(width)], decoder.RelationInitializer(width))
            : network.Lookup(decoder == LinkDecoder.DistMult ? "relation_diagonal" : "relation", relations, decoder.RelationWidth(width),
                types, decoder == LinkDecoder.DistMult ? Initializers.Ones : decoder.RelationInitializer(width));
        var score = decoder.Score(decoder.Question(source, relation, isTail: true), target);
        return decoder.IsDistance() ? score + network.Parameter("distance_margin", [1], Initializers.Constant(6), decays: false) : score;
    }
}
