namespace MLSeqGraph.Onnx;

/// <summary>The tensors of a recurrent layer that its directions share; null for those it doesn't have.</summary>
internal unsafe struct RecurrentTensors
{
    /// <summary>The input [steps, batch, features], and its gradient.</summary>
    internal float* X, XGradient;

    /// <summary>Hidden states after every step [steps, batch, directions·hidden], and their gradient.</summary>
    internal float* Y, YGradient;

    /// <summary>Valid steps of each sequence [batch]; null where every sequence has all steps.</summary>
    internal long* Lengths;

    /// <summary>The directions.</summary>
    internal RecurrentDirection Forward, Backward;

    /// <summary>A direction by its number.</summary>
    internal readonly RecurrentDirection Direction(int direction) => direction == 0 ? Forward : Backward;
}
