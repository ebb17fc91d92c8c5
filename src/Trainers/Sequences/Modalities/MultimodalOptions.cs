using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options of <see cref="SequenceNetwork.Multimodal"/>.</summary>
public sealed record MultimodalOptions
{
    /// <summary>
    /// The layers over all tokens together; by default hidden size 64, 3 layers and 4 heads. Positions are sinusoidal or none, attention is
    /// full.
    /// </summary>
    public TransformerOptions Transformer { get; init; } = new()
    {
        Hidden = 64, Layers = 3, Heads = 4, FeedForwardSize = 128, Activation = FeedForwardActivation.Gelu, Dropout = 0.1f,
    };

    /// <summary>The size of the images where the main column holds images; null, the default, where it holds tokens or a series.</summary>
    public ImageShape? Image { get; init; }

    /// <summary>
    /// Side of an image's patches, which divides height and width; null, the default, for the largest that leaves at least 4 on each axis.
    /// </summary>
    public int? Patch { get; init; }

    /// <summary>
    /// Convolutions of 3 x 3 with normalized channels and a ReLU before images are cut into patches (Xiao et al. 2021); 2 by default, 0 for
    /// none.
    /// </summary>
    public int Convolutions { get; init; } = 2;

    /// <summary>
    /// How often a step of training hides each of a row's inputs, but never all of them: so the network learns to do without. 0.1 by
    /// default.
    /// </summary>
    public float InputDropout { get; init; } = 0.1f;

    /// <summary>
    /// Whether rows may lack inputs: an empty vector, NaN for all of its numbers, a missing key, or tokens of which none is known. True by
    /// default; rows that lack all are errors.
    /// </summary>
    public bool AllowMissing { get; init; } = true;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        Require(nameof(Transformer), Transformer is not null, "null", "layers");
        Transformer!.Check();
        Require(nameof(Transformer), Transformer.Positions is PositionEncoding.Sinusoidal or PositionEncoding.None,
            $"with {Transformer.Positions} positions", "sinusoidal positions or none, since tokens of several kinds stand side by side");
        Require(nameof(Transformer), Transformer.Attention == SelfAttention.Full, $"with {Transformer.Attention} attention",
            "full attention, since inputs may be missing");
        Require(nameof(Image), Image?.Problem is null, Image?.Problem, "images of at least 1 x 1 pixel");
        Require(nameof(Patch), Patch is null or >= 1, Patch, "at least 1, or null");
        Require(nameof(Convolutions), Convolutions >= 0, Convolutions, "at least 0");
        Require(nameof(InputDropout), InputDropout is >= 0 and < 1, InputDropout, "at least 0 and below 1");
        if (Image is not null)
            ImagePatches.SideOf(Image, Patch);
    }

    private static void Require(string option, bool holds, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(
                FormattableString.Invariant($"{option} of {nameof(MultimodalOptions)} is {found}; expected {expected}."), option);
    }
}
