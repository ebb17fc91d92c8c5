using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text.Json;
using MLSeqGraph.Cluster;
using MLSeqGraph.Experiments;
using MLSeqGraph.Onnx;
using Spectre.Console;

namespace MLSeqGraph.CommandLine;

/// <summary>The commands, and what goes for all of them: <c>--json</c>, <c>--code</c>, configuration files, exit codes, what is said of
/// errors.</summary>
/// <remarks>Exit codes: 0 where all went well, 1 where the command line is wrong or a column has to be stated, 2 where a file or its data
/// is, 130 where it was canceled.</remarks>
internal sealed class Tool(TextWriter output, TextWriter errors, CancellationToken cancel = default)
{
    private readonly Option<bool> _json = Flag("--json", "writes one JSON object instead of text");
    private readonly Option<bool> _code = Flag("--code", "writes the C# that does the same, too");
    private readonly Option<string?> _config = new("--config")
    {
        Description = "a JSON file of options, as --save-config writes it; the command line goes before it", Recursive = true,
    };

    private readonly Option<string?> _saveConfig = new("--save-config")
    {
        Description = "writes all options of this run, to run it again", Recursive = true,
    };

    private readonly Dictionary<string, object?> _facts = [], _found = [];
    private bool _isJson, _wantsCode, _hasCode;

    /// <summary>Canceled by Ctrl+C.</summary>
    internal CancellationToken Cancel => cancel;

    /// <summary>A terminal on which progress may change in place; null for lines.</summary>
    internal IAnsiConsole? Terminal { get; init; }

    /// <summary>After how long without a word something says that it goes on.</summary>
    internal TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long of silence a worker of a cluster is taken for dead.</summary>
    internal TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads a command line and runs it.</summary>
    /// <returns>The exit code.</returns>
    internal int Run(params string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = new RootCommand("Trains, scores, evaluates and inspects models of texts, tables and series. Exit codes: 0 where all "
            + "went well, 1 where the command line is wrong or a column has to be stated, 2 where a file or its data is, 130 where it was "
            + "canceled.")
        {
            TrainCommand.Of(this, isExperiment: false), TrainCommand.Of(this, isExperiment: true), ScoreCommand.Of(this),
            EvaluateCommand.Of(this), InspectCommand.Of(this), ExportCommand.Of(this), TrialsCommand.Of(this), WorkerCommand.Of(this),
            ReportCommand.Of(this), ForecastCommand.Of(this), GenerateCommand.Of(this),
            ServeCommand.Of(this), BenchCommand.Of(this), CompletionCommand.Of(this),
        };
        foreach (var option in (Option[])[_json, _code, _config, _saveConfig])
            root.Options.Add(option);
        ParseResult Parse(string[] line) => root.Parse(line, new() { ResponseFileTokenReplacer = null });
        using var waits = new DatabaseWatch(Progress, cancel).Begin();
        try
        {
            var parsed = Parse(arguments);
            _isJson = parsed.GetValue(_json);
            _wantsCode = parsed.GetValue(_code);
            if (parsed.GetValue(_config) is { } file)
                parsed = Parse(ConfigurationFile.Merge(root, parsed, arguments, file, Parse, Progress));
            // Whatever follows an unknown command says nothing about it.
            if (parsed.Action is ParseErrorAction && parsed.CommandResult.Command == root
                && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } unknown)
                throw new NoCommandException($"There is no command '{unknown}'."
                    + Examples.Suggestion.For(unknown, root.Subcommands.Select(one => one.Name)));
            if (parsed.Action is ParseErrorAction)
                throw new UsageException(Explained(parsed));
            var code = parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
            if (_wantsCode && !_hasCode)
                Progress($"mlsg {parsed.CommandResult.Command.Name} has no C# of its own.");
            if (parsed.GetValue(_saveConfig) is { } saved)
                ConfigurationFile.Save(saved, parsed, _found);
            if (_isJson && _facts.Count > 0)
                output.WriteLine(JsonSerializer.Serialize(_facts));
            return code;
        }
        catch (Exception error) when (CodeOf(error) is { } code)
        {
            errors.WriteLine(Said(error));
            if (code == 1)
                errors.WriteLine($"--help lists the {(error is NoCommandException ? "commands" : "options")}.");
            return code;
        }
    }

    /// <summary>A line of text, where no JSON is asked for.</summary>
    internal void Say(string line)
    {
        if (!_isJson)
            output.WriteLine(line);
    }

    /// <summary>A line about progress, which isn't the result.</summary>
    internal void Progress(string line) => errors.WriteLine(line);

    /// <summary>Something for the JSON object.</summary>
    internal void Fact(string name, object? value) => _facts[name] = value;

    /// <summary>An option that nobody stated and that the run found out: part of a saved configuration.</summary>
    internal void Found(string option, object? value) => _found[option] = value;

    /// <summary>The C# that does the same, where it is asked for.</summary>
    internal void Code(Func<string> code)
    {
        if (!_wantsCode)
            return;
        _hasCode = true;
        var text = code();
        Say(text);
        Fact("code", text);
    }

    /// <summary>The message of an error, without what .NET appends to it.</summary>
    internal static string Said(Exception error) => Innermost(error) is ArgumentException { ParamName: { } name } argument
        ? argument.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : Innermost(error).Message;

    private static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description, Recursive = true, Arity = ArgumentArity.Zero,
    };

    // With what may have been meant by an option or command that there isn't.
    private string Explained(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] options = [.. command.Options.Concat([_json, _code, _config, _saveConfig]).Select(option => option.Name).Append("--help")];
        return string.Join(" ", parsed.Errors.Select(error => error.Message + string.Concat(parsed.UnmatchedTokens
            .Where(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)).Take(1).Select(token => Examples.Suggestion.For(
                token, token.StartsWith('-') || command.Subcommands.Count == 0 ? options : command.Subcommands.Select(one => one.Name))))));
    }

    private static int? CodeOf(Exception error) => Innermost(error) switch
    {
        UsageException => 1,
        OperationCanceledException => 130,
        IOException or InvalidDataException or UnauthorizedAccessException or StudyException or ExperimentException or OnnxFileException
            or ClusterException or ArgumentException => 2,
        _ => null,
    };

    // ML.NET wraps what readers throw.
    private static Exception Innermost(Exception error) =>
        error is InvalidOperationException { InnerException: { } inner } ? Innermost(inner) : error;
}

/// <summary>The command line is wrong, or lacks what can't be guessed.</summary>
internal class UsageException(string message) : Exception(message);

/// <summary>The command line has a command that there isn't.</summary>
internal sealed class NoCommandException(string message) : UsageException(message);
