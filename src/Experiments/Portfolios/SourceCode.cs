using System.Globalization;
using System.Text.RegularExpressions;

namespace MLSeqGraph.Experiments;

/// <summary>
/// C# as it stands in the source, for programs that are written out: what the compiler hands a method whose parameter has
/// <see cref="System.Runtime.CompilerServices.CallerArgumentExpressionAttribute"/>.
/// </summary>
internal static class SourceCode
{
    /// <summary>The body of a lambda, with a number in place of its argument.</summary>
    /// <param name="lambda">The lambda, such as <c>hidden => SequenceNetwork.Lstm(hidden)</c>.</param>
    /// <param name="value">The number.</param>
    internal static string Body(string lambda, int value)
    {
        var arrow = lambda.IndexOf("=>", StringComparison.Ordinal);
        var (name, body) = (lambda[..arrow].Trim(), lambda[(arrow + 2)..].Trim());
        // Lines of a block stay lines, without what their place in the file has put before them.
        string[] lines = [.. body.Split('\n').Select(line => line.TrimEnd())];
        var indentation = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0).Min();
        body = body.Contains('{') ? string.Join('\n', lines.Select((line, i) => i == 0 || line.Length == 0 ? line : line[indentation..]))
            : Regex.Replace(body, @"\s*\n\s*", " ").Replace("( ", "(", StringComparison.Ordinal);
        return name == "_" ? body : With(body, name, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Code with other code in place of a variable, whose name nothing else in it has, a named argument neither.</summary>
    internal static string With(string code, string name, string value) => Regex.Replace(code, $@"\b{name}\b", _ => value);
}
