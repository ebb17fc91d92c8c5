using System.Runtime.InteropServices;
using MLSeqGraph.CommandLine;
using Spectre.Console;

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first ends with the best so far, the second at once.
    pressed.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};
// As services are told to end.
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
});
var terminal = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
return new Tool(Console.Out, Console.Error, interruption.Token)
{
    // Files and pipes get lines.
    Terminal = !Console.IsErrorRedirected && terminal.Profile.Capabilities is { Ansi: true, Interactive: true } ? terminal : null,
}.Run(args);
