namespace MLSeqGraph.Onnx;

/// <summary>The gradient rule of every operation, in one place. The rules are written beside the operations.</summary>
internal static class GradientRules
{
    private static readonly Dictionary<string, GradientRule> Rules = new(StringComparer.Ordinal)
    {
        ["Abs"] = Op.AbsGradient,
        ["Add"] = Op.AddGradient,
        ["AveragePool"] = Op.AveragePoolGradient,
        ["BatchNormalization"] = Op.BatchNormalizationGradient,
        ["Cast"] = Op.CastGradient,
        ["Clip"] = Op.ClipGradient,
        ["Concat"] = Op.ConcatGradient,
        ["Conv"] = Op.ConvGradient,
        ["ConvTranspose"] = Op.ConvTransposeGradient,
        ["Cos"] = Op.CosGradient,
        ["CumSum"] = Op.CumSumGradient,
        ["Div"] = Op.DivGradient,
        ["Einsum"] = Op.EinsumGradient,
        ["Elu"] = Op.EluGradient,
        ["Erf"] = Op.ErfGradient,
        ["Exp"] = Op.ExpGradient,
        ["Expand"] = Op.ExpandGradient,
        ["Gather"] = Op.GatherGradient,
        ["GatherElements"] = Op.GatherElementsGradient,
        ["GatherND"] = Op.GatherNDGradient,
        ["Gemm"] = Op.GemmGradient,
        ["GlobalAveragePool"] = Op.GlobalAveragePoolGradient,
        ["HardSigmoid"] = Op.HardSigmoidGradient,
        ["Identity"] = Op.IdentityGradient,
        ["If"] = Op.IfGradient,
        ["LayerNormalization"] = Op.LayerNormalizationGradient,
        ["LeakyRelu"] = Op.LeakyReluGradient,
        ["Log"] = Op.LogGradient,
        ["LogSoftmax"] = Op.LogSoftmaxGradient,
        ["Loop"] = LoopGradient.Write,
        ["MatMul"] = Op.MatMulGradient,
        ["Max"] = Op.MaxGradient,
        ["MaxPool"] = Op.MaxPoolGradient,
        ["Min"] = Op.MinGradient,
        ["Mul"] = Op.MulGradient,
        ["Neg"] = Op.NegGradient,
        ["Pad"] = Op.PadGradient,
        ["Pow"] = Op.PowGradient,
        ["Reciprocal"] = Op.ReciprocalGradient,
        ["ReduceMax"] = Op.ReduceExtremumGradient,
        ["ReduceMean"] = Op.ReduceMeanGradient,
        ["ReduceMin"] = Op.ReduceExtremumGradient,
        ["ReduceSum"] = Op.ReduceSumGradient,
        ["ReduceSumSquare"] = Op.ReduceSumSquareGradient,
        ["Relu"] = Op.ReluGradient,
        ["Reshape"] = Op.ReshapeGradient,
        ["Resize"] = Op.ResizeGradient,
        ["ReverseSequence"] = Op.ReverseSequenceGradient,
        ["Scan"] = ScanGradient.Write,
        ["ScatterElements"] = Op.ScatterElementsGradient,
        ["ScatterND"] = Op.ReplaceRowsGradient,
        ["Sigmoid"] = Op.SigmoidGradient,
        ["Sin"] = Op.SinGradient,
        ["Slice"] = Op.SliceGradient,
        ["Softmax"] = Op.SoftmaxGradient,
        ["Softplus"] = Op.SoftplusGradient,
        ["Split"] = Op.SplitGradient,
        ["Sqrt"] = Op.SqrtGradient,
        ["Squeeze"] = Op.ReshapeGradient,
        ["Sub"] = Op.SubGradient,
        ["Tanh"] = Op.TanhGradient,
        ["TopK"] = Op.TopKGradient,
        ["Transpose"] = Op.TransposeGradient,
        ["Unsqueeze"] = Op.ReshapeGradient,
        ["Where"] = Op.WhereGradient,
    };

    // Operations whose result doesn't change with small changes of their input.
    private static readonly HashSet<string> Constant = new(StringComparer.Ordinal)
    {
        "And", "ArgMax", "ArgMin", "ConstantOfShape", "Equal", "Floor", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "OneHot",
        "Or", "Range", "Round", "Shape", "Sign", "Xor",
    };

    /// <summary>The operations that have a rule.</summary>
    public static IReadOnlyCollection<string> Operations
    {
        get
        {
            lock (Rules)
                return [.. Rules.Keys];
        }
    }

    /// <summary>Adds a rule for an operation that has none.</summary>
    /// <exception cref="ArgumentException">The operation has one already.</exception>
    public static void Add(string opType, GradientRule rule)
    {
        lock (Rules)
            Rules.Add(opType, rule);
    }

    internal static GradientRule For(Node node)
    {
        if (node.Rule is { } own)
            return own;
        if (node.Domain == Kernel.Domain)
            return KernelTable.Of(node).Gradient;
        lock (Rules)
            return Rules.TryGetValue(node.OpType, out var rule)
                ? rule : throw new GraphException($"{node.OpType} has no gradient rule ({node}).");
    }

    /// <summary>Whether no gradient flows through a node, so that its inputs need none.</summary>
    internal static bool StopsAt(Node node) => node.StopsGradient || Constant.Contains(node.OpType);
}
