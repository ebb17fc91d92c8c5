using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A log message.</summary>
public class LoggingEventArgs : EventArgs
{
    public LoggingEventArgs(string message) => Message = message;

    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        RawMessage = message;
        Kind = kind;
        Source = source;
        Message = $"[Source={source}, Kind={kind}] {message}";
    }

    public string Source { get; }

    public ChannelMessageKind Kind { get; }

    /// <summary>The message with its kind and source in front.</summary>
    public string Message { get; }

    public string RawMessage { get; }
}
