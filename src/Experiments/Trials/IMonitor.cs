namespace MLSeqGraph.Experiments;

/// <summary>Watches an experiment. Calls come one at a time, from the threads of the trials.</summary>
public interface IMonitor
{
    /// <summary>A trial begins.</summary>
    void ReportRunningTrial(Trial trial)
    {
    }

    /// <summary>An epoch of a trial is over.</summary>
    void ReportEpoch(Trial trial, int epoch, double value)
    {
    }

    /// <summary>A trial has a metric, or was pruned.</summary>
    void ReportCompletedTrial(TrialResult result)
    {
    }

    /// <summary>A trial is the best so far.</summary>
    void ReportBestTrial(TrialResult result)
    {
    }

    /// <summary>A trial failed: <see cref="TrialResult.Reason"/>.</summary>
    void ReportFailTrial(TrialResult result)
    {
    }
}
