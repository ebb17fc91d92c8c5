using Examples;
using MLSeqGraph.Transforms;

namespace Modalities.Data;

/// <summary>
/// Reads <c>train</c> and <c>test</c> (.tsv, .csv or .txt, perhaps .gz), tables with a header. A column of numbers belongs to the table,
/// one whose fields have many numbers with spaces between them is a series, or the picture if it is called so, and other columns are text.
/// An empty field is missing.
/// </summary>
internal static class TableFolder
{
    private static readonly string[] Answers = ["answer", "label", "class", "target"], Pictures = ["picture", "image", "pixels"];

    /// <param name="folder">The folder.</param>
    /// <param name="size">Height, width and perhaps channels of pictures; null for squares.</param>
    /// <param name="label">The answer's column; null to find it by its name, else the last one.</param>
    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static ModalSet Load(string folder, int[]? size = null, string? label = null)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        var (header, train) = Read(folder, "train");
        var (other, test) = Read(folder, "test");
        if (!header.Values.SequenceEqual(other.Values))
            throw other.Error($"the header is {string.Join(", ", other.Values)}, expected {string.Join(", ", header.Values)} as in "
                + Path.GetFileName(header.Path));
        int answer = Find(header, label), columns = header.Values.Length;
        var lists = new bool[columns];
        var numbers = new bool[columns];
        for (var column = 0; column < columns; column++)
        {
            string[] fields = [.. train.Select(row => row.Values[column].Trim()).Where(field => field.Length > 0)];
            numbers[column] = column != answer && fields.Length > 0 && fields.All(field => Fields.TryNumber(field, false, out _));
            lists[column] = column != answer && !numbers[column] && fields.Length > 0 && fields.All(field => Numbers(field) is not null);
        }
        int[] All(Func<int, bool> suits) => [.. Enumerable.Range(0, columns).Where(column => column != answer && suits(column))];
        bool IsPicture(int column) => lists[column] && Pictures.Contains(header.Values[column].Trim(), StringComparer.OrdinalIgnoreCase);
        int[] pictures = All(IsPicture), series = All(column => lists[column] && !IsPicture(column)),
            table = All(column => numbers[column]), texts = All(column => !lists[column] && !numbers[column]);
        foreach (var many in (int[][])[pictures, series])
            if (many.Length > 1)
                throw header.Error($"columns {string.Join(" and ", many.Select(column => $"'{header.Values[column]}'"))} are both lists of "
                    + "numbers; expected one picture and one series at most");
        var first = train.FirstOrDefault(row => pictures.Length > 0 && row.Values[pictures[0]].Trim().Length > 0);
        var shape = first is null ? null : ShapeOf(first, Numbers(first.Values[pictures[0]])!.Length, size);
        string[] inputs = [.. new (int[] Columns, string Name)[] { (texts, nameof(ModalRow.Text)), (series, nameof(ModalRow.Series)),
            (pictures, nameof(ModalRow.Picture)), (table, nameof(ModalRow.Table)) }.Where(kind => kind.Columns.Length > 0)
            .Select(kind => kind.Name)];
        if (inputs is [] or [nameof(ModalRow.Table)])
            throw header.Error("expected a column of text, of lists of numbers, or of pictures beside the answer");
        ModalRow Row(Fields row) => new()
        {
            Answer = row.Values[answer].Trim() is { Length: > 0 } given ? given : throw row.Error("the answer is empty"),
            Text = string.Join(' ', texts.Select(column => row.Values[column].Trim()).Where(text => text.Length > 0)),
            Series = series.Length == 0 ? [] : List(row, series[0]),
            Table = OrMissing(row, table),
            Picture = shape is null ? [] : List(row, pictures[0]) is var pixels && pixels.Length == 0
                ? [.. Enumerable.Repeat(float.NaN, shape.Height * shape.Width * shape.Channels)]
                : pixels.Length == shape.Height * shape.Width * shape.Channels ? pixels
                : throw row.Error($"the picture has {pixels.Length} numbers, expected {shape}"),
        };
        return new(Path.GetFileName(Path.GetFullPath(folder)), inputs, shape, [.. train.Select(Row)], [.. test.Select(Row)],
            $"'{header.Values[answer]}' by {string.Join(", ", inputs).ToLowerInvariant()}{(shape is null ? "" : $" of {shape}")}");
    }

    private static (Fields Header, Fields[] Rows) Read(string folder, string part)
    {
        var file = Directory.GetFiles(folder).Order(StringComparer.Ordinal).FirstOrDefault(file => FolderContents.IsData(file)
            && Path.GetFileName(file).Split('.')[0].Equals(part, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{folder}: expected files 'train' and 'test', tables with a header, ending in .tsv, .csv or "
                + $".txt; there is no '{part}'.{FolderContents.Describe(folder, "Modalities")}");
        Fields[] rows = [.. Table.Read(file).Rows];
        foreach (var row in rows)
            row.Require(rows[0].Values.Length);
        return rows.Length > 1 ? (rows[0], rows[1..]) : throw rows[0].Error("expected a header and lines behind it");
    }

    private static int Find(Fields header, string? label)
    {
        string[] names = [.. header.Values.Select(name => name.Trim())];
        if (label is not null)
            return Array.FindIndex(names, name => name.Equals(label, StringComparison.OrdinalIgnoreCase)) is >= 0 and var given ? given
                : throw header.Error($"there is no column '{label}'; the columns are {string.Join(", ", names)}");
        return Array.FindIndex(names, name => Answers.Contains(name, StringComparer.OrdinalIgnoreCase)) is >= 0 and var found ? found
            : names.Length - 1;
    }

    private static float[]? Numbers(string field)
    {
        string[] parts = field.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!Fields.TryNumber(parts[i], false, out numbers[i]) || !float.IsFinite(numbers[i]))
                return null;
        return numbers;
    }

    private static float[] List(Fields row, int column) => row.Values[column].Trim().Length == 0 ? []
        : Numbers(row.Values[column]) ?? throw row.Error($"field {column + 1} is '{Short(row.Values[column])}', expected numbers with "
            + "spaces between them");

    // A table is there or missing as a whole.
    private static float[] OrMissing(Fields row, int[] columns) => columns.All(column => row.Values[column].Trim().Length == 0)
        ? [.. columns.Select(_ => float.NaN)] : [.. columns.Select(row.Number)];

    private static ImageShape ShapeOf(Fields row, int count, int[]? size)
    {
        if (size is not null)
            return new ImageShape(size[0], size[1], size.Length > 2 ? size[2] : 1) is var given
                && given.Height * given.Width * given.Channels == count ? given
                : throw row.Error($"the picture has {count} numbers, expected {string.Join(" x ", size)} of --size");
        foreach (var channels in (int[])[1, 3, 4])
            if ((int)Math.Round(Math.Sqrt(count / (double)channels)) is var side && side * side * channels == count)
                return new(side, side, channels);
        throw row.Error($"the picture has {count} numbers, which are no square of 1, 3 or 4 channels; give --size");
    }

    private static string Short(string text) => text.Length > 24 ? text[..24] + "…" : text;
}
