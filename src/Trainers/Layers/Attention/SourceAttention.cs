using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What an attention looks at: made once for a source, the same at every step.</summary>
/// <param name="Values">What the context is a weighted mean of, [batch, source, features].</param>
/// <param name="Mask">1 for valid source steps, 0 past the length, [batch, source].</param>
/// <param name="Keys">What queries are compared with, [batch, source, width]; the values themselves where there is no map.</param>
public sealed record AttendedSource(Value Values, Value Mask, Value Keys);

/// <summary>How a recurrent decoder looks back at the steps of its source.</summary>
public abstract record SourceAttention
{
    // Added to a score it leaves nothing of it; it is finite, so that a row of nothing else is no NaN.
    private const float Hidden = -1e30f;

    /// <summary>What the attention is called in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a decoder asks with its state before the step and reads the context in the step (Bahdanau et al. 2015); otherwise with its state after the step (Luong et al. 2015).</summary>
    public virtual bool AsksBeforeStep => false;

    /// <summary>e = v · tanh(q W + k U) (Bahdanau et al. 2015).</summary>
    /// <param name="width">Size of v.</param>
    public static SourceAttention Additive(int width = 128) => new AdditiveAttention(width);

    /// <summary>Global attention of Luong et al. 2015.</summary>
    /// <param name="score">How a query and a key are compared.</param>
    public static SourceAttention Luong(LuongScore score = LuongScore.General) => new LuongAttention(score);

    /// <summary>Attention to a window of the source around a position (Luong et al. 2015, section 3.2).</summary>
    /// <param name="radius">D: the window is [p - D, p + D].</param>
    /// <param name="position">Where the window stands.</param>
    /// <param name="score">How a query and a key are compared.</param>
    public static SourceAttention Local(int radius = 10, LocalPosition position = LocalPosition.Predicted, LuongScore score = LuongScore.General) => new LocalAttention(radius, position, score);

    /// <summary>Writes what is computed once from the source.</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">The source's steps, [batch, source, features].</param>
    /// <param name="lengths">Valid steps of each, [batch] Int64, which may be 0; null for all.</param>
    /// <param name="queryWidth">Features of a query.</param>
    public AttendedSource Prepare(NetworkBuilder network, Value values, Value? lengths, int queryWidth)
    {
        if (values.Shape.Rank != 3 || !values.Shape[2].IsKnown)
            throw new GraphException($"{Name}: expected a source [batch, source, features]; got {values}.");
        Shape shape = [values.Shape[0], values.Shape[1]];
        var mask = lengths is null
            ? Op.Filled(1f, shape, values)
            : Op.Cast(Op.Less(Op.Range(Op.SizeOf(values, 1), values.Shape[1]), Op.Unsqueeze(lengths, 1)), ElementType.Float);
        return new(values, mask, Keys(network, values, queryWidth));
    }

    /// <summary>Writes the attention of some queries.</summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, queries, width].</param>
    /// <param name="source">What <see cref="Prepare"/> wrote.</param>
    /// <param name="positions">How many steps went before each query, [queries] Int64.</param>
    /// <returns>
    /// The weighted means of the values [batch, queries, features], and the weights [batch, queries, source]: 0 past a source's length. A query
    /// that may look at nothing has weights of 0 and a context of 0.
    /// </returns>
    public (Value Context, Value Weights) Attend(NetworkBuilder network, Value query, AttendedSource source, Value positions)
    {
        var weights = Weights(network, query, source, positions);
        return (Op.MatMul(weights, source.Values), weights);
    }

    private protected abstract Value Keys(NetworkBuilder network, Value values, int queryWidth);

    private protected abstract Value Weights(NetworkBuilder network, Value query, AttendedSource source, Value positions);

    /// <summary>Softmax over what a mask of ones and zeros allows; a row that allows nothing is all zeros.</summary>
    private protected static Value MaskedSoftmax(Value scores, Value mask) => Op.Softmax(scores + (1 - mask) * Hidden) * mask;
}
