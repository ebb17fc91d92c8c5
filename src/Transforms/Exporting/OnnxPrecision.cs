namespace MLSeqGraph.Transforms;

/// <summary>How the weights of a file are stored. What the model computes with are floats of 32 bits in any case.</summary>
public enum OnnxPrecision
{
    /// <summary>As they are: 32 bits.</summary>
    Float,

    /// <summary>16 bits: half the size. ONNX Runtime makes floats of them when it loads the file, so it runs as fast.</summary>
    Float16,

    /// <summary>
    /// 8 bits, with a scale for each row or column of a weight: about a quarter of the size. Floats are made of them when the file is
    /// loaded.
    /// </summary>
    Int8,
}
