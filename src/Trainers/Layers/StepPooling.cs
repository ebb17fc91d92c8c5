using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Pictures are pooled by Op.MaxPool, Op.AveragePool and Op.GlobalAveragePool, which have no parameters.
public static partial class Layers
{
    /// <summary>The largest value of each feature in windows of steps; steps past a sequence's length never win.</summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="kernel">Steps of a window.</param>
    /// <param name="stride">Steps from one window to the next; null for as many as a window has.</param>
    /// <returns>[⌈time / stride⌉, batch, features]; lengths are rounded up likewise.</returns>
    public static Sequence MaxPool(this Sequence x, int kernel, int? stride = null)
    {
        var window = StepWindow("MaxPool", kernel, stride ?? kernel, 1, causal: false);
        var steps = x.Mask is null ? x.Steps
            : Op.Where(Op.Greater(x.Mask, x.Network.Graph.Scalar(0f)), x.Steps, x.Network.Graph.Scalar(Lowest));
        return x.Strided(Op.Transpose(Op.MaxPool(Op.Transpose(steps, 1, 2, 0), [kernel], window), 2, 0, 1), stride ?? kernel);
    }

    /// <summary>The mean of each feature in windows of steps, over those within the sequence's length.</summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="kernel">Steps of a window.</param>
    /// <param name="stride">Steps from one window to the next; null for as many as a window has.</param>
    /// <returns>[⌈time / stride⌉, batch, features]; lengths are rounded up likewise.</returns>
    public static Sequence AveragePool(this Sequence x, int kernel, int? stride = null)
    {
        var window = StepWindow("AveragePool", kernel, stride ?? kernel, 1, causal: false);
        var means = Pooled(x.Masked, countPadding: x.Mask is not null);
        if (x.Mask is not null)
            means /= Op.Max(Pooled(x.Mask, countPadding: true), x.Network.Graph.Scalar(0.5f / kernel)); // windows past the length: 0
        return x.Strided(means, stride ?? kernel);

        Value Pooled(Value steps, bool countPadding) =>
            Op.Transpose(Op.AveragePool(Op.Transpose(steps, 1, 2, 0), [kernel], window, countPadding), 2, 0, 1);
    }
}
