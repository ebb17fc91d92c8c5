using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Trainers;

/// <summary>The results of one epoch of training.</summary>
public sealed record EpochRecord
{
    private static readonly Dictionary<string, double> None = [];

    /// <summary>Number of the epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The maximum number of epochs.</summary>
    public required int PlannedEpochs { get; init; }

    /// <summary>Mean loss over the training rows, each before the update of its step.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// Mean loss over the validation rows after the epoch; null without validation data, and where the weights of all its rows are 0.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>exp(<see cref="Loss"/>): where tokens are predicted and the loss is in nats per token, their perplexity.</summary>
    [JsonIgnore]
    public double Perplexity => Math.Exp(Loss);

    /// <summary>exp(<see cref="ValidationLoss"/>), as <see cref="Perplexity"/>; null without validation data.</summary>
    [JsonIgnore]
    public double? ValidationPerplexity => ValidationLoss is { } loss ? Math.Exp(loss) : null;

    /// <summary>Metrics over the training rows.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = None;

    /// <summary>Metrics over the validation rows.</summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = None;

    /// <summary>Mean over the steps of the global norm of the gradients, before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public float LearningRate { get; init; }

    /// <summary>Seconds the epoch's steps took, including waiting for data.</summary>
    public double Seconds { get; init; }

    /// <summary>
    /// Of <see cref="Seconds"/>, those that the steps waited for batches: rows that are read, neighbors that are sampled.
    /// </summary>
    public double WaitingSeconds { get; init; }

    /// <summary>Of <see cref="Seconds"/>, those that handing batches over took.</summary>
    public double FeedingSeconds { get; init; }

    /// <summary>Of <see cref="Seconds"/>, those of the steps themselves: forward, backward and update.</summary>
    public double StepSeconds { get; init; }

    /// <summary>Seconds the validation took.</summary>
    public double ValidationSeconds { get; init; }

    /// <summary>Steps in the epoch.</summary>
    public long Steps { get; init; }

    /// <summary>Training rows in the epoch.</summary>
    public long Rows { get; init; }

    /// <summary>Steps per second.</summary>
    public double StepsPerSecond => Seconds > 0 ? Steps / Seconds : 0;

    /// <summary>Training rows per second.</summary>
    public double RowsPerSecond => Seconds > 0 ? Rows / Seconds : 0;

    /// <summary>
    /// The epoch in a line: <c>epoch 3/20  loss 0.1234  accuracy 0.9500  validation loss 0.1311  accuracy 0.9420  0.8 s  410
    /// steps/s</c>.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder($"epoch {Epoch}/{PlannedEpochs}");
        Append(text, "loss", Loss);
        foreach (var (name, value) in Metrics)
            Append(text, name, value);
        if (ValidationLoss is { } loss)
        {
            Append(text, "validation loss", loss);
            foreach (var (name, value) in ValidationMetrics)
                Append(text, name, value);
        }
        return text.Append(CultureInfo.InvariantCulture, $"  {Seconds + ValidationSeconds:0.0} s  {StepsPerSecond:0} steps/s").ToString();
    }

    // Four decimals, or four significant digits for small values.
    private static void Append(StringBuilder text, string name, double value) =>
        text.Append("  ").Append(name).Append(' ').Append(value.ToString(
            Math.Abs(value) is 0 or (>= 0.01 and < 1e6) ? "0.0000" : "0.###e+0", CultureInfo.InvariantCulture));
}
