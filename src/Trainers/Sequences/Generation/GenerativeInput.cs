using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A row as a language model or translator reads it.</summary>
/// <param name="Tokens">The ids of its tokens; none of a row that can't be read.</param>
/// <param name="Sides">The values of its further inputs, one behind the other: the numbers of a vector, the id of a category.</param>
internal sealed record GenerativeInput(long[] Tokens, float[] Sides)
{
    /// <summary>Ids above this aren't all different as Single.</summary>
    internal const int MostCategories = 1 << 24;

    /// <summary>Adds the further inputs of rows to what is generated from.</summary>
    internal static GenerationInput AddSides(GenerationInput input, IReadOnlyList<ModelInput> sides, IReadOnlyList<GenerativeInput> rows)
    {
        var start = 0;
        foreach (var side in sides)
        {
            var size = side.Kind.IsReal() ? side.FeatureCount : 1;
            float[] values = [.. rows.SelectMany(row => row.Sides.Skip(start).Take(size))];
            input = input.With(side.InputName, side.Kind.IsReal() ? TensorData.Create(values, rows.Count, size)
                : TensorData.Vector(Array.ConvertAll(values, id => (long)id)));
            start += size;
        }
        return input;
    }
}

/// <summary>What was predicted for a row.</summary>
/// <param name="Scores">Log-probabilities of tokens, or the score of what was written.</param>
/// <param name="Tokens">What was written; empty for a language model.</param>
internal sealed record GenerativeRow(float[] Scores, long[] Tokens);
