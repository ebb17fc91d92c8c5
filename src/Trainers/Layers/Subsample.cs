using System.Numerics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Fewer steps: convolutions of 3 steps, from every second one to the next, each with Swish, until time is divided by the factor (the
    /// convolutional subsampling in front of speech networks, Dong, Xu and Xu 2018 and Gulati et al. 2020, here over all features at
    /// once).
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="features">Features of each convolution.</param>
    /// <param name="factor">Steps that become one: 2, 4 or 8.</param>
    /// <param name="name">Scope of the convolutions <c>layer_0</c>, <c>layer_1</c> and so on.</param>
    /// <returns>[⌈time / factor⌉, batch, features]; lengths are rounded up likewise.</returns>
    /// <exception cref="GraphException">The factor is another one.</exception>
    public static Sequence Subsample(this Sequence x, int features, int factor = 2, string name = "subsample")
    {
        if (factor is not (2 or 4 or 8))
            throw new GraphException($"Subsample: expected a factor of 2, 4 or 8; got {factor}.");
        using (x.Network.Scope(name))
        {
            for (var layer = 0; layer < BitOperations.Log2((uint)factor); layer++)
            {
                x = x.Convolution(features, kernel: 3, stride: 2, name: $"layer_{layer}");
                x = x.With(Swish(x.Steps));                                                      // [⌈time / 2⌉, batch, features]
            }
            return x;
        }
    }
}
