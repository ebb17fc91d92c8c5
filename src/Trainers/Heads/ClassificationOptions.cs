using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Checks and applies <see cref="IClassificationOptions"/>.</summary>
internal static class ClassificationOptions
{
    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    internal static void Validate(this IClassificationOptions options)
    {
        var smoothing = options.LabelSmoothing;
        TrainingOptions.Check(nameof(options.LabelSmoothing), smoothing is >= 0 and < 1, smoothing, "at least 0 and below 1");
        if (options.ClassWeights is not { } weights)
            return;
        var found = FormattableString.Invariant($"[{string.Join(", ", weights)}]");
        TrainingOptions.Check(nameof(options.ClassWeights), weights.All(weight => weight >= 0 && float.IsFinite(weight))
            && weights.Any(weight => weight > 0),
            found, "finite numbers of at least 0, not all of them 0");
        TrainingOptions.Check(nameof(options.ClassWeights), !options.BalanceClasses, found,
            $"null where {nameof(options.BalanceClasses)} is set");
    }

    /// <summary>Returns the label if there are as many class weights as classes.</summary>
    /// <exception cref="ArgumentException">There are more or fewer weights than classes.</exception>
    internal static SequenceLabel Fitting(this IClassificationOptions options, SequenceLabel label) =>
        options.ClassWeights is not { } weights || weights.Length == label.Count
            ? label
            : throw new ArgumentException($"{nameof(options.ClassWeights)} has {weights.Length} weights, but column '{label.Name}' has "
                + $"{label.Count} classes; expected a weight for each class, in the order of the label's keys.");

    /// <summary>The weights to train with; null for equal ones.</summary>
    internal static float[]? Weights(this IClassificationOptions options, LabelStatistics statistics) =>
        options.BalanceClasses ? statistics.BalancedWeights() : options.ClassWeights;
}
