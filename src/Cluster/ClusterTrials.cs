using System.Collections.Concurrent;
using System.Diagnostics;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>The trials of a study, handed out by the cluster.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="experiment">The experiment, as this process made it.</param>
/// <param name="identity">This worker.</param>
/// <param name="leaves">Whether to leave where there is nothing to do for now.</param>
internal sealed class ClusterTrials(IGrainFactory grains, Experiment experiment, WorkerIdentity identity, Func<bool> leaves) : ITrialSource
{
    // How long a cluster that doesn't answer is waited for: members find out meanwhile that one is gone.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<int, ITrialGrain> _running = new();
    private readonly CancellationTokenSource _over = new();
    private readonly IStudyGrain _study = grains.GetGrain<IStudyGrain>(experiment.StudyName);

    public double? Best => null;

    public CancellationToken Over => _over.Token;

    public TrialClaim? Claim(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var offer = Call(() => _study.Next(identity));
            switch (offer.Kind)
            {
                case OfferKind.Refused:
                    throw new ClusterException(offer.Reason!);
                case OfferKind.Over:
                    return null;
                case OfferKind.Trial:
                    var trial = _running[offer.TrialId] = grains.GetGrain<ITrialGrain>(offer.TrialId, experiment.StudyName);
                    Call(() => trial.Begin(identity.Worker));
                    return new(offer.TrialId, new(TrialParameters.Parse(offer.Parameters, experiment.Space), offer.ParentTrialId),
                        offer.IsBegun);
            }
            if (leaves())
                return null;
            cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(300));
        }
        return null;
    }

    public IReadOnlyDictionary<int, double> Rewind(int trialId, int epoch) => Call(() => _study.Rewind(trialId, epoch));

    public PruneDecision? Report(int trialId, int epoch, double value, bool decides)
    {
        var reply = Call(() => _running[trialId].Report(identity.Worker, epoch, value, decides));
        if (reply.IsOver)
            _over.Cancel();
        if (reply.Decision is null)
            _running.TryRemove(trialId, out _);
        return (PruneDecision?)reply.Decision;
    }

    public bool Finish(TrialResult result)
    {
        var isOwn = Call(() => _study.Finish(identity.Worker, new(result.TrialId, result.State.ToString(), result.Metric, result.Reason,
            result.Epochs, result.BestEpoch, result.DurationInMilliseconds)));
        End(result.TrialId);
        return isOwn;
    }

    public void Release(int trialId)
    {
        Call(() => _study.Release(identity.Worker, trialId, isDead: false));
        End(trialId);
    }

    public void Beat()
    {
        foreach (var trial in _running.Values)
            if (Call(() => trial.Beat(identity.Worker)))
                _over.Cancel();
    }

    public void Dispose() => _over.Dispose();

    private void End(int trialId)
    {
        if (_running.TryRemove(trialId, out var trial))
            Call(() => trial.End(identity.Worker));
    }

    private static void Call(Func<Task> call) => Call(async () =>
    {
        await call();
        return true;
    });

    private static T Call<T>(Func<Task<T>> call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var wait = 100; ; wait = Math.Min(2 * wait, 3000))
            try
            {
                return Task.Run(call).GetAwaiter().GetResult();
            }
            catch (Exception error) when (error is OrleansException or TimeoutException)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience)
                    throw new StudyException($"The cluster doesn't answer: {error.Message}", error);
                Thread.Sleep(wait);
            }
    }
}
