namespace MLSeqGraph.Tests;

/// <summary>The operations of oracle cases that the test projects know: what their <see cref="OracleDataAttribute"/>s name.</summary>
internal static class OracleOperations
{
    internal static IReadOnlyDictionary<string, string[]> OfProject { get; } = new Dictionary<string, string[]>
    {
        ["MLSeqGraph.Onnx.Tests"] =
        [
            "LayerNorm", "Optimizer", "ClipGradNorm",
            "Conv1d", "Conv2d", "Conv1dCausal", "ConvTranspose", "Pool", "GlobalAveragePool", "BatchNormEvaluation", "CTCAlignment",
        ],
        ["MLSeqGraph.Transforms.Tests"] = [],
        ["MLSeqGraph.Trainers.Tests"] =
        [
            "LSTM", "GRU", "RNN_TANH", "RNN_RELU", "LSTM_VARIANT", "LSTM_LEARNED_STATE", "MGU", "PhasedLSTM", "SkipGRU",
            "HMM", "HMMDiscrete", "HMMGaussian", "LinearGaussian",
            "GCNConv", "GATConv", "GATv2Conv", "GINConv", "MessagePassing", "RGCNConv", "SAGEConv", "BatchNorm1d",
            "EGNN", "KG_TRANSE_L1", "KG_TRANSE_L2", "KG_DISTMULT", "KG_COMPLEX", "KG_ROTATE",
            "AdditiveAttention", "MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer",
            "LinformerAttention", "BigBirdAttention", "SlidingWindowAttention", "LinearAttention", "SetTransformerISAB",
            "SetTransformerPMA", "PerceiverCrossAttention", "Conv1dCausal", "BatchNormEvaluation", "MixerBlock",
            "CrossEntropy", "BinaryCrossEntropyWithLogits", "mse", "mae", "huber", "gaussian_nll", "student_t_nll", "negative_binomial_nll",
            "quantile", "RevIN", "DLinear", "CTC",
        ],
    };
}
