using System.Globalization;
using System.Text;

namespace Microsoft.ML;

/// <summary>
/// The fields of a line that are not empty, by their index. A quoted field loses its quotes; one whose quotes are ill-formed
/// is empty. In sparse lines <c>count index:value index:value …</c> follows the ordinary fields; whatever breaks that form
/// ends the line.
/// </summary>
internal sealed class TextFields(TextFormat format)
{
    private readonly List<int> _indices = [];
    private readonly List<ReadOnlyMemory<char>> _texts = [];
    private readonly StringBuilder _unquoted = new();
    private readonly bool _spaceSeparates = format.IsSeparator(' ');
    private string _line;
    private int _at;

    public int Count => _indices.Count;

    public int Index(int position) => _indices[position];

    public ReadOnlyMemory<char> Text(int position) => _texts[position];

    /// <summary>The position of the first field at or after an index.</summary>
    public int PositionOf(int index)
    {
        int position = _indices.BinarySearch(index);
        return position >= 0 ? position : ~position;
    }

    /// <summary>Cuts a line, as far as the field <paramref name="lastNeeded"/>, and says how many fields there are.</summary>
    public int Split(string line, int lastNeeded)
    {
        _indices.Clear();
        _texts.Clear();
        _line = line;
        _at = 0;
        return format.AllowSparse ? SplitSparse(lastNeeded) : SplitDense(lastNeeded);
    }

    private int SplitDense(int lastNeeded)
    {
        int index = 0;
        bool more = true;
        while (more && index <= lastNeeded)
        {
            more = Next(out _, out var text);
            if (!text.IsEmpty || format.MissingRealsAsNaNs)
                Add(index, text);
            index++;
        }
        return index;
    }

    private int SplitSparse(int lastNeeded)
    {
        int index = 0, sparseStart = -1, size = format.InputSize, previous = -1;
        bool more = true;
        while (more)
        {
            more = Next(out int sparse, out var text);
            if (sparse < 0)
            {
                if (sparseStart >= 0)
                    break;
                if (!text.IsEmpty)
                    Add(index, text);
                if (index++ > lastNeeded) // one further than needed: it may be the size of the sparse part
                    break;
                continue;
            }
            if (sparseStart < 0 && !BeginSparse(index, ref size, out sparseStart))
                break;
            if (sparse <= previous || sparse >= size - sparseStart)
                break;
            previous = sparse;
            if (!text.IsEmpty && sparseStart + sparse <= lastNeeded)
                Add(sparseStart + sparse, text);
        }
        return sparseStart < 0 ? Math.Max(index, format.InputSize) : size;
    }

    // Without a given size the field before the first pair is the number of sparse slots.
    private bool BeginSparse(int index, ref int size, out int start)
    {
        start = -1;
        if (size > 0)
        {
            start = Count;
            return true;
        }
        if (Count == 0 || _indices[^1] != index - 1
            || !int.TryParse(_texts[^1].Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int slots) || slots <= 0)
            return false;
        start = _indices[^1];
        size = (int)Math.Min((long)start + slots, int.MaxValue - 1);
        _indices.RemoveAt(Count - 1);
        _texts.RemoveAt(_texts.Count - 1);
        return true;
    }

    private void Add(int index, ReadOnlyMemory<char> text)
    {
        _indices.Add(index);
        _texts.Add(text);
    }

    // Reads one field; false where it is the last one.
    private bool Next(out int sparse, out ReadOnlyMemory<char> text)
    {
        sparse = -1;
        text = default;
        SkipSpaces();
        if (format.AllowSparse)
            sparse = SparseIndex();
        if (_at >= _line.Length)
            return false;
        if (_line[_at] == '"' && format.AllowQuoting)
        {
            text = Quoted();
        }
        else
        {
            int start = _at;
            while (_at < _line.Length && !format.IsSeparator(_line[_at]))
                _at++;
            text = _line.AsMemory(start, _at - start);
        }
        return _at++ < _line.Length;
    }

    private void SkipSpaces()
    {
        while (!_spaceSeparates && _at < _line.Length && _line[_at] == ' ')
            _at++;
    }

    // The number before a colon at most nine digits further, else -1.
    private int SparseIndex()
    {
        int end = _at;
        while (end < _line.Length && end < _at + 9 && char.IsAsciiDigit(_line[end]))
            end++;
        if (end == _at || end >= _line.Length || _line[end] != ':')
            return -1;
        int index = int.Parse(_line.AsSpan(_at, end - _at), NumberStyles.None, CultureInfo.InvariantCulture);
        _at = end + 1;
        SkipSpaces();
        return index;
    }

    private ReadOnlyMemory<char> Quoted()
    {
        _unquoted.Clear();
        bool closed = false;
        for (_at++; _at < _line.Length && !closed; _at++)
        {
            bool nextIsQuote = _at + 1 < _line.Length && _line[_at + 1] == '"';
            if (_line[_at] == format.EscapeChar && (nextIsQuote || format.EscapeChar != '"'))
            {
                if (!nextIsQuote)
                    _unquoted.Append(format.EscapeChar);
                if (++_at < _line.Length)
                    _unquoted.Append(_line[_at]);
            }
            else if (_line[_at] == '"')
                closed = true;
            else
                _unquoted.Append(_line[_at]);
        }
        bool good = closed;
        for (; _at < _line.Length && !format.IsSeparator(_line[_at]); _at++)
            good &= _line[_at] == ' ';
        return good ? _unquoted.ToString().AsMemory() : default;
    }
}
