using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text.Json;
using MLSeqGraph.Experiments;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.CommandLine;

/// <summary>The commands, and what goes for all of them: <c>--json</c>, exit codes, what is said of errors.</summary>
/// <remarks>Exit codes: 0 where all went well, 1 where the command line is wrong or a column has to be stated, 2 where a file or its data
/// is,
/// 130 where it was canceled.</remarks>
internal sealed class Tool(TextWriter output, TextWriter errors, CancellationToken cancel = default)
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "writes one JSON object instead of text", Recursive = true, Arity = ArgumentArity.Zero,
    };

    private readonly Dictionary<string, object?> _facts = [];
    private bool _isJson;

    /// <summary>Canceled by Ctrl+C.</summary>
    internal CancellationToken Cancel => cancel;

    /// <summary>Reads a command line and runs it.</summary>
    /// <returns>The exit code.</returns>
    internal int Run(params string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = new RootCommand("Trains, scores, evaluates and inspects models of texts and tables.")
        {
            TrainCommand.Of(this, isExperiment: false), TrainCommand.Of(this, isExperiment: true), ScoreCommand.Of(this),
            EvaluateCommand.Of(this), InspectCommand.Of(this), ExportCommand.Of(this), TrialsCommand.Of(this),
            ReportCommand.Of(this),
        };
        root.Options.Add(_json);
        try
        {
            var parsed = root.Parse(arguments, new() { ResponseFileTokenReplacer = null });
            _isJson = parsed.GetValue(_json);
            if (parsed.Action is ParseErrorAction)
                throw new UsageException(string.Join(" ", parsed.Errors.Select(error => error.Message)));
            var code = parsed.Invoke(new() { EnableDefaultExceptionHandler = false, Output = output, Error = errors });
            if (_isJson && _facts.Count > 0)
                output.WriteLine(JsonSerializer.Serialize(_facts));
            return code;
        }
        catch (Exception error) when (CodeOf(error) is { } code)
        {
            errors.WriteLine(Innermost(error).Message);
            if (code == 1)
                errors.WriteLine("--help lists the options.");
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

    private static int? CodeOf(Exception error) => Innermost(error) switch
    {
        UsageException => 1,
        OperationCanceledException => 130,
        IOException or InvalidDataException or UnauthorizedAccessException or StudyException or ExperimentException or OnnxFileException
            or ArgumentException => 2,
        _ => null,
    };

    // ML.NET wraps what readers throw.
    private static Exception Innermost(Exception error) =>
        error is InvalidOperationException { InnerException: { } inner } ? Innermost(inner) : error;
}

/// <summary>The command line is wrong, or lacks what can't be guessed.</summary>
internal sealed class UsageException(string message) : Exception(message);
