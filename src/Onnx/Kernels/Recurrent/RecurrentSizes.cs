namespace MLSeqGraph.Onnx;

/// <summary>Sizes and variant of a recurrent layer.</summary>
/// <param name="Kind">The cell.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Batch">Number of sequences.</param>
/// <param name="Features">Features of the input.</param>
/// <param name="Hidden">Size of the hidden state.</param>
/// <param name="Directions">1, or 2 where a second run reads backward.</param>
/// <param name="IsCoupled">For an LSTM: whether the input gate is 1 minus the forget gate.</param>
/// <param name="HasPeepholes">For an LSTM: whether the gates read the cell state.</param>
/// <param name="Truncation">The number of steps after which the gradient of the states is cut; 0 for never.</param>
internal readonly record struct RecurrentSizes(
    RecurrentKind Kind, int Steps, int Batch, int Features, int Hidden, int Directions, bool IsCoupled, bool HasPeepholes, int Truncation)
{
    /// <summary>The number of input rows of a block that are multiplied at once.</summary>
    internal const int RowsOfInput = 64;

    /// <summary>Number of floats in the longest vector.</summary>
    internal const int WidestVector = 16;

    /// <summary>Room after a row for columns of a panel beyond the row's end.</summary>
    internal const int Slack = 2 * WidestVector;

    /// <summary>Parts of the weights' columns, each of the hidden size.</summary>
    internal int Gates => GatesOf(Kind);

    /// <summary>The hidden size in whole vectors.</summary>
    internal int Padded => PaddedOf(Hidden);

    /// <summary>
    /// Parts of the cell's inputs and of their gradient; for a GRU's candidate the input's and the state's part are separate.
    /// </summary>
    internal int Parts => Kind is RecurrentKind.Lstm or RecurrentKind.Gru ? 4 : 1;

    /// <summary>Parts that a step keeps for the gradient; the last one is the state that the next step's gradient reads.</summary>
    internal int SavedParts => SavedPartsOf(Kind);

    /// <summary>Sequences that one task runs.</summary>
    internal int Block => Batch >= 32 ? 16 : Batch >= 16 ? 8 : 4;

    /// <summary>Tasks per direction.</summary>
    internal int Blocks => (Batch + Block - 1) / Block;

    internal static int GatesOf(RecurrentKind kind) => kind switch { RecurrentKind.Lstm => 4, RecurrentKind.Gru => 3, _ => 1 };

    internal static int SavedPartsOf(RecurrentKind kind) => kind is RecurrentKind.Lstm or RecurrentKind.Gru ? 5 : 1;

    internal static int PaddedOf(int hidden) => (hidden + WidestVector - 1) / WidestVector * WidestVector;
}
