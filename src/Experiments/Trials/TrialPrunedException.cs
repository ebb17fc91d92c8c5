namespace MLSeqGraph.Experiments;

/// <summary>A pruner ends a trial. It passes through the trial's function.</summary>
public sealed class TrialPrunedException : Exception
{
    internal TrialPrunedException(int epoch) : base($"pruned after epoch {epoch}")
    {
    }
}
