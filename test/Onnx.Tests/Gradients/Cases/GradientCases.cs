namespace MLSeqGraph.Onnx.Tests;

/// <summary>
/// The gradient checks of all operations: one that has a gradient rule must be here. Each is run with known sizes, with named
/// dimensions, and inside a loop.
/// </summary>
internal static class GradientCases
{
    internal static IReadOnlyList<GradientCase> All { get; } =
    [
        .. ElementwiseCases.All,
        .. FunctionCases.All,
        .. MatrixCases.All,
        .. ReductionCases.All,
        .. LayoutCases.All,
        .. IndexingCases.All,
        .. ConvolutionCases.All,
        .. LoopCases.All,
        .. LoopCases.Choices,
        .. LoopCases.Repetitions,
    ];
}
