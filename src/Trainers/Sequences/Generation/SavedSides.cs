using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A row of a saved model that has further inputs.</summary>
internal sealed class SavedSides : SavedTokens
{
    /// <summary>The column of their values.</summary>
    public const string Column = SavedChain.Prefix + "sides";

    /// <summary><see cref="GenerativeInput.Sides"/>; a key stands as its number.</summary>
    [ColumnName(Column)]
    public float[]? Sides { get; set; }

    /// <summary>The values as a column is read: categories that the model doesn't know are 0.</summary>
    /// <exception cref="InvalidDataException">A number isn't finite.</exception>
    internal float[] Checked(ModelInfo info)
    {
        float[] values = [.. Sides ?? []];
        var at = 0;
        foreach (var side in info.Sides)
            for (var end = at + (side.Kind.IsReal() ? side.FeatureCount : 1); at < end; at++)
                if (!side.Kind.IsReal() && values[at] >= side.Vocabulary)
                    values[at] = 0;
                else if (!float.IsFinite(values[at]))
                    throw new InvalidDataException($"Column '{side.Column}': {values[at]}, expected a finite number.");
        return values;
    }
}
