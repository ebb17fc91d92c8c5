using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Looks at the beginning of the data for what the columns and options leave open.</summary>
internal sealed class TextSample(TextFormat format, IMultiStreamSource headerFile, IMultiStreamSource data)
{
    /// <summary>The header line, null without one.</summary>
    public string Header { get; } =
        headerFile is not null ? Lines(format, headerFile, 1).FirstOrDefault()
        : format.HasHeader ? Lines(format, data, 1).FirstOrDefault()
        : null;

    /// <summary>The number of fields that every line has.</summary>
    public int FieldCount()
    {
        if (format.InputSize > 0)
            return format.InputSize;
        var fields = new TextFields(format);
        var sizes = (headerFile is null ? [] : Lines(format, headerFile, 1)).Concat(Lines(format, data, 100))
            .Select(line => format.TrimWhitespace ? line.TrimEnd() : line).Where(line => line.Length > 0)
            .Select(line => fields.Split(line, int.MaxValue - 1)).ToList();
        Contracts.CheckParam(sizes.Count > 0, "Source", "Can't determine the number of source columns without valid data");
        Contracts.CheckParam(sizes.Min() == sizes.Max(), "Source", "The size of input lines is not consistent");
        return sizes[0];
    }

    private static List<string> Lines(TextFormat format, IMultiStreamSource source, int count)
    {
        var result = new List<string>();
        using var lines = new TextLines(source, format, skipHeader: false);
        while (result.Count < count && lines.MoveNext())
            result.Add(lines.Text);
        return result;
    }
}
