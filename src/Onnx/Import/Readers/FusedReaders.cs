namespace MLSeqGraph.Onnx;

/// <summary>Reads operators of ONNX Runtime's own domain that stand for several others, as optimized models have them.</summary>
internal static class FusedReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["com.microsoft:BiasGelu"] = node => [ElementwiseReaders.Gelu(node[0] + node[1], approximate: false)],
        ["com.microsoft:FastGelu"] = node =>
            [ElementwiseReaders.Gelu(node.Optional(1) is { } bias ? node[0] + bias : node[0], approximate: true)],
        ["com.microsoft:Gelu"] = node => [ElementwiseReaders.Gelu(node[0], approximate: false)],
        ["com.microsoft:QuickGelu"] = node => [node[0] * Op.Sigmoid(node[0] * node.Float("alpha", 1.702f))],
        ["com.microsoft:SkipLayerNormalization"] = SkipLayerNormalization,
    };

    private static Value[] SkipLayerNormalization(ImportedNode node)
    {
        var sum = node[0] + node[1];
        if (node.Optional(4) is { } bias)
            sum += bias;
        var (scale, shift) = (node[2], node.Optional(3));
        var normalized = node.Importer.IsForTraining ? Op.Standardize(sum, node.Float("epsilon", 1e-12f)) * scale
            : Op.LayerNormalization(sum, scale, shift, node.Float("epsilon", 1e-12f));
        if (node.Importer.IsForTraining && shift is not null)
            normalized += shift;
        return node.OutputCount <= 1 ? [normalized] : throw new ImportException("its outputs beside the first are not supported");
    }
}
