using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A checkpoint can't be written, read or used; the message names the folder or file. Where that happens during training, the
/// model's parameters are those reached (of the best epoch, where best weights are restored).
/// </summary>
public sealed class CheckpointException : IOException
{
    internal CheckpointException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The model with those parameters, where an estimator trained it; null where training had not begun.</summary>
    public ITransformer? Model { get; private set; }

    /// <summary>The weights reached so far, where a network was being pre-trained.</summary>
    public PretrainedNetwork? Pretrained { get; private set; }

    /// <summary>The epochs finished before; null where training had not begun.</summary>
    public TrainingHistory? History { get; internal set; }

    /// <summary>Stores the result that a trainer makes from the weights.</summary>
    internal void Keep(object trained) => (Model, Pretrained) = (trained as ITransformer, trained as PretrainedNetwork);
}
