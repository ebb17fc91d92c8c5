using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The size of the images in a column: a vector of Single with height · width · channels elements, row by row from the top left pixel,
/// the channels of a pixel together.
/// </summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Numbers of a pixel: 1 for gray, 3 for red, green and blue.</param>
public sealed record ImageShape(int Height, int Width, int Channels = 1)
{
    internal int Pixels => Height * Width;

    internal string? Problem => Height < 1 || Width < 1 || Channels < 1 || (Int128)Height * Width * Channels > int.MaxValue
        ? $"an image of {this}, expected at least 1 x 1 pixel of 1 channel" : null;

    /// <summary>Checks that a column has such images.</summary>
    /// <exception cref="ArgumentException">It hasn't; the message says what was found.</exception>
    internal void Check(DataViewSchema.Column column)
    {
        int[] sizes = column.Type is VectorDataViewType { ItemType: NumberDataViewType item } vector && item.RawType == typeof(float)
            ? [.. vector.Dimensions] : [];
        var elements = sizes.Aggregate(1L, (product, size) => product * size);
        var fits = sizes.Length switch
        {
            1 => elements == (long)Pixels * Channels,
            2 => sizes[0] == Pixels && sizes[1] == Channels,
            3 => sizes[0] == Height && sizes[1] == Width && sizes[2] == Channels,
            _ => false,
        };
        if (fits)
            return;
        var advice = sizes.Length > 0 ? elements == 0 ? "; give the vector a size" : ""
            : column.Type is VectorDataViewType { ItemType: NumberDataViewType } ? "; convert it with ConvertType"
            : column.Type.RawType.Name == "MLImage" ? "; make it of the image with ResizeImages and ExtractPixels "
                + "(interleavePixelColors: true)"
            : "";
        throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but the network reads images of {this}: expected a vector "
            + $"of {(long)Pixels * Channels} Single, row by row, the channels of a pixel together{advice}.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Height} x {Width} pixels of {Channels} channel{(Channels == 1 ? "" : "s")}";
}
