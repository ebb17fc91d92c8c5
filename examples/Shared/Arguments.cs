using System.Globalization;

namespace Examples;

/// <summary>An option that isn't one, or has a wrong value.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A command line, read from left to right: names of options, each perhaps with a value.</summary>
internal sealed class Arguments(string[] args)
{
    private int _next;
    private string _name = "";

    /// <summary>Goes on to the next option.</summary>
    internal bool Next(out string name)
    {
        name = _name = _next < args.Length ? args[_next++] : "";
        return name.Length > 0;
    }

    internal bool HasValue => _next < args.Length && !args[_next].StartsWith("--", StringComparison.Ordinal);

    internal string Text() => HasValue ? args[_next++] : throw new UsageException($"{_name} needs a value.");

    internal string OneOf(params string[] known) => Known(Text(), known);

    /// <summary>One or several, with commas between them.</summary>
    internal string[] List(params string[] known) => [.. Text().Split(',').Select(text => Known(text, known))];

    internal int Whole(int least) => Whole(Text(), least);

    /// <summary>One or several, with commas between them.</summary>
    internal int[] Wholes(int least) => [.. Text().Split(',').Select(text => Whole(text, least))];

    internal float Number(float least, float below)
    {
        var text = Text();
        return float.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value < below
            ? value
            : throw new UsageException($"{_name} is {text}: expected a number of at least {least} and below {below}.");
    }

    /// <summary>A number that must not be 0.</summary>
    internal float Positive(float below) => Number(1e-9f, below);

    private string Known(string text, string[] known) =>
        known.Contains(text) ? text : throw new UsageException($"{_name} is {text}: expected {string.Join(", ", known[..^1])} or {known[^1]}.");

    private int Whole(string text, int least) => int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least
        ? value
        : throw new UsageException($"{_name} is {text}: expected a whole number of at least {least}.");

    internal UsageException Unknown() => new($"Option {_name} is not known.");
}
