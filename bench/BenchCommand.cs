using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using BenchmarkDotNet.Running;

namespace MLSeqGraph.Bench;

/// <summary>What the program is asked for.</summary>
internal static class BenchCommand
{
    /// <summary>Does it. What is wrong with the arguments is said with what is near them, without the whole help.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Action is ParseErrorAction error)
            error.ShowHelp = false;
        return parsed.Invoke();
    }

    // With the command that the program's own processes are started with.
    private static RootCommand Root()
    {
        var cases = new Option<string[]>("--cases")
        {
            Description = $"Cases with commas between them; all but {string.Join(", ", CaseShapes.OnDemand)} if left out. "
                + $"There are {string.Join(", ", CaseShapes.All.Keys)}.",
            HelpName = "a,b",
            CustomParser = Names,
        };
        var rounds = new Option<int>("--rounds") { Description = "How often both sides are measured.", DefaultValueFactory = _ => 3 };
        rounds.Validators.Add(found => AtLeast(found, found.GetValueOrDefault<int>(), 1));
        var seconds = new Option<double>("--seconds") { Description = "The least time of a measurement.", DefaultValueFactory = _ => 2 };
        seconds.Validators.Add(found => AtLeast(found, found.GetValueOrDefault<double>(), 0));
        var json = new Option<string?>("--json") { Description = "A file for the table.", HelpName = "file" };
        var noTorch = new Option<bool>("--no-torch") { Description = "Leaves libtorch out; its packages are hundreds of megabytes." };
        var root = new RootCommand("Measures the cases against libtorch (by TorchSharp) and stock ML.NET.")
        {
            cases, rounds, seconds, json, noTorch,
        };
        root.Options.OfType<VersionOption>().ToList().ForEach(version => root.Options.Remove(version));
        root.SetAction(parsed => new Comparison(parsed.GetValue(rounds), parsed.GetValue(seconds))
            .Run(parsed.GetValue(cases) is { Length: > 0 } named ? named : Usual, !parsed.GetValue(noTorch), parsed.GetValue(json)));
        root.Subcommands.Add(Micro());
        root.Subcommands.Add(ProfileCommand.Create());
        root.Subcommands.Add(SizesCommand.Create());
        root.Subcommands.Add(EdgesCommand.Create());
        root.Subcommands.Add(RanksCommand.Create());
        root.Subcommands.Add(StudiesCommand.Create());
        root.Subcommands.Add(PartitionsCommand.Create());
        root.Subcommands.Add(ExperimentsCommand.Create());
        root.Subcommands.Add(Measure());
        return root;
    }

    private static string[] Usual => [.. CaseShapes.All.Keys.Except(CaseShapes.OnDemand)];

    private static Command Micro()
    {
        var rest = new Argument<string[]>("arguments") { Description = "BenchmarkDotNet's, after --." };
        var command = new Command("micro", "Micro-benchmarks of the fixed costs around a network.") { rest };
        command.SetAction(parsed => { BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(parsed.GetValue(rest)); });
        return command;
    }

    private static Command Measure()
    {
        var (name, threads) = (new Argument<string>("case"), new Argument<int>("threads"));
        var runs = new Argument<int?>("runs") { Description = "How often it runs, where --seconds doesn't say how long." };
        runs.DefaultValueFactory = _ => null;
        var seconds = new Option<double>("--seconds") { Description = "The least time of the measurement.", DefaultValueFactory = _ => 2 };
        var stock = new Option<bool>("--stock") { Description = "As stock ML.NET does it." };
        var command = new Command("measure", "One measurement in this process, as JSON.") { name, threads, runs, seconds, stock };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var shape = CaseShapes.All[parsed.GetValue(name)!];
            var work = parsed.GetValue(stock) ? Cases.StockOf(shape) : Cases.Of(shape);
            Console.WriteLine(Cases.Measure(work, parsed.GetValue(threads), parsed.GetValue(seconds), parsed.GetValue(runs)).ToJson());
        });
        return command;
    }

    private static string[]? Names(ArgumentResult found)
    {
        const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] names = [.. found.Tokens.SelectMany(token => token.Value.Split(',', Options))];
        if (names.FirstOrDefault(name => !CaseShapes.All.ContainsKey(name)) is not { } unknown)
            return names;
        var near = CaseShapes.All.Keys.MinBy(known => Distance(known, unknown))!;
        found.AddError($"There is no case '{unknown}'. Did you mean '{near}'? There are {string.Join(", ", CaseShapes.All.Keys)}.");
        return null;
    }

    private static void AtLeast(OptionResult found, double value, double least)
    {
        if (!(value >= least))
            found.AddError(FormattableString.Invariant($"{found.Option.Name} is {value}; expected at least {least}."));
    }

    // Levenshtein's: letters to insert, remove or replace.
    private static int Distance(string from, string to)
    {
        int[] above = [.. Enumerable.Range(0, to.Length + 1)];
        for (var i = 0; i < from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
                row[j + 1] = Math.Min(Math.Min(row[j], above[j + 1]) + 1, above[j] + (from[i] == to[j] ? 0 : 1));
            above = row;
        }
        return above[^1];
    }
}
