using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A row of a saved model that has further inputs.</summary>
internal sealed class SavedSides : SavedTokens
{
    /// <summary>The column of their values.</summary>
    public const string Column = SavedChain.Prefix + "sides";

    /// <summary>
    /// <see cref="GenerativeInput.Sides"/> one behind the other, those with steps after their number; a key stands as its number.
    /// </summary>
    [ColumnName(Column)]
    public float[]? Sides { get; set; }

    /// <summary>The values as columns are read: categories and tokens that the model doesn't know are 0.</summary>
    /// <exception cref="InvalidDataException">A number isn't finite, or a series or tokens have no whole step.</exception>
    internal float[][] Checked(ModelInfo info)
    {
        var at = 0;
        return [.. (info.Input.Kind.IsReal() ? info.Inputs : info.Sides).Select(side =>
        {
            var width = Math.Max(1, side.FeatureCount);
            var count = side.Image is { } image ? image.Pixels * width : side.Kind.IsRow() ? width : (int)Sides![at++];
            if (count == 0 || count % width != 0)
                throw new InvalidDataException(
                    $"Column '{side.Column}': {count} values, expected a multiple of {width}, at least one step.");
            if (count / width > side.MaximumLength)
                throw new InvalidDataException($"Column '{side.Column}': the sequence has {count / width} steps, expected at most "
                    + $"{side.MaximumLength}, the positions that the network has.");
            at += count;
            return Array.ConvertAll(Sides![(at - count)..at], value =>
                !side.Kind.IsReal() ? value < side.Vocabulary ? value : 0
                : float.IsFinite(value) ? value
                : throw new InvalidDataException($"Column '{side.Column}': {value}, expected a finite number."));
        })];
    }

    /// <summary>Puts the number of a column's values before them.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class Counted : CustomMappingFactory<Counted.Source, Counted.Result>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = "MLSeqGraph.CountedValues";

        /// <summary>The columns read and written.</summary>
        public const string Values = SavedChain.Prefix + "values", CountedValues = SavedChain.Prefix + "counted";

        public override Action<Source, Result> GetMapping() =>
            static (row, result) => result.Values = [row.Values?.Length ?? 0, .. row.Values ?? []];

        /// <summary>The column read.</summary>
        public sealed class Source
        {
            [ColumnName(Counted.Values)]
            public float[]? Values { get; set; }
        }

        /// <summary>The column written.</summary>
        public sealed class Result
        {
            [ColumnName(CountedValues)]
            public float[]? Values { get; set; }
        }
    }
}
