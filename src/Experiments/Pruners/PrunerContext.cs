namespace MLSeqGraph.Experiments;

/// <summary>What a pruner knows.</summary>
/// <param name="TrialId">The number of the trial.</param>
/// <param name="Epoch">The epoch that was just reported, from 1.</param>
/// <param name="Curve">What the trial reported so far by epoch, so that less is better.</param>
/// <param name="Others">What the other trials of the study reported, by their numbers.</param>
public sealed record PrunerContext(int TrialId, int Epoch, IReadOnlyDictionary<int, double> Curve,
    IReadOnlyDictionary<int, IReadOnlyDictionary<int, double>> Others)
{
    /// <summary>The best of a curve up to an epoch; infinite before its first.</summary>
    internal static double Best(IReadOnlyDictionary<int, double> curve, int epoch) =>
        curve.Where(one => one.Key <= epoch).Select(one => one.Value).DefaultIfEmpty(double.PositiveInfinity).Min();
}
