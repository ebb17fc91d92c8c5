using System.CommandLine;

namespace MLSeqGraph.CommandLine;

/// <summary>What options have to be: errors have their own names.</summary>
internal static class OptionChecks
{
    /// <exception cref="UsageException">The option's value isn't what it should be.</exception>
    internal static void Check<T>(this ParseResult given, Option<T> option, Func<T?, bool> holds, string expected)
    {
        var found = given.GetValue(option);
        if (!holds(found))
            throw new UsageException(FormattableString.Invariant($"{option.Name} is {found}; expected {expected}."));
    }

    /// <exception cref="UsageException">What is written would replace a file that is read.</exception>
    internal static void MustNotReplace(string output, params string?[] read)
    {
        if (read.Any(path => path is not null && Path.GetFullPath(path) == Path.GetFullPath(output)))
            throw new UsageException($"--output {output} is read, too; expected another file.");
    }
}
