using Microsoft.ML.Runtime;

namespace MLSeqGraph.Trainers;

/// <summary>ML.NET's log and progress channels, where there is an environment that provides them.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly IChannel? _channel;
    private readonly IProgressChannel? _progress;
    private double _loss = double.NaN;
    private int _epoch;
    private string? _last;

    internal TrainingLog(IHostEnvironment? host, int plannedEpochs)
    {
        _channel = host?.Start("Training");
        _progress = host?.StartProgressChannel("Training");
        _progress?.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry =>
        {
            entry.SetProgress(0, _epoch, plannedEpochs);
            entry.SetMetric(0, _loss);
        });
    }

    internal void Info(string line)
    {
        // The training and the evaluation session often log the same line.
        if (line != _last)
            _channel?.Info(MessageSensitivity.None, line);
        _last = line;
    }

    internal void Warning(string line) => _channel?.Warning(MessageSensitivity.None, line);

    internal void Epoch(EpochRecord epoch)
    {
        Info(epoch.ToString());
        _epoch = epoch.Epoch;
        _loss = epoch.Loss;
        _progress?.Checkpoint(epoch.Loss, epoch.Epoch);
    }

    public void Dispose()
    {
        _progress?.Dispose();
        _channel?.Dispose();
    }
}
