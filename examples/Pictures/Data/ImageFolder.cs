using System.Text.RegularExpressions;
using Examples;
using MLSeqGraph.Transforms;

namespace Pictures.Data;

/// <summary>
/// Reads images from <c>train</c> and <c>test</c> (.tsv, .csv or .txt, perhaps .gz), or from one such file, of which every fifth line is
/// tested on: in each line the numbers of an image row by row, and its class before or after them.
/// </summary>
internal static partial class ImageFolder
{
    /// <param name="folder">The folder.</param>
    /// <param name="size">Height, width and channels, as far as they were given.</param>
    /// <param name="label">The class' column, from 1 or by its name in the header; null to find it.</param>
    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static ImageSet Load(string folder, int[]? size = null, string? label = null)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        string[] files = [.. Directory.GetFiles(folder).Where(file => FolderContents.IsData(file) && Ending().IsMatch(file)).Order()];
        var trainFile = Find(files, "train");
        if (trainFile is null && files.Length != 1)
            throw new InvalidDataException($"{folder}: expected a file 'train' and one 'test' of lines of pixels and a class, ending in "
                + $".tsv, .csv or .txt; found {(files.Length == 0 ? "none" : string.Join(", ", files.Select(Path.GetFileName)))}."
                + FolderContents.Describe(folder, "Pictures"));
        var rows = Rows(trainFile ?? files[0], out var header);
        var labelColumn = LabelColumn(rows, header, label, folder);
        var width = rows[0].Values.Length;
        ImageRow[] train = [.. rows.Select(row => Read(row, labelColumn, width))], test;
        if (trainFile is null)
            (train, test) = ([.. train.Where((_, i) => i % 5 != 4)], [.. train.Where((_, i) => i % 5 == 4)]);
        else
        {
            var testFile = Find(files, "test") ?? throw new InvalidDataException($"{folder}: expected a file 'test' beside "
                + $"{Path.GetFileName(trainFile)}.");
            test = [.. Rows(testFile, out _).Select(row => Read(row, labelColumn, width))];
        }
        if (train.Length == 0 || test.Length == 0)
            throw new InvalidDataException($"{folder}: {train.Length} images to train on and {test.Length} to test on; expected some of "
                + "both.");
        var shape = ShapeOf(folder, width - 1, size);
        var planar = shape.Channels > 1 && IsPlanar(train, shape);
        if (planar)
            foreach (var row in train.Concat(test))
                row.Pixels = [.. Enumerable.Range(0, width - 1).Select(i =>
                    row.Pixels[i % shape.Channels * shape.Height * shape.Width + i / shape.Channels])];
        return new(Path.GetFileName(Path.GetFullPath(folder)), shape, train, test, $"{shape}{(planar ? ", channel after channel" : "")}; "
            + $"column {labelColumn + 1} is the class");
    }

    private static string? Find(string[] files, string part) => files.FirstOrDefault(file =>
        Path.GetFileName(file).Split('.')[0].Split('_', '-').Contains(part, StringComparer.OrdinalIgnoreCase));

    // A header is a first line with fewer numbers than the second.
    private static Fields[] Rows(string path, out Fields? header)
    {
        Fields[] rows = [.. Table.Read(path).Rows];
        header = rows.Length > 1 && Numbers(rows[0]) * 2 < Numbers(rows[1]) ? rows[0] : null;
        rows = header is null ? rows : rows[1..];
        foreach (var row in rows)
            row.Require(rows[0].Values.Length);
        rows[0].RequireAtLeast(2, "the numbers of an image and its class");
        return rows;
    }

    private static int Numbers(Fields row) => row.Values.Count(value => Fields.TryNumber(value, false, out _));

    private static ImageRow Read(Fields row, int label, int width)
    {
        row.Require(width);
        if (string.IsNullOrWhiteSpace(row.Values[label]))
            throw row.Error($"field {label + 1} is empty, expected a class");
        return new() { Class = row.Values[label].Trim(), Pixels = [.. row.Numbers(0, label), .. row.Numbers(label + 1, width)] };
    }

    // Asked for, named so, no number, or of few different whole numbers; the last is meant where both ends could be.
    private static int LabelColumn(Fields[] rows, Fields? header, string? asked, string folder)
    {
        var width = rows[0].Values.Length;
        if (asked is not null)
        {
            var named = header is null ? -1 : Array.FindIndex(header.Values, name => name.Trim() == asked);
            return named >= 0 ? named : int.TryParse(asked, out var number) && number >= 1 && number <= width ? number - 1
                : throw new InvalidDataException($"{folder}: there is no column '{asked}'; expected a number from 1 to {width}"
                    + $"{(header is null ? "" : ", or a name of the header")}.");
        }
        var called = header is null ? -1 : Array.FindIndex(header.Values, name =>
            name.Trim().ToLowerInvariant() is "label" or "class" or "target" or "y");
        if (called >= 0)
            return called;
        int[] ends = [width - 1, 0];
        return ends.Where(IsText).Concat(ends.Where(IsFewNumbers)).FirstOrDefault(width - 1);

        bool IsText(int column) => rows.Any(row => !Fields.TryNumber(row.Values[column], false, out _));

        bool IsFewNumbers(int column) => rows.All(row => row.Values[column].All(char.IsAsciiDigit))
            && rows.Select(row => row.Values[column]).Distinct().Count() is var count && count > 1
            && count <= Math.Max(100, rows.Length / 2);
    }

    // What was asked for; what the folder's README says; a square of 1, 3 or 4 channels.
    private static ImageShape ShapeOf(string folder, int count, int[]? size)
    {
        if (size is not null)
            return size[0] * size[1] * size.ElementAtOrDefault(2) == count || (size.Length == 2 && count % (size[0] * size[1]) == 0)
                ? new(size[0], size[1], count / (size[0] * size[1]))
                : throw new InvalidDataException($"{folder}: a line has {count} numbers, expected {string.Join(" x ", size)} of --size.");
        var readme = Directory.GetFiles(folder, "README*").FirstOrDefault();
        if (readme is not null)
            foreach (Match match in Sizes().Matches(File.ReadAllText(readme)))
                if (int.Parse(match.Groups[1].Value) is var height and > 0 && int.Parse(match.Groups[2].Value) is var width and > 0
                    && height * width > 1 && count % (height * width) == 0 && count / (height * width) <= 16)
                    return new(height, width, count / (height * width));
        foreach (var channels in (ReadOnlySpan<int>)[1, 3, 4, 2])
            if (count % channels == 0 && (int)Math.Sqrt(count / channels) is var side && side * side * channels == count)
                return new(side, side, channels);
        throw new InvalidDataException($"{folder}: a line has {count} numbers, which are no square of 1 to 4 channels; give --size "
            + "HEIGHT,WIDTH or HEIGHT,WIDTH,CHANNELS.");
    }

    // Neighbors are alike: the order in which they differ less is the one the file has.
    private static bool IsPlanar(ImageRow[] rows, ImageShape shape)
    {
        double together = 0, apart = 0;
        var (width, channels, plane) = (shape.Width, shape.Channels, shape.Height * shape.Width);
        foreach (var row in rows.Take(2000))
            for (var pixel = 0; pixel < plane; pixel++)
                if (pixel % width + 1 < width)
                    for (var channel = 0; channel < channels; channel++)
                    {
                        together += Math.Abs(row.Pixels[pixel * channels + channel] - row.Pixels[(pixel + 1) * channels + channel]);
                        apart += Math.Abs(row.Pixels[channel * plane + pixel] - row.Pixels[channel * plane + pixel + 1]);
                    }
        return apart < together;
    }

    [GeneratedRegex(@"\.(tsv|csv|txt)(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Ending();

    [GeneratedRegex(@"\b(\d{1,4})\s?(?:x|×|by)\s?(\d{1,4})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sizes();
}
