using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>The operators that models may have, each with what reads it. The readers are written by families.</summary>
internal static class OperatorTable
{
    private const string Microsoft = "com.microsoft";

    // Operators of quantized models: known, but without gradient.
    private static readonly HashSet<string> Quantized = new(StringComparer.Ordinal)
    {
        "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "DynamicQuantizeLSTM", "DynamicQuantizeMatMul", "MatMulInteger",
        "MatMulIntegerToFloat", "MatMulNBits", "QAttention", "QGemm", "QLinearAdd", "QLinearConv", "QLinearMatMul", "QuantizeLinear",
        "EmbedLayerNormalization", "QEmbedLayerNormalization",
    };

    private static readonly Dictionary<string, OperatorReader> Readers = new[]
    {
        ElementwiseReaders.All, LayoutReaders.All, IndexReaders.All, SizeReaders.All, ReductionReaders.All, MatrixReaders.All,
        NormalizationReaders.All, WindowReaders.All, RecurrentReaders.All, ControlReaders.All, FusedReaders.All,
    }.SelectMany(family => family).ToDictionary(StringComparer.Ordinal);

    /// <summary>The operators that are read; those of other domains with their domain.</summary>
    internal static IReadOnlyCollection<string> Operators => Readers.Keys;

    internal static OperatorReader? Find(NodeProto node) => Find(ParsedGraph.OperatorName(node));

    internal static OperatorReader? Find(string operatorName) => Readers.GetValueOrDefault(operatorName);

    /// <summary>Why an operator isn't read.</summary>
    internal static string WhyNot(NodeProto node) =>
        Quantized.Contains(node.OpType) ? "it is part of a quantized model, which can be run (OnnxSession) but not trained: take the model "
            + "in single precision"
        : node.Domain is not ("" or "ai.onnx" or Microsoft) ? $"operators of domain '{node.Domain}' are not supported"
        : "the operator is not supported";
}
