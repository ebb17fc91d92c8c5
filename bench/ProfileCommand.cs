using System.CommandLine;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>Prints where the time of a case goes, by layer.</summary>
internal static class ProfileCommand
{
    private const int WarmUp = 3, OperationsOfScope = 5;

    internal static Command Create()
    {
        var name = new Argument<string>("case") { Description = "A case." };
        name.Validators.Add(found =>
        {
            var given = found.GetValueOrDefault<string>();
            if (!CaseShapes.All.ContainsKey(given))
                found.AddError($"There is no case '{given}'. There are {string.Join(", ", CaseShapes.All.Keys)}.");
        });
        var threads = new Option<int>("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 2 };
        var runs = new Option<int>("--runs") { Description = "Runs that count.", DefaultValueFactory = _ => 20 };
        var command = new Command("profile", "Where a case's time goes, by layer: forward, backward and update of a training step.")
        {
            name, threads, runs,
        };
        command.SetAction(parsed => Print(parsed.GetValue(name)!, parsed.GetValue(threads), Math.Max(1, parsed.GetValue(runs))));
        return command;
    }

    private static void Print(string name, int threads, int runs)
    {
        using var profile = new SessionProfile();
        using var work = Cases.Of(CaseShapes.All[name]);
        work.Setup(threads);
        for (var run = 0; run < WarmUp + runs; run++)
            work.Run();
        var (total, operations) = profile.Read(WarmUp * work.SessionRuns);
        Console.WriteLine($"{name}, {threads} threads, {runs} runs: {total / runs:0.000} ms a run, which profiling makes longer");
        var scopes = operations.GroupBy(time => time.Scope).OrderByDescending(scope => scope.Sum(time => time.Milliseconds));
        foreach (var scope in scopes)
        {
            var time = scope.Sum(operation => operation.Milliseconds);
            Console.WriteLine($"{time / runs,9:0.000} ms {time / total,6:0.0%}  {(scope.Key.Length == 0 ? "(no layer)" : scope.Key)}");
            foreach (var operation in scope.Take(OperationsOfScope))
                Console.WriteLine($"{operation.Milliseconds / runs,20:0.000} ms  {operation.Calls / (double)runs:0.#} × "
                    + operation.Operation);
        }
        Console.WriteLine($"{(total - operations.Sum(time => time.Milliseconds)) / runs,9:0.000} ms {"",6}  between operations");
        foreach (var (phase, time) in work.Phases)
            Console.WriteLine($"{time,9:0.000} ms         {phase}, the last run");
    }
}
