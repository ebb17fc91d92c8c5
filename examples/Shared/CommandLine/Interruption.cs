namespace Examples;

/// <summary>
/// Ctrl-C while a program runs: the first lets training end with what it reached, which is evaluated and saved; the second ends training
/// without; the third ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new(), _cancel = new();

    internal Interruption() => Console.CancelKeyPress += Interrupted;

    /// <summary>For <c>TrainingOptions.StopToken</c>.</summary>
    internal CancellationToken StopToken => _stop.Token;

    /// <summary>For <c>TrainingOptions.CancellationToken</c>.</summary>
    internal CancellationToken CancellationToken => _cancel.Token;

    /// <summary>Counts one more Ctrl-C.</summary>
    /// <returns>Whether the process goes on.</returns>
    internal bool Interrupt()
    {
        if (_cancel.IsCancellationRequested)
            return false;
        var isFirst = !_stop.IsCancellationRequested;
        Console.Error.WriteLine(isFirst ? "Training ends with what it has reached; Ctrl-C again cancels." : "Cancelled.");
        (isFirst ? _stop : _cancel).Cancel();
        return true;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= Interrupted;
        _stop.Dispose();
        _cancel.Dispose();
    }

    private void Interrupted(object? sender, ConsoleCancelEventArgs pressed) => pressed.Cancel = Interrupt();
}
