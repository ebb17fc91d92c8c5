namespace MLSeqGraph.Onnx;

/// <summary>The numbers in which a model file keeps its weights.</summary>
public enum Precision
{
    /// <summary>Single precision, as in training: 4 bytes per weight.</summary>
    Single,

    /// <summary>Half precision: 2 bytes per weight. ONNX Runtime widens them at load and computes in single precision.</summary>
    Half,

    /// <summary>
    /// Integers of 8 bits, 1 byte per weight, and a scale for each output of a product or each row of a table. ONNX Runtime widens them
    /// when it loads the file, and computes in single precision.
    /// </summary>
    Int8,

    /// <summary>
    /// As <see cref="Int8"/>, and products with a weight matrix are of integers: activations are rounded to 8 bits on a scale that each
    /// call takes from all of them, so that a row's result depends on the other rows of its batch.
    /// </summary>
    DynamicInt8,
}
