using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A page of headings, sentences, tables and charts in one HTML file that loads nothing; it is XML, too.</summary>
internal sealed class HtmlPage
{
    private const int MostLetters = 200, LongestWord = 30;

    private readonly StringBuilder _html = new();

    internal HtmlPage(string title)
    {
        var text = Escaped(title);
        _html.Append($$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{text}}</title><style>
            body { font: 14px sans-serif; margin: 2em auto; max-width: 960px; padding: 0 1em; color: #222 }
            h1, p { overflow-wrap: anywhere } h2 { margin-top: 1.6em }
            table { border-collapse: collapse } td, th { padding: 2px 8px; border-bottom: 1px solid #ddd; text-align: left }
            td.number, th.number { text-align: right; white-space: nowrap } tr { vertical-align: top }
            svg { background: #fafafa; max-width: 100%; height: auto } text { paint-order: stroke; stroke: #fafafa; stroke-width: 4px }
            .charts { display: flex; flex-wrap: wrap; gap: 12px } .Failed, .Pruned { color: #999 } .best { font-weight: bold }
            </style></head><body><h1>{{text}}</h1>

            """);
    }

    internal HtmlPage Heading(string text) => Add($"<h2>{Escaped(text)}</h2>\n");

    internal HtmlPage Sentence(string text) => Add($"<p>{Escaped(text)}</p>\n");

    internal HtmlPage Charts(params IEnumerable<string> charts) => Add($"<div class=\"charts\">\n{string.Concat(charts)}</div>\n");

    /// <summary>Adds a drawing or other markup.</summary>
    internal HtmlPage Add(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <param name="header">The names of the columns; those that begin with a number sign are of numbers, at the right.</param>
    /// <param name="rows">The cells of each row.</param>
    /// <param name="classOf">The style of a row; null for none.</param>
    internal HtmlPage Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, Func<int, string>? classOf = null)
    {
        string Cell(string tag, string text, int column) =>
            $"<{tag}{(header[column].StartsWith('#') ? " class=\"number\"" : "")}>{Breakable(Shortened(text, MostLetters))}</{tag}>";
        if (header.Any(name => name.Length > (name.StartsWith('#') ? 1 : 0)))
            _html.Append("<table><tr>").AppendJoin("", header.Select((name, i) => Cell("th", name.TrimStart('#'), i))).Append("</tr>\n");
        else
            _html.Append("<table>\n");
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
            _html.Append("<tr").Append(classOf is null ? "" : $" class=\"{classOf(i)}\"").Append('>')
                .AppendJoin("", row.Select((text, column) => Cell("td", text, column))).Append("</tr>\n");
        return Add("</table>\n");
    }

    internal void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(_html);
        writer.Write("</body></html>\n");
    });

    // A word that is longer than a column may be broken, and words of usual length never are.
    private static string Breakable(string text)
    {
        var broken = new StringBuilder();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
                start = i + 1;
            broken.Append(text[i]);
            if (i - start > 0 && (i - start) % LongestWord == 0 && !char.IsHighSurrogate(text[i]))
                broken.Append('\v');
        }
        return Escaped(broken.ToString(), '\v').Replace("\v", "<wbr/>");
    }

    internal static string Shortened(string text, int most) => text.Length <= most ? text
        : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";

    /// <summary>Text as XML has it: what no XML file can hold is replaced.</summary>
    internal static string Escaped(string text, char kept = '\n')
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair)
                escaped.Append(text, i++, 2);
            else
                escaped.Append(char.IsSurrogate(text[i]) || (text[i] != kept
                    && text[i] is (< ' ' and not ('\t' or '\n' or '\r')) or '\uFFFE' or '\uFFFF') ? '\uFFFD' : text[i]);
        }
        return escaped.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").ToString();
    }
}
