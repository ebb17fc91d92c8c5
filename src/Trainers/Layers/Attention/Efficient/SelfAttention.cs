using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the steps of a Transformer encoder attend to each other (<see cref="TransformerOptions.Attention"/>).</summary>
/// <remarks>
/// All but <see cref="Full"/> take time and memory that grow with the length, not with its square, and have no attention weights to show.
/// <list type="table">
/// <listheader><term>Kind</term><description>What a step sees; positions it can be combined with</description></listheader>
/// <item><term><see cref="Full"/></term><description>All steps; any positions.</description></item>
/// <item><term><see cref="SlidingWindow"/></term><description>Those near it; all positions but a relative bias.</description></item>
/// <item><term><see cref="BigBird"/></term><description>Blocks near it, global ones and some at random; likewise.</description></item>
/// <item><term><see cref="Linear"/></term><description>All, by sums without a softmax; positions added to the input.</description></item>
/// <item><term><see cref="Linformer"/></term><description>Mixtures of the steps of a sequence of limited length;
/// likewise.</description></item>
/// <item><term><see cref="Induced"/></term><description>Trained points that have seen all (Set Transformer); likewise.</description></item>
/// </list>
/// </remarks>
public abstract record SelfAttention
{
    private protected SelfAttention()
    {
    }

    /// <summary>Every step attends to every step (Vaswani et al. 2017).</summary>
    public static SelfAttention Full { get; } = new FullAttention();

    /// <summary>Linear attention (Katharopoulos et al. 2020): <see cref="Layers.LinearAttention"/>.</summary>
    public static SelfAttention Linear { get; } = new LinearKind();

    /// <summary>A sliding window (Beltagy et al. 2020): <see cref="Layers.SlidingWindowAttention"/>.</summary>
    /// <param name="window">How many steps a step sees on either side of its own.</param>
    public static SelfAttention SlidingWindow(int window) => new SlidingWindowKind(window);

    /// <summary>Linformer (Wang et al. 2020): <see cref="Layers.LinformerAttention"/>.</summary>
    /// <param name="projected">Number of mixtures.</param>
    /// <param name="length">The longest sequence; a longer one is an error.</param>
    public static SelfAttention Linformer(int projected, int length) => new LinformerKind(projected, length);

    /// <summary>Big Bird (Zaheer et al. 2020): <see cref="Layers.BigBirdAttention"/>.</summary>
    /// <param name="options">Blocks; null for the defaults.</param>
    public static SelfAttention BigBird(BigBirdOptions? options = null) => new BigBirdKind(options ?? new());

    /// <summary>
    /// Steps attend to trained points that attended to all steps: in a Transformer that normalizes after each sum the layers are the
    /// induced set attention of Lee et al. 2019 (<see cref="Layers.InducedSetAttention"/>).
    /// </summary>
    /// <param name="points">Number of points.</param>
    public static SelfAttention Induced(int points) => new InducedKind(points);

    /// <summary>The longest sequence; null for any.</summary>
    internal virtual int? MaximumLength => null;

    /// <summary>Whether queries and keys of steps can be rotated.</summary>
    internal virtual bool CanRotate => false;

    /// <summary>Whether steps can be kept from seeing later ones.</summary>
    internal virtual bool CanBeCausal => false;

    /// <summary>What is wrong with its numbers, as what was expected; null for nothing.</summary>
    internal virtual string? Problem => null;

    /// <summary>Attends, within the scope <c>attention</c>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden].</param>
    /// <param name="options">Sizes of the stack.</param>
    /// <param name="lengths">Valid steps [batch]; null for all.</param>
    /// <param name="causal">Whether steps see none after their own.</param>
    /// <param name="rotary">Rotary positions; null for none.</param>
    internal abstract Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
        RotaryPositions? rotary);

    private sealed record FullAttention : SelfAttention
    {
        internal override bool CanRotate => true;

        internal override bool CanBeCausal => true;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary)
        {
            var mask = lengths is null ? null : AttentionMask.Padding(lengths, x);
            return network.MultiHeadAttention(x, x, options.HeadOptions, causal ? AttentionMask.Causal(x).And(mask) : mask, null, rotary)
                .Output;
        }
    }

    private sealed record LinearKind : SelfAttention
    {
        internal override bool CanBeCausal => true;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary) => network.LinearAttention(x, options.HeadOptions, lengths, causal);
    }

    private sealed record SlidingWindowKind(int Window) : SelfAttention
    {
        internal override bool CanRotate => true;

        internal override bool CanBeCausal => true;

        internal override string? Problem => Window < 1 ? $"a window of at least 1 step, not {Window}" : null;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary) => network.SlidingWindowAttention(x, Window, options.HeadOptions, lengths, causal, rotary);
    }

    private sealed record LinformerKind(int Projected, int Length) : SelfAttention
    {
        internal override int? MaximumLength => Length;

        internal override string? Problem => Projected < 1 || Length < Projected
            ? $"at least 1 mixture and no more than the longest length, not {Projected} and {Length}" : null;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary) => network.LinformerAttention(x, Projected, Length, options.HeadOptions, lengths);
    }

    private sealed record BigBirdKind(BigBirdOptions Blocks) : SelfAttention
    {
        internal override bool CanRotate => true;

        internal override string? Problem => Blocks.Problem;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary) => network.BigBirdAttention(x, Blocks, options.HeadOptions, lengths, rotary);
    }

    private sealed record InducedKind(int PointCount) : SelfAttention
    {
        internal override string? Problem => PointCount < 1 ? $"at least 1 point, not {PointCount}" : null;

        internal override Value Attend(NetworkBuilder network, Value x, TransformerOptions options, Value? lengths, bool causal,
            RotaryPositions? rotary)
        {
            var sizes = new SetAttentionOptions
            {
                Heads = options.Heads, FeedForwardSize = options.FeedForwardHidden, Dropout = options.Dropout,
            };
            using (network.Scope("induced"))
            {
                var points = network.SetAttentionBlock(network.Points("Induced attention", "inducing", PointCount, x), x, sizes, lengths,
                    "inner");
                return network.MultiHeadAttention(x, points, options.HeadOptions).Output;
            }
        }
    }
}
