using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Images cut into square patches.</summary>
internal static class ImagePatches
{
    /// <summary>The side of a patch: the one asked for, or the largest that leaves at least 4 on each axis.</summary>
    /// <exception cref="ArgumentException">It doesn't divide height and width.</exception>
    internal static int SideOf(ImageShape shape, int? asked)
    {
        var side = asked ?? Enumerable.Range(1, Math.Max(1, Math.Min(shape.Height, shape.Width) / 4))
            .Last(side => shape.Height % side == 0 && shape.Width % side == 0);
        return side >= 1 && shape.Height % side == 0 && shape.Width % side == 0 ? side
            : throw new ArgumentException($"A patch of {side} x {side} pixels doesn't divide an image of {shape}; expected one that does.",
                "patch");
    }

    /// <summary>Pixels as images: [pixels, batch, channels] → [batch, channels, height, width].</summary>
    internal static Value Images(Value pixels, ImageShape shape)
    {
        var images = Op.Transpose(pixels, 1, 0, 2);
        images = Op.Reshape(images, [images.Shape[0], shape.Height, shape.Width, shape.Channels], images);
        return Op.Transpose(images, 0, 3, 1, 2);
    }

    /// <summary>A linear map of each patch: [batch, channels, height, width] → [patches, batch, hidden].</summary>
    internal static Value Of(NetworkBuilder network, Value images, int hidden, int side)
    {
        var x = network.Convolution(images, hidden, [side, side], new() { Strides = [side, side] }, name: "patches");
        return Op.Transpose(Op.Reshape(x, [x.Shape[0], hidden, x.Shape[2] * x.Shape[3]], x), 2, 0, 1);
    }

    /// <summary>The numbers of each patch: [batch, channels, height, width] → [patches, batch, side · side · channels].</summary>
    internal static Value Pixels(Value images, int side)
    {
        var (channels, rows, columns) = (images.Shape[1], images.Shape[2].Size / side, images.Shape[3].Size / side);
        var parts = Op.Reshape(images, [images.Shape[0], channels, rows, side, columns, side], images);
        return Op.Reshape(Op.Transpose(parts, 2, 4, 0, 3, 5, 1), [rows * columns, images.Shape[0], side * side * channels], images);
    }
}
