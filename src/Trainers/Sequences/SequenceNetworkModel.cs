using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A sequence network from input to output, written for training or for deployment.</summary>
internal sealed record SequenceNetworkModel(SequenceInput Input, SequenceNetwork Network, SequenceHead Head, SequenceOutputOptions Output, float InputDropout, bool Weighted)
{
    internal const string Weights = "weights";

    /// <summary>The training graph: inputs, labels, loss and metrics.</summary>
    internal NetworkOutputs Train(NetworkBuilder network) =>
        Head.Loss(network, Outputs(network, Input.Declare(network)), Weighted ? network.Input(Weights, ElementType.Float, ["batch"]) : null);

    /// <summary>The predictions as outputs of the graph, for sequences of any length.</summary>
    internal void Predict(NetworkBuilder network)
    {
        foreach (var (name, value) in Head.Predictions(Outputs(network, Input.DeclareRagged(network))))
            network.Graph.Output(name, value);
    }

    private Value Outputs(NetworkBuilder network, Sequence x) =>
        Head.Outputs(network, Network.Encode(x.With(network.Dropout(x.Steps, InputDropout))), Output);
}
