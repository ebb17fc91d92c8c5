using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>A program's command line: kinds of options to make it of, and what to do when it is wrong.</summary>
/// <param name="description">What the program does, for <c>--help</c>.</param>
internal abstract class ProgramOptions(string description)
{
    private delegate bool Reader<T>(string text, out T value);

    private readonly RootCommand _command = new(description);
    private readonly List<Action<ParseResult>> _assignments = [];
    private readonly HashSet<string> _given = [];
    private Interruption? _interruption;

    /// <summary>Cancelled by Ctrl-C: training is to end with what it has reached.</summary>
    public CancellationToken StopToken => _interruption?.StopToken ?? default;

    /// <summary>Cancelled by a second Ctrl-C.</summary>
    public CancellationToken CancellationToken => _interruption?.CancellationToken ?? default;

    /// <summary>Reads the command line and runs the program. What is wrong with options or data is said without a stack trace.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="run">The program.</param>
    /// <returns>
    /// The exit code: 0, 1 where the command line was wrong, 2 where the data or a file was or training diverged, 130 where it was
    /// cancelled.
    /// </returns>
    internal int Run(string[] args, Action run)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using var interruption = _interruption = new();
        try
        {
            _command.SetAction(given =>
            {
                _assignments.ForEach(assign => assign(given));
                Check();
                using var held = Hold();
                run();
            });
            var help = (HelpAction)_command.Options.OfType<HelpOption>().Single().Action!;
            help.MaxWidth = Math.Min(help.MaxWidth, 120);
            // Without files of options: a prompt may start with @.
            var result = _command.Parse(args, new() { ResponseFileTokenReplacer = null });
            return result.Action is ParseErrorAction
                ? throw new UsageException(Wrong(result))
                : result.Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("--help lists the options.");
            return 1;
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception error) when (WrongData(error) is { } wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }
    }

    /// <summary>Throws a <see cref="UsageException"/> where options do not go together.</summary>
    protected virtual void Check()
    {
    }

    /// <summary>Refuses options that were given and wouldn't be read.</summary>
    /// <param name="why">The sentence behind the option's name: "is for …".</param>
    /// <param name="names">The options.</param>
    /// <exception cref="UsageException">One of them was given.</exception>
    internal void Refuse(string why, params IEnumerable<string> names)
    {
        if (names.FirstOrDefault(_given.Contains) is { } unread)
            throw new UsageException($"{unread} {why}");
    }

    /// <summary>Takes what the program needs for itself alone while it runs; null for nothing.</summary>
    protected virtual IDisposable? Hold() => null;

    protected void Flag(string name, string description, Action set) =>
        Add<bool>(new(name) { Description = description, Arity = ArgumentArity.Zero }, _ => set());

    protected void Text(string name, string value, string description, Action<string> set) =>
        Add(name, value, description, (string text, out string read) => (read = text).Length > 0, "a text", set);

    /// <summary>A file or folder that is there.</summary>
    protected void Existing(string name, string value, string description, Action<string> set) =>
        Add(name, value, description, (string text, out string read) => Path.Exists(read = text), "a file or folder that exists", set);

    protected void Whole(string name, int least, string description, Action<int> set) =>
        Add(
            name, "N", description,
            (string text, out int read) => Reads(text, least, out read), $"a whole number of at least {least}", set);

    /// <summary>Whole numbers with commas between them.</summary>
    protected void Wholes(string name, int least, string description, Action<int[]> set) => Add(
        name, "N,N,…", description,
        (string text, out int[] read) =>
        {
            read = [.. text.Split(',').Select(part => Reads(part, least, out var number) ? number : int.MinValue)];
            return !read.Contains(int.MinValue);
        },
        $"whole numbers of at least {least} with commas between them", set);

    protected void Number(string name, float least, float below, string description, Action<float> set) => Add(
        name, "X", description,
        (string text, out float read) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out read)
            && read >= least && read < below,
        $"a number {(least == float.Epsilon ? "above 0" : $"of at least {least}")} and below {below}", set);

    /// <summary>A number above 0.</summary>
    protected void Positive(string name, float below, string description, Action<float> set) =>
        Number(name, float.Epsilon, below, description, set);

    protected void OneOf(string name, string[] known, string description, Action<string> set, string? alone = null) => Add(
        name, "NAME", $"{description}: {Listed(known)}",
        (string text, out string read) => known.Contains(read = text), Listed(known), set, known, alone);

    /// <summary>One of an enumeration's names, in lower case.</summary>
    protected void OneOf<T>(string name, string description, Action<T> set) where T : struct, Enum =>
        OneOf(
            name, [.. Enum.GetNames<T>().Select(known => known.ToLowerInvariant())], description,
            text => set(Enum.Parse<T>(text, ignoreCase: true)));

    /// <summary>Some of several names, with commas between them; one that stands twice counts once.</summary>
    protected void SomeOf(string name, string[] known, string description, Action<string[]> set) => Add(
        name, "NAMES", description,
        (string text, out string[] read) => !(read = [.. text.Split(',').Distinct()]).Except(known).Any(),
        $"one or several of {Listed(known)}", set, known);

    private void Add<T>(
        string name, string value, string description, Reader<T> read, string expected, Action<T> set,
        string[]? known = null, string? alone = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value };
        option.Arity = alone is null ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne;
        option.CustomParser = given =>
        {
            var text = given.Tokens.Count > 0 ? given.Tokens[0].Value : alone!;
            T result = default!;
            if (text.StartsWith("--"))
                given.AddError($"{name} needs a value; {text} came next.");
            else if (!read(text, out result))
                given.AddError($"{name} is {text}: expected {expected}."
                    + (known is null ? "" : Suggestion.For(text.Split(',').First(part => !known.Contains(part)), known)));
            return result;
        };
        Add(option, set);
    }

    private void Add<T>(Option<T> option, Action<T> set)
    {
        _command.Options.Add(option);
        _assignments.Add(given =>
        {
            if (given.GetResult(option) is not { Implicit: false })
                return;
            _given.Add(option.Name);
            set(given.GetRequiredValue(option));
        });
    }

    // An unknown option's value is unknown too, and not worth a word.
    private string Wrong(ParseResult result)
    {
        if (result.UnmatchedTokens.FirstOrDefault(word => word.StartsWith('-')) is { } unknown)
            return $"There is no option {unknown}." + Suggestion.For(unknown.Split('=')[0], _command.Options.Select(option => option.Name));
        return (result.Errors.FirstOrDefault(error => error.SymbolResult is not CommandResult) ?? result.Errors[0]).Message;
    }

    // What is wrong with a file, also where ML.NET wraps what readers throw; or a loss that is no number, which data or options lead to.
    // What the libraries say of data from which nothing can be learned is of this kind too.
    private static Exception? WrongData(Exception error) => error is InvalidDataException or IOException or UnauthorizedAccessException
        or TrainingDivergedException or TensorMismatchException ? error : error is not InvalidOperationException ? null
        : error.InnerException is { } inner ? WrongData(inner)
        : error.Source?.StartsWith(nameof(MLSeqGraph), StringComparison.Ordinal) == true ? error : null;

    private static bool Reads(string text, int least, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least;

    private static string Listed(string[] known) => known.Length == 1 ? known[0] : $"{string.Join(", ", known[..^1])} or {known[^1]}";
}
