using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A row as a language model or translator reads it.</summary>
/// <param name="Tokens">The ids of its tokens; none of a row that can't be read.</param>
/// <param name="Sides">The values of each further input: the numbers of a vector or of all steps of a series, the id of a category or
/// those of tokens.</param>
internal sealed record GenerativeInput(long[] Tokens, float[][] Sides)
{
    /// <summary>The pixels of an image, or the steps of a series, that is read in place of tokens; none of a row that can't be
    /// read.</summary>
    internal float[] Numbers { get; init; } = [];

    internal bool CanBeRead => Tokens.Length + Numbers.Length > 0;

    /// <summary>Ids above this aren't all different as Single.</summary>
    internal const int MostCategories = 1 << 24;

    /// <summary>Adds the further inputs of rows to what is generated from.</summary>
    internal static GenerationInput AddSides(GenerationInput input, IReadOnlyList<ModelInput> sides, IReadOnlyList<GenerativeInput> rows)
    {
        for (var i = 0; i < sides.Count; i++)
            input = Add(input, sides[i], [.. rows.Select(row => row.Sides[i])]);
        return input;
    }

    /// <summary>Adds an input's values, those of all rows.</summary>
    internal static GenerationInput Add(GenerationInput input, ModelInput column, float[][] values)
    {
        var (rows, width) = (values.Length, Math.Max(1, column.FeatureCount));
        long[] lengths = Array.ConvertAll(values, of => (long)of.Length / width);
        var padded = new float[rows * lengths.Max() * width];
        for (var row = 0; row < rows; row++)
            values[row].CopyTo(padded, row * lengths.Max() * width);
        // The model counts tokens: an unknown last one must not look like padding.
        for (var row = 0; row < rows && column.Padding is not null; row++)
            if (values[row][^1] == 0)
                padded[row * lengths.Max() + lengths[row] - 1] = ModelInput.UnknownToken;
        long[] sizes = [rows, .. column.Kind.IsRow() ? [] : (long[])[lengths.Max()], .. column.Kind.IsReal() ? [width] : (long[])[]];
        input = input.With(column.InputName, column.Kind.IsReal() ? TensorData.Create(padded, sizes)
            : TensorData.Create(Array.ConvertAll(padded, id => (long)id), sizes));
        return column.LengthsName is { } name ? input.With(name, TensorData.Vector(lengths)) : input;
    }
}

/// <summary>What was predicted for a row.</summary>
/// <param name="Scores">Log-probabilities of tokens, or the score of what was written.</param>
/// <param name="Tokens">What was written; empty for a language model.</param>
/// <param name="Attention">How much each of these looked at each token of the source, [written × source]; empty where nobody
/// asked.</param>
internal sealed record GenerativeRow(float[] Scores, long[] Tokens, float[] Attention);
