using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>Random changes of training images, drawn anew for each image in each step; evaluation and deployed models have none.</summary>
public sealed record ImageAugmentation
{
    /// <summary>
    /// The most pixels by which an image is moved along each axis, 0 by default; pixels at the edge are repeated where it came from.
    /// </summary>
    public int Shift { get; init; }

    /// <summary>Whether left and right are swapped in half of the images.</summary>
    public bool FlipHorizontally { get; init; }

    /// <summary>Whether top and bottom are swapped in half of the images.</summary>
    public bool FlipVertically { get; init; }

    /// <summary>
    /// Side of a square that is cut out of each image (DeVries and Taylor 2017), 0 by default for none; its center may be any pixel, and
    /// what was cut out is 0, which is the mean of standardized images.
    /// </summary>
    public int Cutout { get; init; }

    /// <summary>
    /// The most degrees by which an image is turned about its center, either way, 0 by default; pixels between pixels are interpolated
    /// linearly, and those at the edge repeated.
    /// </summary>
    public float Rotation { get; init; }

    /// <summary>
    /// The most by which an image grows or shrinks about its center, as a share of its size, 0 by default: 0.1 draws sizes from 0.9 to 1.1
    /// of it. Pixels are interpolated as for <see cref="Rotation"/>.
    /// </summary>
    public float Zoom { get; init; }

    internal bool IsNone => this == new ImageAugmentation();

    internal bool Interpolates => Rotation != 0 || Zoom != 0;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check(int height, int width)
    {
        if (Shift < 0 || Shift >= Math.Min(height, width))
            throw new ArgumentException($"{nameof(Shift)} of {nameof(ImageAugmentation)} is {Shift}; expected at least 0 and fewer pixels "
                + $"than a side of the image of {height} x {width} pixels.", nameof(Shift));
        if (Cutout < 0 || Cutout >= Math.Min(height, width))
            throw new ArgumentException($"{nameof(Cutout)} of {nameof(ImageAugmentation)} is {Cutout}; expected at least 0 and fewer "
                + $"pixels than a side of the image of {height} x {width} pixels.", nameof(Cutout));
        if (Rotation is not (>= 0 and <= 180))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{nameof(Rotation)} of {nameof(ImageAugmentation)} is "
                + $"{Rotation}; expected 0 to 180 degrees."), nameof(Rotation));
        if (Zoom is not (>= 0 and < 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{nameof(Zoom)} of {nameof(ImageAugmentation)} is "
                + $"{Zoom}; expected at least 0 and less than 1."), nameof(Zoom));
    }
}

public sealed partial class NetworkBuilder
{
    /// <summary>Images with random changes while training; the images themselves otherwise.</summary>
    /// <param name="x">[batch, height · width, channels], row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="options">The changes; null for none.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="GraphException">x has another shape.</exception>
    public Value Augment(Value x, int height, int width, ImageAugmentation? options)
    {
        options?.Check(height, width);
        long count = (long)height * width;
        if (x.Shape.Rank != 3 || x.Shape[1] != count)
            throw new GraphException($"{nameof(Augment)}: expected images [batch, {count}, channels]; got {x}.");
        if (Mode != NetworkMode.Training || options is null or { IsNone: true })
            return x;
        var name = $"augmented_pixels_{_hostInputs.Count}";
        Shape corners = options.Interpolates ? [x.Shape[0], count, 4] : [x.Shape[0], count];
        var pixels = Graph.Input(name, ElementType.Int64, corners);
        var shares = options.Interpolates ? Graph.Input($"{name}_shares", ElementType.Float, corners) : null;
        _hostInputs.Add(new AugmentedPixels(pixels, shares, options, height, width, _hostInputs.Count));
        var all = Op.Reshape(Op.Pad(x, 1, 0, 1), [x.Shape[0] * (count + 1), x.Shape[2]], x);
        var first = Op.Unsqueeze(Op.Range(Op.SizeOf(x, 0), x.Shape[0]) * (count + 1.0), 1);               // [batch, 1]
        return shares is null ? Op.Gather(all, pixels + first)
            : Op.ReduceSum(Op.Gather(all, pixels + Op.Unsqueeze(first, 2)) * Op.Unsqueeze(shares, 3), [2], keepDims: false);
    }
}
