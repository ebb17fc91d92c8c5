using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Random tokens as input of a deployed model, which counts steps up to the padding.</summary>
internal static class PaddedTokens
{
    /// <summary>Tokens with padding past each row's length.</summary>
    /// <param name="tokens">[batch, time] Int64, 0 for unknown tokens.</param>
    /// <param name="lengths">The rows' lengths, from 1 to all steps.</param>
    /// <returns>
    /// The tokens for a graph with an input of lengths; and the same for a model that counts steps, with unknown tokens as a caller may
    /// write them: a last one, which must not look like padding, and every second one before it.
    /// </returns>
    internal static (TensorData Told, TensorData Counted) Of(TensorData tokens, IReadOnlyList<long> lengths)
    {
        var time = (int)tokens.Sizes[1];
        long[] told = [.. tokens.As<long>()], counted = [.. told];
        for (var row = 0; row < lengths.Count; row++)
            for (var step = 0; step < time; step++)
            {
                var at = row * time + step;
                if (step >= lengths[row])
                    told[at] = counted[at] = 0;
                else if (told[at] == 0 && (step == lengths[row] - 1 || step % 2 == 1))
                    counted[at] = ModelInput.UnknownToken;
            }
        return (TensorData.Create(told, tokens.Sizes.ToArray()), TensorData.Create(counted, tokens.Sizes.ToArray()));
    }
}
