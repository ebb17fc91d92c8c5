using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Training was canceled. The model's parameters are those reached so far (those of the best epoch, where best weights are
/// restored and there was one).
/// </summary>
public sealed class TrainingCanceledException : OperationCanceledException
{
    internal TrainingCanceledException(TrainingHistory history, CancellationToken cancellationToken, Exception? inner)
        : base($"Training was canceled after {history.Epochs.Count} finished epochs.", inner, cancellationToken) => History = history;

    /// <summary>The model with the parameters reached so far, where an estimator trained it.</summary>
    public ITransformer? Model { get; private set; }

    /// <summary>The weights reached so far, where a network was pre-trained.</summary>
    public PretrainedNetwork? Pretrained { get; private set; }

    /// <summary>The epochs finished before.</summary>
    public TrainingHistory History { get; }

    /// <summary>Stores the result that a trainer makes from the weights.</summary>
    internal void Keep(object trained) => (Model, Pretrained) = (trained as ITransformer, trained as PretrainedNetwork);
}
