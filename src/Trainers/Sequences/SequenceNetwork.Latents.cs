namespace MLSeqGraph.Trainers;

public abstract partial record SequenceNetwork
{
    /// <summary>
    /// A Set Transformer (Lee et al. 2019): the steps attend to each other by way of a few trained points, so that time and memory grow
    /// with the length, and their order doesn't matter. Its summary is pooled by attention, and added to each step.
    /// </summary>
    /// <param name="hidden">Size of a step's vector.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="points">Trained points of each layer.</param>
    /// <param name="heads">Attention heads; the hidden size must be a multiple.</param>
    /// <param name="dropout">Dropout before each residual sum.</param>
    public static SequenceNetwork SetTransformer(int hidden = 64, int layers = 2, int points = 16, int heads = 4, float dropout = 0) =>
        new SetTransformerNetwork(hidden, layers, points, new() { Heads = heads, Dropout = dropout });

    /// <summary>
    /// A Perceiver (Jaegle et al. 2021): a few latents read the steps and attend to each other, so that only reading grows with the length.
    /// Each step is what it reads of the latents (Perceiver IO, Jaegle et al. 2022); the summary is the mean of that.
    /// </summary>
    /// <param name="latents">Number of latents; images have at least as many pixels.</param>
    /// <param name="options">Sizes; null for the defaults. Positions are added to the steps, or there are none.</param>
    public static SequenceNetwork Perceiver(int latents = 32, TransformerOptions? options = null) =>
        new PerceiverNetwork(latents, options ?? new());
}
