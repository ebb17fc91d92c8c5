using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MLSeqGraph.Trainers;

/// <summary>Drawings in a report: SVG files such as <see cref="GraphExplanation.WriteSvg"/> writes, which load and run nothing.</summary>
internal static partial class ReportDrawings
{
    /// <summary>Adds them under a heading of their own, each with its file's name.</summary>
    /// <exception cref="InvalidDataException">A file is no SVG, or would load or run something.</exception>
    internal static void Add(HtmlPage page, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            return;
        page.Heading("Drawings");
        foreach (var path in paths)
            page.Sentence(Path.GetFileNameWithoutExtension(path)).Add(Read(path) + "\n");
    }

    private static string Read(string path)
    {
        XElement root;
        try
        {
            using var reader = XmlReader.Create(path, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XDocument.Load(reader).Root!;
        }
        catch (XmlException error)
        {
            throw new InvalidDataException($"'{path}', line {error.LineNumber}: no SVG: {error.Message}", error);
        }
        if (root.Name.LocalName != "svg")
            throw new InvalidDataException($"'{path}' has the element '{root.Name.LocalName}'; expected a drawing, svg.");
        foreach (var element in root.DescendantsAndSelf())
            if (element.Name.LocalName is "script" or "foreignObject" or "iframe" || element.Attributes().Any(IsActive)
                || (element.Name.LocalName == "style" && Loads().IsMatch(element.Value)))
                throw new InvalidDataException($"'{path}': the element '{element.Name.LocalName}' loads or runs something; expected a "
                    + "drawing alone.");
        return root.ToString(SaveOptions.DisableFormatting);
    }

    // What is run, or loaded from elsewhere than the drawing itself.
    private static bool IsActive(XAttribute attribute) => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)
        || (attribute.Name.LocalName is "href" or "src" && !attribute.Value.StartsWith('#')
            && !attribute.Value.StartsWith("data:image/", StringComparison.Ordinal))
        || Loads().IsMatch(attribute.Value);

    [GeneratedRegex(@"@import|url\(\s*['""]?(?!['""#\s])", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();
}
