using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a Conformer encoder.</summary>
public sealed record ConformerOptions
{
    /// <summary>Size of a step's vector throughout the network, 96 by default; an input of another size is mapped to it.</summary>
    public int Hidden { get; init; } = 96;

    /// <summary>Number of blocks, 2 by default.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads, 4 by default; the hidden size must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Features between the maps of the feed-forward layers; null, the default, for four times the hidden size.</summary>
    public int? FeedForwardSize { get; init; }

    /// <summary>Steps of the convolution's kernel, an odd number; 15 by default.</summary>
    public int Kernel { get; init; } = 15;

    /// <summary>Dropout of the input, of each part's result, and between the maps of feed-forward layers. 0 by default.</summary>
    public float Dropout { get; init; }

    /// <summary>Dropout of attention weights, 0 by default.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>
    /// Steps that become one before the blocks: 1, the default, 2, 4 or 8, by as many convolutions as it halves the time
    /// (<see cref="Layers.Subsample"/>). The paper's is 4, of steps of 10 ms.
    /// </summary>
    public int Subsampling { get; init; } = 1;

    internal int FeedForwardHidden => FeedForwardSize ?? 4 * Hidden;

    internal void Check()
    {
        if (Hidden < 2 || Hidden % 2 != 0 || Heads < 1 || Hidden % Heads != 0 || Layers < 1 || Kernel < 1 || Kernel % 2 == 0
            || FeedForwardHidden < 1)
            throw new GraphException($"Conformer: expected an even hidden size that the heads divide, at least one layer, and an odd "
                + $"kernel; got hidden {Hidden}, {Heads} heads, {Layers} layers, kernel {Kernel} and feed-forward size "
                + $"{FeedForwardHidden}.");
    }
}
