using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A Conformer encoder (Gulati et al. 2020): blocks of half a feed-forward layer, self-attention with relative positions, a
    /// convolution module and another half feed-forward layer, each added to what it reads, and a normalization.
    /// </summary>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and dropout.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>The sequences [⌈time / subsampling⌉, batch, hidden], zeros past their lengths, and the last block's attention weights
    /// [batch, heads, time, time], of as many steps.</returns>
    /// <exception cref="GraphException">An option is out of its range.</exception>
    public static (Sequence Output, Value Weights) Conformer(this Sequence x, ConformerOptions options, string name = "conformer")
    {
        options.Check();
        var network = x.Network;
        using (network.Scope(name))
        {
            if (options.Subsampling != 1)
                x = x.Subsample(options.Hidden, options.Subsampling);
            var h = network.Dropout(network.Linear(x.Steps, options.Hidden, name: "input"), options.Dropout);   // [time, batch, hidden]
            Value? weights = null;
            for (var layer = 0; layer < options.Layers; layer++)
                (h, weights) = x.ConformerBlock(h, options, $"layer_{layer}");
            return (x.With(x.With(h).Masked), weights!);
        }
    }

    /// <summary>y = x + ½ FFN(x), y += attention(y), y += convolution(y), norm(y + ½ FFN(y)).</summary>
    private static (Value Output, Value Weights) ConformerBlock(this Sequence x, Value h, ConformerOptions options, string name)
    {
        var network = x.Network;
        using (network.Scope(name))
        {
            h += Half("feed_forward") * 0.5;
            var steps = Op.Transpose(network.LayerNorm(h), 1, 0, 2);                                            // [batch, time, hidden]
            var mask = x.Lengths is null ? null : AttentionMask.Padding(x.Lengths, steps);
            var (attended, weights) = network.RelativeAttention(steps, options.Heads, mask, options.AttentionDropout);
            h += network.Dropout(Op.Transpose(attended, 1, 0, 2), options.Dropout);
            h += network.Dropout(x.With(network.LayerNorm(h)).ConvolutionModule(options.Kernel).Steps, options.Dropout);
            h += Half("last_feed_forward") * 0.5;
            return (network.LayerNorm(h), weights);

            Value Half(string scope)
            {
                using (network.Scope(scope))
                {
                    var inner = Swish(network.Linear(network.LayerNorm(h), options.FeedForwardHidden, name: "inner"));
                    return network.Dropout(network.Linear(network.Dropout(inner, options.Dropout), options.Hidden, name: "outer"),
                        options.Dropout);
                }
            }
        }
    }

    /// <summary>
    /// The convolution module of a Conformer (Gulati et al. 2020, section 2.2): a gated map of each step, a depthwise convolution over
    /// the steps, normalization, Swish, and another map. Rows are normalized rather than batches, so that padding has no part in it.
    /// </summary>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="kernel">Steps of the kernel, an odd number.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>[time, batch, features].</returns>
    public static Sequence ConvolutionModule(this Sequence x, int kernel, string name = "convolution_module")
    {
        var network = x.Network;
        using (network.Scope(name))
        {
            var size = (int)x.Features;
            var both = network.Linear(x.Steps, 2 * size, name: "gated");
            var gated = Op.Slice(both, 2, 0, size) * Op.Sigmoid(Op.Slice(both, 2, size, 2 * size));
            var convolved = x.With(gated).Convolution(size, kernel, groups: size, name: "depthwise");
            return x.With(network.Linear(Swish(network.LayerNorm(convolved.Steps)), size, name: "output"));
        }
    }

    /// <summary>x σ(x) (Ramachandran et al. 2017).</summary>
    private static Value Swish(Value x) => x * Op.Sigmoid(x);
}
