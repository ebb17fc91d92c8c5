using System.Globalization;
using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Training was stopped because a loss or a gradient was NaN or infinite. The model's parameters are those of the last good epoch
/// (of the best one, where best weights are restored), and checkpoints are those written up to then.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(string what, int epoch, long step, double loss, float learningRate, TrainingHistory history)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"Training diverged: {what} in epoch {epoch}, step {step}, at learning rate {learningRate}. Try a lower "
                + $"{nameof(TrainingOptions.LearningRate)} or a {nameof(TrainingOptions.GradientClipNorm)} such as 1, and look for NaN "
                + $"or very large values in the data."))
    {
        Epoch = epoch;
        Step = step;
        Loss = loss;
        LearningRate = learningRate;
        History = history;
    }

    /// <summary>Number of the epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>Number of the step, from 1, counted over all epochs.</summary>
    public long Step { get; }

    /// <summary>The loss; finite where only the gradient was not.</summary>
    public double Loss { get; }

    /// <summary>The step's learning rate.</summary>
    public float LearningRate { get; }

    /// <summary>The epochs finished before.</summary>
    public TrainingHistory History { get; }
}

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
