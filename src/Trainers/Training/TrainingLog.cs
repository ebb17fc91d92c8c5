using Microsoft.ML.Runtime;

namespace MLSeqGraph.Trainers;

/// <summary>
/// ML.NET's log, where there is an environment that provides one. Its progress channels are left alone: nothing can read those of an
/// <see cref="Microsoft.ML.MLContext"/>, which keeps the events of each, and the host with them, for as long as it lives.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly IChannel? _channel;
    private string? _last;

    internal TrainingLog(IHostEnvironment? host) => _channel = host?.Start("Training");

    internal void Info(string line)
    {
        // The training and the evaluation session often log the same line.
        if (line != _last)
            _channel?.Info(MessageSensitivity.None, line);
        _last = line;
    }

    internal void Warning(string line) => _channel?.Warning(MessageSensitivity.None, line);

    internal void Epoch(EpochRecord epoch) => Info(epoch.ToString());

    public void Dispose() => _channel?.Dispose();
}
