using System.Runtime.InteropServices;
using MLSeqGraph.CommandLine;

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
return new Tool(Console.Out, Console.Error, interruption.Token).Run(args);
