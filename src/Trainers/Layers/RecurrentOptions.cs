using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The options of a recurrent layer: its sizes, and its kind of cell. A new kind of layer is a record derived from this one and a
/// <see cref="RecurrentCell"/>; it then works in <see cref="SequenceNetwork.Recurrent"/>, <see cref="SequenceDecoder.Recurrent"/> and
/// <see cref="Layers.Recurrent"/> like the built-in ones.
/// </summary>
public abstract record RecurrentOptions
{
    /// <summary>Size of the hidden state, 128 by default.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Number of layers, each reading the outputs of the previous one. 1 by default.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>
    /// Whether a second run reads each sequence backward, from its last valid step to its first; its outputs are concatenated to those of
    /// the forward run. False by default.
    /// </summary>
    public bool Bidirectional { get; init; }

    /// <summary>Dropout between the layers of the stack, 0 by default; a single layer has none.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Truncated back-propagation through time: the gradient through the state is cut every this many steps (Williams and
    /// Peng 1990). 0, the default, for never.
    /// </summary>
    public int Truncation { get; init; }

    /// <summary>
    /// Whether the states before the first step are learned, as parameters <c>initial_STATE</c> [hidden] per layer and direction, shared
    /// by all sequences. By default they are 0.
    /// </summary>
    public bool LearnedInitialStates { get; init; }

    /// <summary>The layer's name in logs and results; in lower case the default scope of its parameters.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Names of the states that a step passes to the next one, each [batch, hidden]. The first is the hidden state, which is also the
    /// output.
    /// </summary>
    public virtual IReadOnlyList<string> StateNames => ["hidden"];

    /// <summary>Makes the cell of one layer and direction, with its parameters in the network's current scope.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">Number of features of the cell's input.</param>
    public abstract RecurrentCell CreateCell(NetworkBuilder network, long features);

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal virtual void Check()
    {
        Check(nameof(Hidden), Hidden >= 1, Hidden, "at least 1");
        Check(nameof(Layers), Layers >= 1, Layers, "at least 1");
        Check(nameof(Dropout), Dropout is >= 0 and < 1, Dropout, "at least 0 and below 1");
        Check(nameof(Truncation), Truncation >= 0, Truncation, "at least 0 (0 for no truncation)");
    }

    private protected void Check(string option, bool holds, object found, string expected)
    {
        if (!holds)
            throw new ArgumentException(
                FormattableString.Invariant($"{option} of {GetType().Name} is {found}; expected {expected}."), option);
    }
}
