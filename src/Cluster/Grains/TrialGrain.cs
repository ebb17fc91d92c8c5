using Orleans.Placement;

namespace MLSeqGraph.Cluster;

/// <inheritdoc cref="ITrialGrain"/>
[PreferLocalPlacement]
internal sealed class TrialGrain(ClusterOptions options) : Grain, ITrialGrain
{
    private string? _worker;
    private long _heard;
    private IGrainTimer? _timer;

    public Task Begin(string worker)
    {
        Hear(worker);
        return Task.CompletedTask;
    }

    public Task<bool> Beat(string worker)
    {
        Hear(worker);
        return Study.Beat(worker, Number);
    }

    public async Task<TrialReply> Report(string worker, int epoch, double value, bool decides)
    {
        Hear(worker);
        var reply = await Study.Report(worker, Number, epoch, value, decides);
        if (reply.Decision is null)
            Forget(worker);
        return reply;
    }

    public Task End(string worker)
    {
        Forget(worker);
        return Task.CompletedTask;
    }

    private int Number => (int)this.GetPrimaryKeyLong(out _);

    private IStudyGrain Study
    {
        get
        {
            this.GetPrimaryKeyLong(out var study);
            return GrainFactory.GetGrain<IStudyGrain>(study!);
        }
    }

    // The last that reports has it; one that was taken for dead is told so by the study.
    private void Hear(string worker)
    {
        (_worker, _heard) = (worker, Environment.TickCount64);
        _timer ??= this.RegisterGrainTimer(_ => Check(), new GrainTimerCreationOptions(options.Lease / 4, options.Lease / 4)
        {
            KeepAlive = true,
        });
    }

    private void Forget(string worker)
    {
        if (_worker != worker)
            return;
        _worker = null;
        _timer?.Dispose();
        _timer = null;
    }

    private async Task Check()
    {
        if (_worker is not { } silent || Environment.TickCount64 - _heard < options.Lease.TotalMilliseconds)
            return;
        await Study.Release(silent, Number, isDead: true);
        Forget(silent);
    }
}
