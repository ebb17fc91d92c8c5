using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A sequence network from input to output, written for training or for deployment.</summary>
internal sealed record SequenceNetworkModel(SequenceInput Input, SequenceNetwork Network, SequenceHead Head, SequenceOutputOptions Output, float InputDropout, bool Weighted, bool KeepsAttention = false)
{
    internal const string Weights = "weights";

    /// <summary>The training graph: inputs, labels, loss and metrics.</summary>
    internal NetworkOutputs Train(NetworkBuilder network) =>
        Head.Loss(network, Outputs(network, Input.Declare(network)), Weighted ? network.Input(Weights, ElementType.Float, ["batch"]) : null);

    /// <summary>The predictions as outputs of the graph, for sequences of any length.</summary>
    internal void Predict(NetworkBuilder network)
    {
        Value? pooling = null;
        var encoded = Encode(network, Input.DeclareRagged(network));
        foreach (var (name, value) in Head.Predictions(Head.Outputs(network, encoded, Output with { OnPoolingWeights = weights => pooling = weights })))
            network.Graph.Output(name, value);
        if (!KeepsAttention)
            return;
        if (encoded.Attention is null && pooling is null)
            throw new ArgumentException($"{nameof(SequenceTrainerOptions.KeepsAttention)} is set, but the {Network.Name} has no attention to its own steps, and the pooling is {Output.Pooling}; expected a Transformer or {nameof(Pooling)}.{nameof(Pooling.Attention)}.");
        if (encoded.Attention is not null)
            network.Graph.Output(SequenceModelFormat.Attention, encoded.Attention);
        if (pooling is not null)
            network.Graph.Output(SequenceModelFormat.ReadoutAttention, Op.Squeeze(Op.Transpose(pooling, 1, 0, 2), 2));
    }

    /// <summary>The input side and the network, without the output layer.</summary>
    internal EncodedSequence Encode(NetworkBuilder network) => Encode(network, Input.Declare(network));

    private Value Outputs(NetworkBuilder network, Sequence x) => Head.Outputs(network, Encode(network, x), Output);

    private EncodedSequence Encode(NetworkBuilder network, Sequence x) => Encode(Network, x.With(network.Dropout(x.Steps, InputDropout)));

    // A network may be the user's own.
    internal static EncodedSequence Encode(SequenceNetwork writer, Sequence x)
    {
        var encoded = writer.Encode(x) ?? throw new GraphException($"The network '{writer.Name}' gave null; expected an EncodedSequence.");
        var steps = encoded.Steps.Steps;
        if (!steps.Shape[2].IsKnown)
            throw new GraphException($"The network '{writer.Name}' gave Steps {steps}; expected [time, batch, features] with a known number of features.");
        if (encoded.Final is { } final && (final.Shape.Rank != 2 || !final.Shape[1].IsKnown))
            throw new GraphException($"The network '{writer.Name}' gave Final {final}; expected [batch, features] with a known number of features.");
        return encoded;
    }
}
