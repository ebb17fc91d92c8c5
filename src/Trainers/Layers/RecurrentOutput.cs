using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The outputs of a stack of recurrent layers for a batch of sequences.</summary>
/// <param name="Output">The last layer's hidden state after every step, [time, batch, directions·hidden]; 0 past each length.</param>
/// <param name="LastStates">
/// Every state of <see cref="RecurrentOptions.StateNames"/> after each sequence's last step, of all layers: [layers·directions, batch,
/// hidden]. The last step of a backward run is the sequence's first.
/// </param>
public sealed record RecurrentOutput(Sequence Output, IReadOnlyList<Value> LastStates)
{
    /// <summary>The last hidden states, [layers·directions, batch, hidden].</summary>
    public Value Last => LastStates[0];

    /// <summary>The last cell states of an LSTM, [layers·directions, batch, hidden]; null for layers with only a hidden state.</summary>
    public Value? LastCell => LastStates.Count > 1 ? LastStates[1] : null;
}
