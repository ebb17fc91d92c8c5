namespace MLSeqGraph.Onnx;

/// <summary>Reads convolutions, poolings and what else pictures and signals go through: [batch, channels, ..].</summary>
internal static class WindowReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["AveragePool"] = AveragePool,
        ["BatchNormalization"] = BatchNormalizationReader.Read,
        ["Conv"] = Conv,
        ["ConvTranspose"] = ConvTranspose,
        ["GlobalAveragePool"] = node => [Op.GlobalAveragePool(node[0])],
        ["GlobalMaxPool"] = node => [Op.ReduceMax(node[0], [.. Enumerable.Range(2, node[0].Shape.Rank - 2)])],
        ["HardSigmoid"] = node => [Op.HardSigmoid(node[0], node.Float("alpha", 0.2f), node.Float("beta", 0.5f))],
        ["MaxPool"] = MaxPool,
        ["Pad"] = Pad,
        ["Resize"] = Resize,
        ["Upsample"] = Resize,
    };

    private static WindowOptions Window(ImportedNode node) => new()
    {
        Strides = node.Ints("strides"), Dilations = node.Ints("dilations"), Pads = node.Ints("pads"),
        AutoPad = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" => AutoPad.Explicit, "SAME_UPPER" => AutoPad.SameUpper, "SAME_LOWER" => AutoPad.SameLower, "VALID" => AutoPad.Valid,
            var other => throw new ImportException($"its auto_pad is '{other}'"),
        },
    };

    private static Value[] Conv(ImportedNode node)
    {
        var (x, weight) = (node[0], node[1]);
        var groups = node.Int("group", 1);
        if (x.Shape.Rank >= 2 && !x.Shape[1].IsKnown && weight.Shape.Rank >= 2 && weight.Shape[1].IsKnown)
            x = Op.Renamed(x, x.Shape.With(1, weight.Shape[1] * groups));
        return [Op.Conv(x, weight, node.Optional(2), Window(node), groups)];
    }

    private static Value[] ConvTranspose(ImportedNode node)
    {
        var (window, more) = node.Ints("output_shape") is { } sizes ? Padded(node, sizes) : (Window(node), node.Ints("output_padding"));
        return [Op.ConvTranspose(node[0], node[1], node.Optional(2), window, node.Int("group", 1), more)];
    }

    // What is cut at both ends, or added at the last, so that the output has the sizes that the model states.
    private static (WindowOptions Window, long[] More) Padded(ImportedNode node, long[] sizes)
    {
        var (window, axes) = (Window(node), node[0].Shape.Rank - 2);
        if (sizes.Length != axes || node[1].Shape.Rank != axes + 2 || !node[1].Shape.IsKnown
            || node[0].Shape.Skip(2).Any(dim => !dim.IsKnown))
            throw new ImportException($"it states [{string.Join(", ", sizes)}] as its output's sizes, of {node[0]} and {node[1]}; expected "
                + "as many as spatial axes, whose sizes are known");
        var (pads, more) = (new long[2 * axes], new long[axes]);
        for (var i = 0; i < axes; i++)
        {
            var reach = ((window.Dilations?[i] ?? 1) * (node[1].Shape[i + 2].Size - 1)) + 1;
            var cut = (window.Strides?[i] ?? 1) * (node[0].Shape[i + 2].Size - 1) + (node.Ints("output_padding")?[i] ?? 0) + reach
                - sizes[i];
            (more[i], cut) = ((node.Ints("output_padding")?[i] ?? 0) + Math.Max(0, -cut), Math.Max(0, cut));
            (pads[i], pads[i + axes]) = window.AutoPad == AutoPad.SameUpper ? (cut / 2, cut - cut / 2) : (cut - cut / 2, cut / 2);
        }
        return (window with { Pads = pads, AutoPad = AutoPad.Explicit }, more);
    }

    private static long[] Kernel(ImportedNode node) => node.Ints("kernel_shape")
        ?? throw new ImportException("it lacks the attribute 'kernel_shape'");

    private static Value[] MaxPool(ImportedNode node) => node.OutputCount > 1 || node.Int("storage_order", 0) != 0
        ? throw new ImportException("the places of its largest elements are not supported")
        : [Op.Cast(Op.MaxPool(node[0].Type.IsReal() ? node[0] : Op.Cast(node[0], ElementType.Float), Kernel(node), Window(node),
            node.Int("ceil_mode", 0) == 1), node[0].Type)];

    private static Value[] AveragePool(ImportedNode node) =>
        [Op.AveragePool(node[0], Kernel(node), Window(node), node.Int("count_include_pad", 0) == 1, node.Int("ceil_mode", 0) == 1)];

    // Numbers are an attribute before operator set 11, an input since; axes are an input since 18.
    private static Value[] Pad(ImportedNode node)
    {
        var x = node[0];
        var pads = node.Ints("pads") ?? node.Numbers(node[1], "numbers of elements");
        int[] axes = node.Optional(3) is { } given
            ? [.. node.Numbers(given, "axes").Select(axis => ImportedNode.Axis(axis, x.Shape.Rank))] : [.. Enumerable.Range(0,
            x.Shape.Rank)];
        if (pads.Length != 2 * axes.Length)
            throw new ImportException($"it has {pads.Length} numbers of elements for {axes.Length} axes");
        var value = node.Optional(2) is not { } filler ? node.Float("value", 0)
            : filler.Constant is { Count: 1 } data ? Convert.ToDouble(data.Elements.GetValue(0))
            : throw new ImportException($"its value {filler} depends on the model's inputs");
        for (var i = 0; i < axes.Length; i++)
        {
            var (axis, before, after) = (axes[i], pads[i], pads[i + axes.Length]);
            if (before < 0 || after < 0) // cuts
                x = Op.Slice(x, axis, Math.Max(0, -before), after < 0 ? after : long.MaxValue);
            (before, after) = (Math.Max(0, before), Math.Max(0, after));
            if (before == 0 && after == 0)
                continue;
            x = node.Text("mode", "constant") switch
            {
                "constant" => Op.Pad(x, axis, before, after, value),
                "edge" => Op.PadByElements(x, axis, before, after),
                "reflect" => Op.PadByElements(x, axis, before, after, reflect: true),
                var mode => throw new ImportException($"its mode is '{mode}', which is not supported"),
            };
        }
        return [x];
    }

    private static Value[] Resize(ImportedNode node)
    {
        var x = node[0];
        if (node.Text("mode", "nearest") == "cubic" || node.Text("coordinate_transformation_mode", "") == "tf_half_pixel_for_nn")
            return [new Interpolation(node).Resize(x, node.Optional(2)?.Constant is { Count: > 0 } given ? given.As<float>() : null,
                node.Optional(3) is { } to ? node.Numbers(to, "sizes") : null)];
        var mode = node.Text("mode", "nearest") switch
        {
            "nearest" => ResizeMode.Nearest, "linear" or "bilinear" => ResizeMode.Linear,
            var other => throw new ImportException($"its mode is '{other}', which is not supported"),
        };
        var isOld = node.Operator == "Upsample" || node.Opset < 11;
        var coordinates = node.Text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel") switch
        {
            "half_pixel" => ResizeCoordinates.HalfPixel, "pytorch_half_pixel" => ResizeCoordinates.PytorchHalfPixel,
            "align_corners" => ResizeCoordinates.AlignCorners, "asymmetric" => ResizeCoordinates.Asymmetric,
            var other => throw new ImportException($"its coordinate_transformation_mode is '{other}', which is not supported"),
        };
        var rounding = node.Text("nearest_mode", isOld ? "floor" : "round_prefer_floor") switch
        {
            "round_prefer_floor" => ResizeRounding.HalfDown, "round_prefer_ceil" => ResizeRounding.HalfUp, "floor" => ResizeRounding.Floor,
            "ceil" => ResizeRounding.Ceiling, var other => throw new ImportException($"its nearest_mode is '{other}'"),
        };
        var scales = (node.Has("scales") ? null : node.Optional(isOld ? 1 : 2))?.Constant;
        float[] factors = node.Floats("scales") ?? (scales is { Count: > 0 } ? scales.As<float>() : BySizes());
        if (factors.Length != x.Shape.Rank || factors[0] != 1 || factors[1] != 1 || node.Has("axes") || node.Int("antialias", 0) == 1)
            throw new ImportException($"it resizes {x} by [{string.Join(", ", factors)}]; expected factors of the spatial axes");
        return [Op.Resize(x, factors[2..], mode, coordinates, rounding)];

        float[] BySizes()
        {
            if (node.Extents(3) is not { } sizes || sizes.Length != x.Shape.Rank)
                throw new ImportException("its factors depend on the model's inputs, which is not supported");
            return [.. sizes.Select((size, axis) => size.Dim is not { } dim ? throw new ImportException("its sizes aren't known")
                : dim == x.Shape[axis] ? 1
                : dim.IsKnown && x.Shape[axis] is { IsKnown: true, Size: > 0 } from ? (float)dim.Size / from.Size
                : dim.TryDivide(x.Shape[axis], out var factor) && factor.IsKnown ? factor.Size
                : throw new ImportException($"it resizes axis {axis} of {x} to {dim}, which is not a number times it"))];
        }
    }
}
