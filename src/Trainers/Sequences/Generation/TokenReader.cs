using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Reads the tokens of single rows, and their further inputs.</summary>
internal sealed class TokenReader
{
    private readonly SequenceRows _rows;
    private readonly SequenceReader _reader;

    internal TokenReader(DataViewRow row, ModelInfo info)
    {
        var columns = Bind(row.Schema, info);
        _rows = new(columns);
        _reader = new(row, columns);
    }

    /// <summary>The columns of a model in other data.</summary>
    /// <exception cref="ArgumentException">One is missing, or not what the model was trained on.</exception>
    internal static SequenceColumns Bind(DataViewSchema schema, ModelInfo info) => new(Bind(schema, info.Input))
    {
        Sides = [.. info.Sides.Select(side => ScoringInput.Bind(schema, side))],
    };

    /// <summary>Finds a model's column in other data.</summary>
    /// <exception cref="ArgumentException">It is missing, or not what the model was trained on.</exception>
    private static SequenceColumn Bind(DataViewSchema schema, ModelInput column)
    {
        if (column.Kind.IsReal())
            return ScoringInput.Bind(schema, column).WithMaximumLength(column.MaximumLength);
        var found = SequenceColumn.FromSchema(schema, column.Column, null, column.TokenOffset == 1 ? column.Vocabulary - 1 : null);
        return found.Kind == SequenceKind.Tokens && found.TokenCount == column.Vocabulary ? found.WithMaximumLength(column.MaximumLength)
            : throw new ArgumentException($"Column '{found.Name}' is {found.Type}; expected tokens of a "
                + $"vocabulary of {column.Vocabulary - 1}, as the model was trained on.");
    }

    /// <summary>What the model reads of the row; no tokens of a row that is passed over.</summary>
    /// <exception cref="InvalidDataException">The row has no tokens, or more than the model takes.</exception>
    internal GenerativeInput Read(BadRows badRows, SkippedRows skipped)
    {
        _rows.Clear();
        if (!_reader.TryAddTo(_rows, badRows, skipped))
            return new([], []);
        float[][] sides = [.. _rows.Sides.Select(side => side.Columns.Sequence.Kind.IsReal() ? side.Features(0).ToArray()
            : Array.ConvertAll(side.Tokens(0).ToArray(), token => (float)token))];
        return _rows.Columns.Sequence.Kind.IsReal() ? new([], sides) { Numbers = _rows.Features(0).ToArray() }
            : new(Array.ConvertAll(_rows.Tokens(0).ToArray(), token => (long)token), sides);
    }
}
