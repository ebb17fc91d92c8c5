namespace MLSeqGraph.Onnx;

/// <summary>The tensors of one direction of a recurrent layer; null for those it doesn't have.</summary>
internal unsafe struct RecurrentDirection
{
    /// <summary>Weights of the input [features, gates·hidden], of the state [hidden, gates·hidden], bias [gates·hidden].</summary>
    internal float* Weight, Recurrent, Bias;

    /// <summary>An LSTM's peepholes i, o, f [3·hidden], a GRU's bias inside the reset gate [hidden].</summary>
    internal float* Extra;

    /// <summary>States before the first step [batch, hidden]; null for zeros.</summary>
    internal float* Hidden0, Cell0;

    /// <summary>States after each sequence's last step [batch, hidden].</summary>
    internal float* LastHidden, LastCell;

    /// <summary>Values kept for the gradient [steps, batch, parts·padded]; null without gradient.</summary>
    internal float* Saved;

    /// <summary>Gradients of the weights and initial states, with their shapes.</summary>
    internal float* WeightGradient, RecurrentGradient, BiasGradient, ExtraGradient, Hidden0Gradient, Cell0Gradient;

    /// <summary>Gradients of the last states [batch, hidden]; null for zeros.</summary>
    internal float* LastHiddenGradient, LastCellGradient;

    /// <summary>Gradient of the cells' inputs [steps, batch, parts·padded].</summary>
    internal float* Work;

    /// <summary>Gradient of the input by this direction alone [steps, batch, features]; null where it isn't needed.</summary>
    internal float* InputGradient;
}
