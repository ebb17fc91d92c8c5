using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What a decoder reads besides its tokens: computed once for each source, the same at every step.</summary>
/// <param name="Constants">
/// Tensors by name, batch first: projected keys, masks. The encoder model has them as outputs, the decoder model as inputs.
/// </param>
/// <param name="States">The states of the decoder.</param>
public sealed record DecoderMemory(IReadOnlyList<(string Name, Value Value)> Constants, IReadOnlyList<DecoderState> States)
{
    /// <summary>What the further inputs say, added to each token's vector, [batch, embeddingSize]; null without.</summary>
    internal Value? Condition { get; init; }

    /// <summary>A constant by name.</summary>
    /// <exception cref="GraphException">There is none of that name.</exception>
    public Value this[string name] =>
        Constants.FirstOrDefault(constant => constant.Name == name).Value
        ?? throw new GraphException(
            $"The decoder's memory has no '{name}'; it has {string.Join(", ", Constants.Select(constant => $"'{constant.Name}'"))}.");
}
