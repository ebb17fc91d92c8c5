namespace MLSeqGraph.Onnx;

/// <summary>How a resized element is computed from its neighbors.</summary>
public enum ResizeMode
{
    /// <summary>The nearest element; of two equally near ones the lower.</summary>
    Nearest,
    /// <summary>Between the two nearest elements of each axis, in proportion.</summary>
    Linear,
}

/// <summary>Which place of the original an element of the result has.</summary>
public enum ResizeCoordinates
{
    /// <summary>Elements are areas whose centers are mapped: (i + 0.5) / scale - 0.5.</summary>
    HalfPixel,
    /// <summary>Elements are areas, but the only element of an axis stands at 0.</summary>
    PytorchHalfPixel,
    /// <summary>The first and last elements are mapped onto each other.</summary>
    AlignCorners,
    /// <summary>i / scale.</summary>
    Asymmetric,
}

/// <summary>How a place between two elements is rounded, for <see cref="ResizeMode.Nearest"/>.</summary>
public enum ResizeRounding
{
    /// <summary>To the nearest, halves down.</summary>
    HalfDown,
    /// <summary>To the nearest, halves up.</summary>
    HalfUp,
    /// <summary>Down.</summary>
    Floor,
    /// <summary>Up.</summary>
    Ceiling,
}

// Enlarging and shrinking.
public static partial class Op
{
    private static readonly string[] ResizeModes = ["nearest", "linear"];
    private static readonly string[] ResizeCoordinateNames = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];
    private static readonly string[] ResizeRoundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

    /// <summary>Enlarges or shrinks the spatial axes by factors.</summary>
    /// <param name="x">[batch, channels, ..], Float.</param>
    /// <param name="scales">A factor for each spatial axis; sizes are rounded down.</param>
    /// <param name="mode">Nearest or linear.</param>
    /// <param name="coordinates">Which place of x an element of the result has.</param>
    /// <param name="rounding">How places are rounded for the nearest element.</param>
    /// <remarks>The gradient needs known sizes, or for the nearest element whole factors and asymmetric or half-pixel places.</remarks>
    public static Value Resize(Value x, IReadOnlyList<float> scales, ResizeMode mode = ResizeMode.Nearest,
        ResizeCoordinates coordinates = ResizeCoordinates.HalfPixel, ResizeRounding rounding = ResizeRounding.HalfDown)
    {
        if (Reals("Resize", x).Shape.Rank != scales.Count + 2 || scales.Count == 0 || scales.Any(scale => !(scale > 0)))
            throw Mismatch("Resize", $"[batch, channels, ..] and a positive factor for each spatial axis, not "
                + $"[{string.Join(", ", scales)}]", x);
        Dim[] sizes = [.. scales.Select((scale, axis) => Scaled(x.Shape[axis + 2], scale))];
        return Single("Resize", x.Type, [x.Shape[0], x.Shape[1], .. sizes], [x, null, x.Graph.Vector([1f, 1f, .. scales])],
            ("mode", ResizeModes[(int)mode]), ("coordinate_transformation_mode", ResizeCoordinateNames[(int)coordinates]),
            ("nearest_mode", ResizeRoundings[(int)rounding]));
    }

    private static Dim Scaled(Dim size, float scale) =>
        size.IsKnown ? (long)Math.Floor(size.Size * scale) : scale == MathF.Floor(scale) ? size * (long)scale
            : FormattableString.Invariant($"{size}*{scale}");

    internal static Value?[] ResizeGradient(GradientContext c)
    {
        Value x = c.Input(0), gradient = c.Gradient;
        var scales = c.Input(2).Constant!.As<float>();
        var places = Array.IndexOf(ResizeCoordinateNames, c.Node.Attribute<string>("coordinate_transformation_mode"));
        var rounding = (ResizeRounding)Array.IndexOf(ResizeRoundings, c.Node.Attribute<string>("nearest_mode"));
        var isNearest = c.Node.Attribute<string>("mode") == "nearest";
        for (var axis = 2; axis < x.Shape.Rank; axis++)
        {
            if (scales[axis] == 1)
                continue;
            if (x.Shape[axis].IsKnown)
            {
                var (from, to) = (x.Shape[axis].Size, gradient.Shape[axis].Size);
                var matrix = ResizeMatrix(from, to, scales[axis], isNearest, (ResizeCoordinates)places, rounding);
                var weights = Cast(gradient.Graph.Constant(TensorData.Create(matrix, to, from)), x.Type);
                int[] last = [.. Enumerable.Range(0, x.Shape.Rank)];
                (last[axis], last[^1]) = (last[^1], last[axis]);
                gradient = Transpose(MatMul(Transpose(gradient, last), weights), last);
                continue;
            }
            if (!isNearest || scales[axis] != MathF.Floor(scales[axis]) || places is not ((int)ResizeCoordinates.HalfPixel
                or (int)ResizeCoordinates.Asymmetric) || (places == (int)ResizeCoordinates.Asymmetric && rounding != ResizeRounding.Floor)
                || (places == (int)ResizeCoordinates.HalfPixel && rounding is ResizeRounding.Floor or ResizeRounding.Ceiling))
                throw new GraphException($"Resize: its gradient needs an axis {axis} of known size ({c.Node}).");
            // each element was repeated
            Shape repeated = [.. gradient.Shape.Take(axis), x.Shape[axis], (long)scales[axis], .. gradient.Shape.Skip(axis + 1)];
            var split = Reshape(gradient, repeated, x);
            gradient = ReduceSum(split, [axis + 1], keepDims: false);
        }
        return [gradient];
    }

    // The weight [to, from] of each element of the original in each of the result.
    private static float[] ResizeMatrix(long from, long to, float scale, bool isNearest, ResizeCoordinates places, ResizeRounding rounding)
    {
        var matrix = new float[to * from];
        for (var i = 0; i < to; i++)
        {
            double at = places switch
            {
                ResizeCoordinates.AlignCorners => to == 1 ? 0 : i * (double)(from - 1) / (to - 1),
                ResizeCoordinates.Asymmetric => i / (double)scale,
                ResizeCoordinates.PytorchHalfPixel when to == 1 => 0,
                _ => (i + 0.5) / scale - 0.5,
            };
            if (isNearest)
            {
                var chosen = rounding switch
                {
                    ResizeRounding.Floor => Math.Floor(at),
                    ResizeRounding.Ceiling => Math.Ceiling(at),
                    ResizeRounding.HalfUp => Math.Floor(at + 0.5),
                    _ => Math.Ceiling(at - 0.5),
                };
                matrix[i * from + (long)Math.Clamp(chosen, 0, from - 1)] = 1;
                continue;
            }
            at = Math.Clamp(at, 0, from - 1);
            var low = (long)Math.Min(Math.Floor(at), from - 1);
            var share = at - low;
            matrix[i * from + low] += (float)(1 - share);
            if (share > 0)
                matrix[i * from + low + 1] += (float)share;
        }
        return matrix;
    }
}
