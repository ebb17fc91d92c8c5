namespace MLSeqGraph.Trainers;

public abstract partial record SequenceNetwork
{
    /// <summary>Further inputs whose steps the main column's pairs name; 0 for a main column that is a sequence.</summary>
    internal virtual int PairInputs => 0;

    /// <summary>
    /// A vector for pairs of steps of one sequence, such as contacts of residues: the main column lists the pairs, [pairs, 2], numbers of
    /// steps from 0, and one further input (<see cref="SequenceTrainerOptions.Inputs"/>) is the sequence. An encoder reads that; what it
    /// makes of two steps, added and multiplied, and their distance in the sequence are a picture of all pairs, which residual blocks of
    /// dilated convolutions read (as in Xu 2019, "Distance-based protein folding powered by deep learning"). A pair gives the same in
    /// either order. Memory grows with the square of the sequence's length.
    /// </summary>
    /// <param name="encoder">Reads the sequence; null for an LSTM of 32 units in both directions.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static SequenceNetwork PairMap(SequenceNetwork? encoder = null, PairMapOptions? options = null) =>
        new PairMapNetwork(encoder ?? Lstm(32, bidirectional: true), options ?? new());

    /// <summary>
    /// Which elements of two sets belong together, as points in two views of a scene (SuperGlue, Sarlin et al. 2020): the main column lists
    /// pairs, [pairs, 2], numbers of elements of the first and the second of two further inputs
    /// (<see cref="SequenceTrainerOptions.Inputs"/>), and the label says of each whether it is a match. Each element is matched to at most
    /// one: attention within and across the sets, then an assignment with dustbins for elements without a match (<c>Sinkhorn</c>). The
    /// order of the elements doesn't matter.
    /// </summary>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static SequenceNetwork Matching(MatchingOptions? options = null) => new MatchingNetwork(options ?? new());
}
