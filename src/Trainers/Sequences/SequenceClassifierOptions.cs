using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that trainers of several classes share, whether of sequences or of steps.</summary>
public abstract class SequenceClassifierOptions : SequenceTrainerOptions
{
    /// <summary>The loss's weight of each class, in the order of the label's keys; null for equal ones.</summary>
    public float[]? ClassWeights { get; set; }

    /// <summary>Whether classes are weighted so that each counts the same, however often it occurs.</summary>
    public bool BalanceClasses { get; set; }

    /// <summary>Label smoothing (Szegedy et al. 2016): this much of the target is spread over all classes.</summary>
    public float LabelSmoothing { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(nameof(LabelSmoothing), LabelSmoothing is >= 0 and < 1, LabelSmoothing, "at least 0 and below 1");
        if (ClassWeights is null)
            return;
        var found = FormattableString.Invariant($"[{string.Join(", ", ClassWeights)}]");
        Check(nameof(ClassWeights), ClassWeights.All(weight => weight >= 0 && float.IsFinite(weight)) && ClassWeights.Any(weight => weight > 0),
            found, "finite numbers of at least 0, not all of them 0");
        Check(nameof(ClassWeights), !BalanceClasses, found, $"null where {nameof(BalanceClasses)} is set");
    }

    /// <exception cref="ArgumentException">There are more or fewer weights than classes.</exception>
    internal SequenceLabel WithWeightsFor(SequenceLabel label) => ClassWeights is null || ClassWeights.Length == label.Count
        ? label
        : throw new ArgumentException($"{nameof(ClassWeights)} has {ClassWeights.Length} weights, but column '{label.Name}' has {label.Count} classes; expected a weight for each class, in the order of the label's keys.");

    /// <summary>The weights to train with; null for equal ones.</summary>
    internal float[]? Weights(SequenceStatistics statistics) => BalanceClasses ? statistics.BalancedWeights() : ClassWeights;
}
