namespace MLSeqGraph.Experiments;

/// <summary>A trial as a tuner sees it.</summary>
/// <param name="Point">Its place in the space.</param>
/// <param name="Parameters">Its values, of the dimensions that matter.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Loss">Its metric, so that less is better; infinite without one.</param>
public sealed record TunedTrial(double[] Point, IReadOnlyDictionary<string, object> Parameters, TrialState State, double Loss)
{
    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is TrialState.Completed or TrialState.Pruned or TrialState.Failed;
}
