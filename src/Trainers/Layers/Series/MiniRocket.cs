using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// The features of MiniRocket (Dempster, Schmidt and Webb 2021): for each kernel, dilation and threshold the share of a series' steps
    /// at which the convolution is above the threshold. Zeros stand before and after a series; half of the kernels count only the steps at
    /// which they don't reach them, of series that are longer than the kernel.
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="kernels">The kernels.</param>
    /// <returns>[batch, kernels · thresholds]. There are no parameters, and no gradient.</returns>
    internal static Value MiniRocket(this Sequence x, MiniRocketKernels kernels)
    {
        var (steps, graph, features) = (x.Masked, x.Network.Graph, (int)x.Features);
        var alone = features == 1 ? Op.Transpose(steps, 1, 2, 0) : null;                                 // [batch, 1, time]
        List<Value> shares = [];
        for (var d = 0; d < kernels.Dilations.Count; d++)
        {
            var (dilation, half) = (kernels.Dilations[d], MiniRocketKernels.Length / 2 * kernels.Dilations[d]);
            foreach (var staysInside in (bool[])[false, true])
            {
                int[] group = [.. Enumerable.Range(0, MiniRocketKernels.Count)
                    .Where(kernel => MiniRocketKernels.StaysInside(d, kernel) == staysInside)];
                var weights = graph.Constant(TensorData.Create([.. group.SelectMany(MiniRocketKernels.Weights)],
                    group.Length, 1, MiniRocketKernels.Length));
                // Each kernel's sum of features, then its convolution.
                var read = alone ?? Op.Transpose(Op.MatMul(steps, Sums(kernels.Channels(d), group)), 1, 2, 0); // [batch, kernels, time]
                var convolved = Op.Conv(read, weights, null, new() { Dilations = [dilation], Pads = [half, half] },
                    alone is null ? group.Length : 1);
                var limits = kernels.Thresholds(d);
                var thresholds = graph.Constant(TensorData.Create([.. group.SelectMany(kernel => limits[kernel])],
                    group.Length, limits[0].Length));
                var share = ShareAbove.Of(convolved, thresholds, x.Lengths, staysInside ? half : 0);    // [batch, kernels, thresholds]
                shares.Add(Op.Reshape(share, [share.Shape[0], group.Length * limits[0].Length]));
            }
        }
        return Op.Concat(1, [.. shares]);

        Value Sums(int[][] channels, int[] group)
        {
            var chosen = new float[features * group.Length];
            for (var i = 0; i < group.Length; i++)
                foreach (var channel in channels[group[i]])
                    chosen[channel * group.Length + i] = 1;
            return graph.Constant(TensorData.Create(chosen, features, group.Length));
        }
    }
}
