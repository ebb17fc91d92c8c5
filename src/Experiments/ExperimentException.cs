namespace MLSeqGraph.Experiments;

/// <summary>An experiment has no result: none of its trials was completed.</summary>
public sealed class ExperimentException : Exception
{
    internal ExperimentException(string message, IReadOnlyList<TrialResult> trials) : base(message) => Trials = trials;

    /// <summary>The trials, with their reasons.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }
}
