using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Runtime;

/// <summary>Sends messages to a listener, if there is one.</summary>
internal class Pipe<TMessage>(IExceptionContext parent, Action<TMessage> listener) : IPipe<TMessage>
{
    public string ContextDescription => parent.ContextDescription;

    public TException Process<TException>(TException ex) where TException : Exception => parent.Process(ex);

    public void Send(TMessage msg) => listener?.Invoke(msg);

    public virtual void Dispose() { }
}

/// <summary>Sends log messages, among them one at its start and two at its end.</summary>
internal sealed class Channel : Pipe<ChannelMessage>, IChannel
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private bool _disposed;

    public Channel(IExceptionContext parent, string fullName, Action<string, ChannelMessage> log)
        : base(parent, message => log(fullName, message)) =>
        Trace(MessageSensitivity.None, "Channel started");

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Trace, sensitivity, Format(fmt, args));

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Info, sensitivity, Format(fmt, args));

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Warning, sensitivity, Format(fmt, args));

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Error, sensitivity, Format(fmt, args));

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Trace(MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", _watch.Elapsed);
        Trace(MessageSensitivity.None, "Channel disposed");
    }

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string message)
    {
        Contracts.CheckNonEmpty(message, nameof(message));
        Send(new ChannelMessage(kind, sensitivity, message));
    }

    private static string Format(string format, object[] args)
    {
        Contracts.CheckNonEmpty(format, nameof(format));
        Contracts.CheckParam(args is { Length: > 0 }, nameof(args), "A message with arguments needs at least one.");
        return string.Format(CultureInfo.CurrentCulture, format, args);
    }
}

/// <summary>Takes progress that nobody watches: an <see cref="MLContext"/> has no listener for it.</summary>
internal sealed class ProgressChannel : IProgressChannel
{
    public IProgressChannel StartProgressChannel(string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return new ProgressChannel();
    }

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
        Contracts.CheckValue(header, nameof(header));
        Contracts.CheckValue(fillAction, nameof(fillAction));
    }

    public void Checkpoint(params double?[] values) => Contracts.CheckValue(values, nameof(values));

    public void Dispose() { }
}
