using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the lines of a vocabulary's or tokenizer's text; errors name the line.</summary>
internal sealed class TokenLines(string text, string source)
{
    // Line ends in tokens are escaped, so converting a file's line ends doesn't change its tokens.
    private readonly string[] _lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
    private int _read;

    public string Peek => _read < _lines.Length ? _lines[_read] : "";

    public string Next()
    {
        if (_read >= _lines.Length - 1)
            throw Error("the text ends too early", _read + 1);
        return _lines[_read++];
    }

    public void Expect(string line)
    {
        if (Peek != line)
            throw Error($"found '{Shorten(Peek)}'; expected '{line}'", _read + 1);
        Next();
    }

    public void ExpectEnd()
    {
        Expect("end");
        if (Peek.Length > 0 || _read < _lines.Length - 1)
            throw Error($"found '{Shorten(Peek)}' after the end", _read + 1);
    }

    /// <summary>Reads "name value".</summary>
    public string Value(string name)
    {
        string line = Next();
        return line.StartsWith(name + " ", StringComparison.Ordinal)
            ? line[(name.Length + 1)..]
            : throw Error($"found '{Shorten(line)}'; expected '{name}' and its value");
    }

    /// <summary>Reads "name count"; the count can't exceed the lines that follow.</summary>
    public int Number(string name)
    {
        int number = Parse(Value(name));
        return number <= _lines.Length - _read ? number
            : throw Error($"{number} {name} don't fit into the {_lines.Length - _read} lines that follow");
    }

    public int Parse(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw Error($"found '{Shorten(value)}'; expected a whole number");

    public bool Flag(string name) => Value(name) switch
    {
        "true" => true,
        "false" => false,
        var other => throw Error($"{name} is '{Shorten(other)}'; expected true or false"),
    };

    /// <summary>Everything that was not read yet.</summary>
    public string Rest() => string.Join('\n', _lines.AsSpan(_read).ToArray());

    public InvalidDataException Error(string message, int? line = null) => new($"'{source}', line {line ?? _read}: {message}.");

    public static string Escape(string token)
    {
        var text = new StringBuilder();
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] == '\\')
                text.Append(@"\\");
            else if (char.IsSurrogatePair(token, i))
                text.Append(token[i]).Append(token[++i]);
            else if (char.IsControl(token[i]) || char.IsSurrogate(token[i]) || token[i] == '\uFEFF')
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)token[i]:X4}");
            else
                text.Append(token[i]);
        }

        return text.ToString();
    }

    public string Unescape(string line)
    {
        if (!line.Contains('\\'))
            return line;
        var text = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
                text.Append(line[i]);
            else if (i + 1 < line.Length && line[i + 1] == '\\')
                text.Append(line[i++]);
            else if (i + 5 < line.Length && line[i + 1] == 'u'
                && ushort.TryParse(line.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
            {
                text.Append((char)code);
                i += 5;
            }
            else
                throw Error($"found a '\\' that escapes nothing in '{Shorten(line)}'");
        }

        return text.ToString();
    }

    private static string Shorten(string line) => line.Length <= 60 ? line : line[..60] + "…";
}
