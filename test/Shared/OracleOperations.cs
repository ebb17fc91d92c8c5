namespace MLSeqGraph.Tests;

/// <summary>The operations of oracle cases that the test projects know: what their <see cref="OracleDataAttribute"/>s name.</summary>
internal static class OracleOperations
{
    internal static IReadOnlyDictionary<string, string[]> OfProject { get; } = new Dictionary<string, string[]>
    {
        ["MLSeqGraph.Onnx.Tests"] =
        [
            "LayerNorm", "Optimizer", "ClipGradNorm", "CTCAlignment",
        ],
        ["MLSeqGraph.Transforms.Tests"] = [],
        ["MLSeqGraph.Trainers.Tests"] =
        [
            "LSTM", "GRU", "RNN_TANH", "RNN_RELU", "LSTM_VARIANT", "LSTM_LEARNED_STATE",
            "GCNConv", "GATConv", "GATv2Conv", "GINConv", "MessagePassing", "RGCNConv", "SAGEConv", "BatchNorm1d",
            "AdditiveAttention", "MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer",
            "CrossEntropy", "BinaryCrossEntropyWithLogits", "mse", "mae", "huber", "CTC",
        ],
    };
}
