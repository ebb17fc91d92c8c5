using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>What a fitted pipeline is made of.</summary>
internal static class TransformerParts
{
    /// <summary>Its transformers in their order, those of chains in it, too; of a transformer that is no chain itself.</summary>
    internal static IEnumerable<ITransformer> Of(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Of) : [model];
}
