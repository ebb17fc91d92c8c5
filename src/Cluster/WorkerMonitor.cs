using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>Says what a worker's trials do, and counts those that ended.</summary>
internal sealed class WorkerMonitor(string study, IMonitor? inner, Action<string> say) : IMonitor
{
    private readonly Dictionary<int, int> _epochs = [];

    internal int Ended { get; private set; }

    public void ReportRunningTrial(Trial trial)
    {
        say($"{study}: trial {trial.TrialId} begins: {TrialParameters.Text(trial.Parameters)}");
        inner?.ReportRunningTrial(trial);
    }

    public void ReportEpoch(Trial trial, int epoch, double value)
    {
        _epochs[trial.TrialId] = _epochs.GetValueOrDefault(trial.TrialId) + 1;
        inner?.ReportEpoch(trial, epoch, value);
    }

    public void ReportCompletedTrial(TrialResult result)
    {
        End(result);
        inner?.ReportCompletedTrial(result);
    }

    public void ReportBestTrial(TrialResult result) => inner?.ReportBestTrial(result);

    public void ReportFailTrial(TrialResult result)
    {
        End(result);
        inner?.ReportFailTrial(result);
    }

    private void End(TrialResult result)
    {
        Ended++;
        _epochs.Remove(result.TrialId, out var here);
        // The epoch after which a trial is pruned is reported to the study alone.
        here += result.State == TrialState.Pruned ? 1 : 0;
        say($"{study}: {result}" + (here == result.Epochs ? "" : FormattableString.Invariant($", {here} of {result.Epochs} epochs here")));
    }
}
