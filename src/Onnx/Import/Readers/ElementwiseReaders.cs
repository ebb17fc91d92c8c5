namespace MLSeqGraph.Onnx;

/// <summary>Reads operators on single elements, with one, two or three operands that broadcast.</summary>
internal static class ElementwiseReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["Abs"] = node => [Op.Abs(node[0])],
        ["Add"] = node => Sized(node, Op.Add, (a, b) => a + b),
        ["And"] = node => Sized(node, Op.And, null),
        ["Ceil"] = node => [-Op.Floor(-node[0])],
        ["Celu"] = node => [Op.Max(node[0], node[0].Number(0)) + Op.Elu(Op.Min(node[0], node[0].Number(0)) / node.Float("alpha", 1), 1)
            * (double)node.Float("alpha", 1)],
        ["Clip"] = Clip,
        ["Cos"] = node => [Op.Cos(node[0])],
        ["Cosh"] = node => [(Op.Exp(node[0]) + Op.Exp(-node[0])) * 0.5],
        ["Div"] = Divide,
        ["Elu"] = node => [Op.Elu(node[0], node.Float("alpha", 1))],
        ["Equal"] = node => Sized(node, Op.Equal, (a, b) => Extent.Same(a, b) is { } same ? same ? 1 : 0 : Extent.Unknown),
        ["Erf"] = node => [Op.Erf(node[0])],
        ["Exp"] = node => [Op.Exp(node[0])],
        ["Floor"] = node => [Op.Floor(node[0])],
        ["Gelu"] = node => [Gelu(node[0], node.Text("approximate", "none") == "tanh")],
        ["Greater"] = node => Sized(node, Op.Greater, (a, b) => Compare(a, b, order => order > 0)),
        ["GreaterOrEqual"] = node => Sized(node, Op.GreaterOrEqual, (a, b) => Compare(a, b, order => order >= 0)),
        ["HardSwish"] = node => [node[0] * Op.Clip(node[0] / 6 + 0.5, 0, 1)],
        ["LeakyRelu"] = node => [Op.LeakyRelu(node[0], node.Float("alpha", 0.01f))],
        ["Less"] = node => Sized(node, Op.Less, (a, b) => Compare(a, b, order => order < 0)),
        ["LessOrEqual"] = node => Sized(node, Op.LessOrEqual, (a, b) => Compare(a, b, order => order <= 0)),
        ["Log"] = node => [Op.Log(node[0])],
        ["Max"] = node => Several(node, Op.Max, (a, b) => Compare(a, b, order => order >= 0) is { Number: { } first }
            ? first == 1 ? a : b : Extent.Unknown),
        ["Mean"] = node => [Several(node, Op.Add, null)[0] / node.Inputs.Count],
        ["Min"] = node => Several(node, Op.Min, (a, b) => Compare(a, b, order => order <= 0) is { Number: { } first }
            ? first == 1 ? a : b : Extent.Unknown),
        ["Mish"] = node => [node[0] * Op.Tanh(Op.Softplus(node[0]))],
        ["Mod"] = Remainder,
        ["Mul"] = Multiply,
        ["Neg"] = node => [Noted(node, Op.Neg(node[0]), node.Extents(0)?.Select(one => (Extent)0 - one))],
        ["Not"] = node => [Noted(node, Op.Not(node[0]), node.Extents(0)?.Select(one => one.Number is { } flag ? 1 - flag
            : Extent.Unknown))],
        ["Or"] = node => Sized(node, Op.Or, null),
        ["Pow"] = Power,
        ["PRelu"] = PRelu,
        ["Reciprocal"] = node => [Op.Reciprocal(node[0])],
        ["Relu"] = node => [Op.Relu(node[0])],
        ["Round"] = node => [Op.Single("Round", node[0].Type, node[0].Shape, [node[0]])],
        ["Selu"] = node => [Op.Elu(node[0], node.Float("alpha", 1.67326319f)) * (double)node.Float("gamma", 1.05070102f)],
        ["Sigmoid"] = node => [Op.Sigmoid(node[0])],
        ["Sign"] = node => [Op.Sign(node[0])],
        ["Sin"] = node => [Op.Sin(node[0])],
        ["Sinh"] = node => [(Op.Exp(node[0]) - Op.Exp(-node[0])) * 0.5],
        ["Softplus"] = node => [Op.Softplus(node[0])],
        ["Softsign"] = node => [node[0] / (Op.Abs(node[0]) + 1)],
        ["Sqrt"] = node => [Op.Sqrt(node[0])],
        ["Sub"] = node => Sized(node, Op.Sub, (a, b) => a - b),
        ["Sum"] = node => Several(node, Op.Add, null),
        ["Tan"] = node => [Op.Sin(node[0]) / Op.Cos(node[0])],
        ["Tanh"] = node => [Op.Tanh(node[0])],
        ["ThresholdedRelu"] = node =>
            [Op.Where(Op.Greater(node[0], node[0].Number(node.Float("alpha", 1))), node[0], node[0].Number(0))],
        ["Where"] = Where,
        ["Xor"] = node => [Op.And(Op.Or(node[0], node[1]), Op.Not(Op.And(node[0], node[1])))],
    };

    /// <summary>x · Φ(x), or its approximation by tanh.</summary>
    internal static Value Gelu(Value x, bool approximate) => approximate
        ? x * 0.5 * (Op.Tanh((x + x * x * x * 0.044715) * Math.Sqrt(2 / Math.PI)) + 1) : Op.Gelu(x);

    private static Value[] Sized(ImportedNode node, Func<Value, Value, Value> write, Func<Extent, Extent, Extent>? sizes)
    {
        var (a, b) = Agreement.Of(node[0], node[1]);
        var result = write(a, b);
        return [sizes is null ? result : Noted(node, result, Pairs(node.Extents(0), node.Extents(1), sizes))];
    }

    private static Value Noted(ImportedNode node, Value value, IEnumerable<Extent>? elements) =>
        node.Importer.Sizes.Note(value, elements?.ToArray());

    // Vectors with vectors of the same length, or single elements with either.
    private static IEnumerable<Extent>? Pairs(Extent[]? a, Extent[]? b, Func<Extent, Extent, Extent> sizes) =>
        a is null || b is null || (a.Length != b.Length && a.Length != 1 && b.Length != 1) ? null
            : Enumerable.Range(0, Math.Max(a.Length, b.Length)).Select(i => sizes(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]));

    private static Extent Compare(Extent a, Extent b, Func<int, bool> holds) =>
        a.Number is { } x && b.Number is { } y ? holds(x.CompareTo(y)) ? 1 : 0 : Extent.Unknown;

    private static Value[] Several(ImportedNode node, Func<Value, Value, Value> write, Func<Extent, Extent, Extent>? sizes)
    {
        var (sum, elements) = (node[0], node.Extents(0));
        for (var i = 1; i < node.Inputs.Count; i++)
        {
            var (a, b) = Agreement.Of(sum, node[i]);
            elements = sizes is null ? null : Pairs(elements, node.Extents(i), sizes)?.ToArray();
            sum = node.Importer.Sizes.Note(write(a, b), elements);
        }
        return [sum];
    }

    private static Value[] Divide(ImportedNode node)
    {
        if (node.Importer.IsForTraining && KnownPatterns.Standardized(node[0], node[1]) is { } standardized)
            return [standardized];
        return Sized(node, Op.Div, node[0].Type.IsReal() ? null : (a, b) => a / b);
    }

    private static Value[] Multiply(ImportedNode node)
    {
        if (node.Importer.IsForTraining && KnownPatterns.Gelu(node[0], node[1]) is { } gelu)
            return [gelu];
        return Sized(node, Op.Mul, (a, b) => a * b);
    }

    private static Value[] Power(ImportedNode node)
    {
        var (x, exponent) = (node[0], node[1]);
        if (node.Importer.IsForTraining && exponent.Constant is { Count: 1 } two && Convert.ToDouble(two.Elements.GetValue(0)) == 2
            && exponent.Shape.Rank == 0)
            return [x * x];
        var (a, b) = Agreement.Of(x, Op.Cast(exponent, x.Type));
        return [Op.Pow(a, b)];
    }

    // Bounds are attributes before operator set 11, inputs since.
    private static Value[] Clip(ImportedNode node)
    {
        var x = node[0];
        if (node.Opset < 11)
            return [Op.Clip(x, Bound(node.Float("min", float.MinValue)), Bound(node.Float("max", float.MaxValue)))];
        double? min = Number(1), max = Number(2);
        return [min is null && max is null ? Op.Identity(x) : Op.Clip(x, min, max)];

        double? Number(int input) => node.Optional(input) is not { } bound ? null
            : bound.Constant is { Count: 1 } data ? Convert.ToDouble(data.Elements.GetValue(0))
            : throw new ImportException($"its bound {bound} depends on the model's inputs, which is not supported");
        static double? Bound(float bound) => Math.Abs(bound) >= float.MaxValue ? null : bound;
    }

    // By the sign of the divisor, or with fmod by that of the number divided, as in C.
    private static Value[] Remainder(ImportedNode node)
    {
        if (node.Int("fmod", 0) == 0)
            return Sized(node, Op.Mod, null);
        var (a, b) = Agreement.Of(node[0], node[1]);
        var quotient = a / b;
        return [a - (a.Type.IsReal() ? Op.StopGradient(Op.Sign(quotient) * Op.Floor(Op.Abs(quotient))) : quotient) * b];
    }

    private static Value[] PRelu(ImportedNode node)
    {
        var (x, slope) = Agreement.Of(node[0], node[1]);
        return [Op.Where(Op.GreaterOrEqual(x, x.Number(0)), x, x * slope)];
    }

    private static Value[] Where(ImportedNode node)
    {
        var (left, right) = Agreement.Of(node[1], node[2]);
        (var condition, left) = Agreement.Of(node[0], left);
        (condition, right) = Agreement.Of(condition, right);
        Extent[]? choice = node.Extents(0), first = node.Extents(1), second = node.Extents(2);
        var elements = choice is null || first is null || second is null ? null
            : Enumerable.Range(0, Math.Max(choice.Length, Math.Max(first.Length, second.Length)))
                .Select(i => At(choice, i).Number is { } flag ? flag != 0 ? At(first, i) : At(second, i) : Extent.Unknown);
        return [Noted(node, Op.Where(condition, left, right), elements)];

        static Extent At(Extent[] all, int i) => all.Length == 1 ? all[0] : i < all.Length ? all[i] : Extent.Unknown;
    }
}
