using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network that predicts masked tokens (Devlin et al. 2019, section 3.1 and the authors' output layer): its vectors at the chosen
/// places pass through an affine map, GELU and layer normalization; then each token gets a score, which is the product with the
/// token's vector where the output is tied to the embedding.
/// </summary>
/// <param name="Input">The input of tokens; its embedding has an additional vector for the mask token.</param>
/// <param name="Network">The network to pre-train.</param>
/// <param name="EmbeddingSize">Size of a token's vector.</param>
/// <param name="TieOutput">Whether the output layer's weight is the embedding table.</param>
/// <param name="InputDropout">Dropout of the network's input.</param>
internal sealed record MaskedNetworkModel(SequenceInput Input, SequenceNetwork Network, int EmbeddingSize, bool TieOutput,
    float InputDropout)
{
    /// <summary>Scope of the parameters that only pre-training has.</summary>
    internal const string Scope = "masked";

    private const string Places = "masked_places", Targets = "masked_targets";

    /// <summary>The training graph: inputs, loss and accuracy over the chosen places only.</summary>
    internal NetworkOutputs Train(NetworkBuilder network)
    {
        var x = Input.Declare(network);
        var encoded = SequenceNetworkModel.Encode(Network, x.With(network.Dropout(x.Steps, InputDropout)));
        var places = network.Input(Places, ElementType.Int64, ["masked"]);
        var targets = network.Input(Targets, ElementType.Int64, ["masked"]);
        var logits = Logits(network, Op.TakeRows(Op.AsMatrix(encoded.Steps.Steps), places));
        var hits = Op.Cast(Op.Equal(Op.ArgMax(logits, -1, keepDims: false), targets), ElementType.Float);
        var counted = Loss.Mask(targets);
        return new(Loss.CrossEntropy(logits, targets), [Head.LossCount(counted), .. Head.MeanMetric("accuracy", hits, counted)]);
    }

    /// <summary>Masks a batch and feeds it to a session.</summary>
    internal void Feed(TrainingSession session, SequenceBatch batch, int epoch, MaskedTokens masked)
    {
        masked.Draw(batch, epoch);
        Input.Feed(session, batch);
        session.Feed(Places, masked.Places, masked.Count);
        session.Feed(Targets, masked.Targets, masked.Count);
    }

    // [masked, features] → [masked, tokens]
    private Value Logits(NetworkBuilder network, Value x)
    {
        var tokens = Input.Column.TokenCount;
        var table = TieOutput ? Table(network) : null;
        using (network.Scope(Scope))
        {
            x = network.LayerNorm(Op.Gelu(network.Linear(x, EmbeddingSize, name: "transform")));
            // The mask token itself is never the answer.
            return table is null
                ? network.Linear(x, tokens, name: "output")
                : Op.MatMul(x, Op.Transpose(Op.Slice(table, 0, 0, tokens), 1, 0))
                    + network.Parameter("bias", [tokens], Initializers.Zeros, decays: false);
        }
    }

    private Value Table(NetworkBuilder network)
    {
        using (network.SharedScope("embedding"))
            return network.Parameter("table", [Input.Column.TokenCount + 1, EmbeddingSize],
                Initializers.Normal(1 / MathF.Sqrt(EmbeddingSize)), decays: false);
    }
}
