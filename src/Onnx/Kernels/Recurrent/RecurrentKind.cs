namespace MLSeqGraph.Onnx;

/// <summary>The cells that <see cref="RecurrentKernel"/> knows.</summary>
internal enum RecurrentKind
{
    /// <summary>Long short-term memory.</summary>
    Lstm,
    /// <summary>Gated recurrent units, the reset gate applied after the matrix product.</summary>
    Gru,
    /// <summary>A plain recurrent layer with the hyperbolic tangent.</summary>
    Tanh,
    /// <summary>A plain recurrent layer with max(x, 0).</summary>
    Relu,
}
