namespace MLSeqGraph.Trainers;

/// <summary>How a Transformer encodes the positions of steps.</summary>
public enum PositionEncoding
{
    /// <summary>Not at all: the steps are a set.</summary>
    None,
    /// <summary>Sines and cosines are added to the input; any length.</summary>
    Sinusoidal,
    /// <summary>
    /// A trained vector per position is added to the input; at most <see cref="TransformerOptions.MaxPositions"/> steps.
    /// </summary>
    Learned,
    /// <summary>Queries and keys are rotated; any length.</summary>
    Rotary,
    /// <summary>A trained bias for the distance of query and key, shared by all layers, as in T5; any length.</summary>
    RelativeBias,
}

/// <summary>How rows are normalized.</summary>
public enum NormKind
{
    /// <summary>Mean 0 and variance 1 (<see cref="Trainers.Layers.LayerNorm"/>).</summary>
    LayerNorm,
    /// <summary>Mean square 1 (<see cref="Trainers.Layers.RmsNorm"/>).</summary>
    RmsNorm,
}

/// <summary>Options of a stack of Transformer layers.</summary>
public sealed record TransformerOptions
{
    /// <summary>
    /// Layers of T5's form (Raffel et al. 2020, of version 1.1): normalized before each part by the mean square, without biases, GEGLU, and
    /// positions by a trained bias of attention scores for the distance, in buckets, which all layers share. Sizes are the defaults:
    /// <c>TransformerOptions.T5 with { Hidden = 64 }</c>.
    /// </summary>
    /// <remarks>
    /// For <see cref="SequenceNetwork.Transformer"/> and <see cref="SequenceDecoder.Transformer"/> of one translator, with
    /// <see cref="TranslationTrainer.Options.ShareEmbeddings"/>. Version 1.0 has <see cref="FeedForwardActivation.Relu"/>. Where T5
    /// doesn't divide attention scores by √d and starts from smaller queries instead, and from vectors of tokens of variance 1, scores
    /// are divided here and vectors of tokens normalized: the same functions.
    /// </remarks>
    public static TransformerOptions T5 { get; } = new()
    {
        Norm = NormKind.RmsNorm, Bias = false, Activation = FeedForwardActivation.GeGlu, Positions = PositionEncoding.RelativeBias,
    };

    /// <summary>Size of a step's vector throughout the network, 128 by default; an input of another size is mapped to it.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Number of layers, 2 by default.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads, 4 by default; the hidden size must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Features between the maps of the feed-forward layers; null, the default, for four times the hidden size.</summary>
    public int? FeedForwardSize { get; init; }

    /// <summary>The feed-forward layers' nonlinearity, ReLU by default.</summary>
    public FeedForwardActivation Activation { get; init; }

    /// <summary>
    /// Whether rows are normalized before each part (and once at the end), which trains without warm-up and is the default; otherwise after
    /// each residual sum, as in Vaswani et al. 2017.
    /// </summary>
    public bool NormFirst { get; init; } = true;

    /// <summary>Whether the maps of attention and feed-forward layers have biases. True by default.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>How rows are normalized.</summary>
    public NormKind Norm { get; init; }

    /// <summary>How positions are encoded, sinusoidal by default.</summary>
    public PositionEncoding Positions { get; init; } = PositionEncoding.Sinusoidal;

    /// <summary>Number of learned positions, 512 by default.</summary>
    public int MaxPositions { get; init; } = 512;

    /// <summary>Dropout of the input, before each residual sum, and between the maps of feed-forward layers. 0 by default.</summary>
    public float Dropout { get; init; }

    /// <summary>Dropout of attention weights, 0 by default.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>
    /// How steps of an encoder attend to each other; <see cref="SelfAttention.Full"/>, the default, takes time and memory that grow with
    /// the square of the length. Decoders have full attention, or a <see cref="Window"/>.
    /// </summary>
    public SelfAttention Attention { get; init; } = SelfAttention.Full;

    /// <summary>
    /// Sliding window of a decoder: how many of its own steps it attends to, counting back from the current one; null, the default, for
    /// all.
    /// Where it is null and positions are relative (rotary, relative bias) or absent, the language model trainer sets it to the window it
    /// trains on, so that the model can write texts of any length.
    /// </summary>
    public int? Window { get; init; }

    internal int FeedForwardHidden => FeedForwardSize ?? 4 * Hidden;

    internal int? MaximumLength => Positions != PositionEncoding.Learned ? Attention.MaximumLength
        : Math.Min(MaxPositions, Attention.MaximumLength ?? int.MaxValue);

    internal MultiHeadOptions HeadOptions => new() { Heads = Heads, Bias = Bias, Dropout = AttentionDropout };

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        Check(nameof(Hidden), Hidden >= 1, Hidden, "at least 1");
        Check(nameof(Layers), Layers >= 1, Layers, "at least 1");
        Check(nameof(Heads), Heads >= 1 && Hidden % Heads == 0, Heads, $"a divisor of the hidden size {Hidden}");
        Check(nameof(FeedForwardSize), FeedForwardSize is null or >= 1, FeedForwardSize, "at least 1, or null");
        Check(nameof(MaxPositions), MaxPositions >= 1, MaxPositions, "at least 1");
        Check(nameof(Hidden), Positions != PositionEncoding.Sinusoidal || Hidden % 2 == 0, Hidden,
            "an even number, for sinusoidal positions");
        Check(nameof(Heads), Positions != PositionEncoding.Rotary || Hidden / Heads % 2 == 0, Heads,
            $"heads of an even hidden size, for rotary positions; {Hidden} / {Heads} = {Hidden / Math.Max(1, Heads)}");
        Check(nameof(Window), Window is null or >= 1, Window, "at least 1, or null");
        Check(nameof(Attention), Attention is not null, "null", "a kind of attention");
        Check(nameof(Attention), Attention!.Problem is null, Attention, Attention.Problem!);
        Check(nameof(Positions), Attention == SelfAttention.Full || Positions != PositionEncoding.RelativeBias, Positions,
            "another kind of positions: only full attention has scores for all distances");
        Check(nameof(Positions), Attention.CanRotate || Positions != PositionEncoding.Rotary, Positions,
            "positions that are added to the input: attention of this kind has no products of two steps");
        Check(nameof(AttentionDropout), Attention != SelfAttention.Linear || AttentionDropout == 0, AttentionDropout,
            "0: linear attention has no weights");
        Check(nameof(Dropout), Dropout is >= 0 and < 1, Dropout, "at least 0 and below 1");
        Check(nameof(AttentionDropout), AttentionDropout is >= 0 and < 1, AttentionDropout, "at least 0 and below 1");
    }

    private static void Check(string option, bool holds, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(
                FormattableString.Invariant($"{option} of {nameof(TransformerOptions)} is {found}; expected {expected}."), option);
    }
}
