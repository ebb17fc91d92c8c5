using System.Globalization;

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
