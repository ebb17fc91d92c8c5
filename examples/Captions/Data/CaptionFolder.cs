using Examples;
using MLSeqGraph.Transforms;

namespace Captions.Data;

/// <summary>
/// Reads <c>train</c> and <c>test</c> (.tsv, .csv or .txt, perhaps .gz): tables with a header that names the columns <c>picture</c>,
/// numbers with spaces between them, and <c>caption</c>; or lines of the numbers of a square gray image and its class, which are made to
/// move.
/// </summary>
internal static class CaptionFolder
{
    /// <param name="folder">The folder.</param>
    /// <param name="size">Height, width and perhaps channels of pictures with captions; null for squares.</param>
    /// <param name="clips">Clips to make for training of images without captions; a fourth of that for the test.</param>
    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static (CaptionSet? Captions, ClipSet? Clips) Load(string folder, int[]? size, int clips)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        Fields[] train = Read(folder, "train"), test = Read(folder, "test");
        var name = Path.GetFileName(Path.GetFullPath(folder));
        string[] header = [.. train[0].Values.Select(value => value.Trim().ToLowerInvariant())];
        int picture = Array.IndexOf(header, "picture"), caption = Array.IndexOf(header, "caption");
        if (picture < 0 && caption < 0)
        {
            var side = (int)Math.Round(Math.Sqrt(train[0].Values.Length - 1));
            float[][] Images(Fields[] rows) => [.. rows.Select(row =>
            {
                row.Require(side * side + 1);
                return Scaled(row.Numbers(0, side * side));
            })];
            if (side < 2 || side * side + 1 != train[0].Values.Length)
                throw train[0].Error($"{train[0].Values.Length} fields, expected a header with 'picture' and 'caption', or the numbers "
                    + "of a square image and its class");
            return (null, MovingImages.Make(name, Images(train), Images(test), side, clips, clips / 4));
        }
        if (picture < 0 || caption < 0)
            throw train[0].Error($"the header is {string.Join(", ", header)}, expected 'picture' and 'caption'");
        CaptionRow Row(Fields row)
        {
            row.Require(header.Length);
            string[] numbers = row.Values[picture].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new()
            {
                Picture = [.. numbers.Select(number => Fields.TryNumber(number, false, out var value) && float.IsFinite(value) ? value
                    : throw row.Error($"the picture has '{number}', expected numbers with spaces between them"))],
                Caption = row.Values[caption].Trim() is { Length: > 0 } text ? text : throw row.Error("the caption is empty"),
            };
        }
        if (train.Length < 2 || test.Length < 2)
            throw (train.Length < 2 ? train : test)[0].Error("expected lines behind the header");
        CaptionRow[] known = [.. train[1..].Select(Row)], other = [.. test[1..].Select(Row)];
        var shape = ShapeOf(train[1], known[0].Picture.Length, size);
        foreach (var (row, line) in known.Zip(train[1..]).Concat(other.Zip(test[1..])))
            if (row.Picture.Length != shape.Height * shape.Width * shape.Channels)
                throw line.Error($"the picture has {row.Picture.Length} numbers, expected {shape}");
        return (new(name, shape, known, other, []), null);
    }

    private static ImageShape ShapeOf(Fields row, int count, int[]? size)
    {
        if (size is not null)
            return new ImageShape(size[0], size[1], size.Length > 2 ? size[2] : 1) is var given
                && given.Height * given.Width * given.Channels == count ? given
                : throw row.Error($"the picture has {count} numbers, expected {string.Join(" x ", size)} of --size");
        foreach (var channels in (int[])[1, 3, 4])
            if ((int)Math.Round(Math.Sqrt(count / (double)channels)) is > 0 and var side && side * side * channels == count)
                return new(side, side, channels);
        throw row.Error($"the picture has {count} numbers, which are no square of 1, 3 or 4 channels; give --size");
    }

    private static float[] Scaled(float[] pixels)
    {
        var largest = Math.Max(1e-9f, pixels.Max());
        return Array.ConvertAll(pixels, pixel => pixel / largest);
    }

    private static Fields[] Read(string folder, string part)
    {
        var file = Directory.GetFiles(folder).Order(StringComparer.Ordinal).FirstOrDefault(file => FolderContents.IsData(file)
            && Path.GetFileName(file).Split('.')[0].Equals(part, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{folder}: expected files 'train' and 'test', ending in .tsv, .csv or .txt; there is no "
                + $"'{part}'.{FolderContents.Describe(folder, "Captions")}");
        return [.. Table.Read(file).Rows];
    }
}
