namespace MLSeqGraph.Onnx;

/// <summary>
/// Resizing as products with matrices of known sizes, one an axis: for the ways of interpolation that have no gradient otherwise, such as
/// the cubic one (Keys 1981).
/// </summary>
internal sealed class Interpolation(ImportedNode node)
{
    private readonly string _mode = node.Text("mode", "nearest"), _rounding = node.Text("nearest_mode", "round_prefer_floor"),
        _coordinates = node.Text("coordinate_transformation_mode", "half_pixel");

    private readonly double _cubic = node.Float("cubic_coeff_a", -0.75f);
    private readonly bool _excludes = node.Int("exclude_outside", 0) == 1;

    /// <summary>Resizes the axes whose sizes change.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="factors">A factor for each axis; null where sizes are given.</param>
    /// <param name="sizes">A size for each axis; null where factors are given.</param>
    internal Value Resize(Value x, float[]? factors, long[]? sizes)
    {
        var rank = x.Shape.Rank;
        if (factors is null && sizes is null)
            throw new ImportException("its factors depend on the model's inputs, which is not supported");
        if ((factors?.Length ?? sizes!.Length) != rank)
            throw new ImportException($"it has {factors?.Length ?? sizes!.Length} factors for {x}");
        for (var axis = 0; axis < rank; axis++)
        {
            if (factors?[axis] == 1 || (sizes is not null && x.Shape[axis] == sizes[axis]))
                continue;
            if (!x.Shape[axis].IsKnown)
                throw new ImportException($"its mode is '{_mode}' with '{_coordinates}', which is not supported for axis {axis} of {x}, "
                    + "whose size isn't known");
            var from = (int)x.Shape[axis].Size;
            var to = (int)(sizes?[axis] ?? Math.Floor(from * (double)factors![axis]));
            var matrix = x.Graph.Constant(TensorData.Create(Matrix(from, to, factors?[axis] ?? (double)to / from), from, to));
            int[] order = [.. Enumerable.Range(0, rank).Where(other => other != axis), axis];
            x = Op.MatMul(Op.Transpose(x, order), matrix);
            x = Op.Transpose(x, [.. Enumerable.Range(0, rank).Select(i => Array.IndexOf(order, i))]);
        }
        return x;
    }

    // [from, to]: what each element adds to each element of the result.
    private float[] Matrix(int from, int to, double factor)
    {
        var matrix = new float[from * to];
        for (var i = 0; i < to; i++)
        {
            var weights = Weights(Place(i, from, to, factor));
            var sum = _excludes ? weights.Where(one => one.At >= 0 && one.At < from).Sum(one => one.Weight) : 1;
            foreach (var (at, weight) in weights)
                if (!_excludes || (at >= 0 && at < from))
                    matrix[Math.Clamp(at, 0, from - 1) * to + i] += (float)(weight / sum);
        }
        return matrix;
    }

    private double Place(int i, int from, int to, double factor) => _coordinates switch
    {
        "half_pixel" => (i + 0.5) / factor - 0.5,
        "pytorch_half_pixel" => to > 1 ? (i + 0.5) / factor - 0.5 : 0,
        "align_corners" => to > 1 ? i * (from - 1.0) / (to - 1) : 0,
        "asymmetric" => i / factor,
        "tf_half_pixel_for_nn" => (i + 0.5) / factor,
        var other => throw new ImportException($"its coordinate_transformation_mode is '{other}', which is not supported"),
    };

    private (int At, double Weight)[] Weights(double place)
    {
        var low = (int)Math.Floor(place);
        var rest = place - low;
        double Near(double s) => ((_cubic + 2) * s - (_cubic + 3)) * s * s + 1;
        double Far(double s) => ((_cubic * s - 5 * _cubic) * s + 8 * _cubic) * s - 4 * _cubic;
        return _mode switch
        {
            "nearest" => [((int)(_rounding switch
            {
                "round_prefer_floor" => Math.Ceiling(place - 0.5), "round_prefer_ceil" => Math.Floor(place + 0.5),
                "floor" => Math.Floor(place), "ceil" => Math.Ceiling(place),
                var other => throw new ImportException($"its nearest_mode is '{other}'"),
            }), 1)],
            "linear" or "bilinear" => [(low, 1 - rest), (low + 1, rest)],
            "cubic" => [(low - 1, Far(rest + 1)), (low, Near(rest)), (low + 1, Near(1 - rest)), (low + 2, Far(2 - rest))],
            var other => throw new ImportException($"its mode is '{other}', which is not supported"),
        };
    }
}
