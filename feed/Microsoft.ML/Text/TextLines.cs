using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// The lines of files that hold rows: without the header, without blank lines, without lines that begin with <c>//</c>,
/// and at the beginning of a file without those that begin with <c>#</c>.
/// </summary>
internal sealed class TextLines(IMultiStreamSource files, TextFormat format, bool skipHeader) : IDisposable
{
    private TextReader _reader;
    private int _nextFile;
    private bool _atBeginning;

    /// <summary>The line.</summary>
    public string Text { get; private set; }

    /// <summary>Its number in its file, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <exception cref="FormatException">A file could not be read.</exception>
    public bool MoveNext()
    {
        try
        {
            return Advance();
        }
        catch (Exception exception)
        {
            throw new FormatException("Stream reading encountered exception", exception);
        }
    }

    private bool Advance()
    {
        while (true)
        {
            if (_reader is null)
            {
                if (_nextFile >= files.Count)
                    return false;
                _reader = files.OpenTextReader(_nextFile++);
                _atBeginning = true;
                Number = 0;
            }
            Text = ReadLine();
            if (Text is null)
            {
                Dispose();
                continue;
            }
            if (Text.Length == 0 || IsComment(Text))
                continue;
            bool isHeader = _atBeginning && skipHeader;
            _atBeginning = false;
            if (!isHeader)
                return true;
        }
    }

    private bool IsComment(string line) => line.StartsWith("//", StringComparison.Ordinal) || (_atBeginning && line[0] == '#');

    private string ReadLine()
    {
        string line = _reader.ReadLine();
        long first = ++Number;
        if (!format.ReadMultilines || string.IsNullOrEmpty(line) || IsComment(line) || !EndsInQuotes(line, false))
            return line;
        var text = new StringBuilder(line);
        bool open = true;
        while (open)
        {
            line = _reader.ReadLine() ?? throw new EndOfStreamException(
                $"A quoted field opened on line {first} was never closed, and we've read to the last line in the file without finding the closing quote");
            Number++;
            text.Append('\n').Append(line);
            open = EndsInQuotes(line, true);
        }
        return text.ToString();
    }

    // Whether the line ends within a quoted field. A quote that is not at the beginning of a field is an ordinary character,
    // and what follows an ill-formed field does not count.
    private bool EndsInQuotes(string line, bool inQuotes)
    {
        bool spaceSeparates = format.IsSeparator(' ');
        int at = 0;
        while (true)
        {
            if (!inQuotes)
            {
                while (at < line.Length && (format.IsSeparator(line[at]) || (line[at] == ' ' && !spaceSeparates)))
                    at++;
                if (at >= line.Length)
                    return false;
                if (line[at] != '"')
                {
                    while (at < line.Length && !format.IsSeparator(line[at]))
                        at++;
                    continue;
                }
                at++;
            }
            inQuotes = false;
            at = AfterClosingQuote(line, at);
            if (at < 0)
                return true;
            while (at < line.Length && line[at] == ' ' && !spaceSeparates)
                at++;
            if (at < line.Length && !format.IsSeparator(line[at]))
                return false;
        }
    }

    private int AfterClosingQuote(string line, int at)
    {
        for (; at < line.Length; at++)
        {
            bool isQuote = line[at] == '"';
            bool escapes = format.EscapeChar == '"'
                ? isQuote && at + 1 < line.Length && line[at + 1] == '"'
                : line[at] == format.EscapeChar;
            if (escapes)
                at++;
            else if (isQuote)
                return at + 1;
        }
        return -1;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
