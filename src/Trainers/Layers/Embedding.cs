using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Looks up the tokens' vectors. A training step updates only the vectors of the tokens in the batch.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="tokens">
    /// Token ids, [batch, time] Int64, an input of the model. Ids outside 0 .. vocabulary - 1 count as 0, the unknown token, in a deployed
    /// model.
    /// </param>
    /// <param name="vocabulary">Number of vectors.</param>
    /// <param name="embeddingSize">Size of a vector.</param>
    /// <param name="name">Scope of the parameter <c>table</c> [vocabulary, embeddingSize].</param>
    /// <returns>[batch, time, embeddingSize].</returns>
    public static Value Embedding(this NetworkBuilder network, Value tokens, long vocabulary, int embeddingSize,
        string name = "embedding") =>
        network.Embedding(tokens, vocabulary, embeddingSize, name, null);

    /// <summary>As above, from vectors that are known, which may stay as they are, or from a table that is shared.</summary>
    internal static Value Embedding(this NetworkBuilder network, Value tokens, long vocabulary, int embeddingSize, string name,
        TokenStart? start, bool isShared = false)
    {
        using (isShared ? network.SharedScope(name) : network.Scope(name))
        {
            if (network.Mode == NetworkMode.Deployment)
            {
                var known = Op.And(Op.GreaterOrEqual(tokens, network.Graph.Scalar(0L)), Op.Less(tokens, network.Graph.Scalar(vocabulary)));
                tokens = Op.Where(known, tokens, network.Graph.Scalar(0L));
            }
            if (start is { IsFrozen: true })
                return Op.Gather(network.Frozen("table", TensorData.Create(start.Values, vocabulary, embeddingSize)), tokens);
            return network.Lookup("table", vocabulary, embeddingSize, tokens,
                start?.Initializer ?? Initializers.Normal(1 / MathF.Sqrt(embeddingSize)));
        }
    }
}
