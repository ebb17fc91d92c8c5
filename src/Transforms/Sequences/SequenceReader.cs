using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Reads the sequence, label and weight of a cursor's row. Bad data throws an <see cref="InvalidDataException"/> that names the column,
/// the row (counted from 0) and what was expected.
/// </summary>
internal sealed class SequenceReader
{
    private readonly SequenceGetter _sequence;
    private readonly SequenceGetter[] _sides;
    private readonly LabelGetter _label;
    private readonly DataViewRow _row;
    private readonly SequenceColumns _columns;

    /// <param name="row">A row or cursor with the columns active.</param>
    /// <param name="columns">The columns, bound to the row's schema (<see cref="SequenceColumns.BindTo"/>).</param>
    public SequenceReader(DataViewRow row, SequenceColumns columns)
    {
        (_row, _columns) = (row, columns);
        _sequence = SequenceGetter.Create(row, columns.Sequence);
        _sides = [.. columns.Sides.Select(side => SequenceGetter.Create(row, side))];
        _label = LabelGetter.Create(row, columns.Label, columns.WeightColumnName, columns.Sequence.Name);
    }

    /// <summary>Adds the row to rows with the same columns.</summary>
    /// <returns>Its index there.</returns>
    public int AddTo(SequenceRows rows)
    {
        int added = _sequence.AddTo(rows);
        for (int i = 0; i < _sides.Length; i++)
        {
            int side = _sides[i].AddTo(rows.Sides[i]);
            if (_columns.Sides[i].MatchesSteps && rows.Sides[i].Length(side) != rows.Length(added))
            {
                throw new InvalidDataException($"Column '{_columns.Sides[i].Name}', {RowName.Of(_row)}: {rows.Sides[i].Length(side)} "
                    + $"steps, but column '{_columns.Sequence.Name}' has {rows.Length(added)}; expected as many, since it stands beside "
                    + "each step.");
            }
        }

        if (_columns.Sequence.MayBeMissing)
            CheckPresent(rows, added);
        if (_columns.Sequence.PairInputs > 0)
            CheckPairs(rows, added);
        _label.AddTo(rows.Labels, rows.Length(added));
        return added;
    }

    // Pairs name steps of the first further columns: of one both, or of two one each.
    private void CheckPairs(SequenceRows rows, int row)
    {
        var numbers = rows.Features(row);
        for (int i = 0; i < numbers.Length; i++)
        {
            var side = rows.Sides[Math.Min(i % 2, _columns.Sequence.PairInputs - 1)];
            if (!(numbers[i] >= 0 && numbers[i] < side.Length(row)) || numbers[i] != MathF.Floor(numbers[i]))
                throw new InvalidDataException($"Column '{_columns.Sequence.Name}', {RowName.Of(_row)}, pair {i / 2}: the number "
                    + $"{numbers[i]}, expected whole ones from 0 to {side.Length(row) - 1}, as column '{side.Columns.Sequence.Name}' has "
                    + $"{side.Length(row)} steps.");
        }
    }

    private void CheckPresent(SequenceRows rows, int row)
    {
        SequenceRows[] all = [rows, .. rows.Sides.Where(side => side.Columns.Sequence.MayBeMissing)];
        if (Array.TrueForAll(all, column => column.IsMissing(row)))
            throw new InvalidDataException($"{RowName.Of(_row)}: column{(all.Length == 1 ? "" : "s")} "
                + $"{string.Join(", ", all.Select(column => $"'{column.Columns.Sequence.Name}'"))} "
                + $"{(all.Length == 1 ? "is" : "are all")} missing (empty, NaN, or without a known token or category); expected at least "
                + "one that is there.");
    }

    /// <summary>Like <see cref="AddTo"/>, but may skip a row that can't be read; such a row leaves nothing behind.</summary>
    /// <param name="rows">Where the row is added.</param>
    /// <param name="badRows">What becomes of a row that can't be read.</param>
    /// <param name="skipped">Counts those that are passed over.</param>
    /// <returns>Whether the row was added.</returns>
    public bool TryAddTo(SequenceRows rows, BadRows badRows, SkippedRows skipped)
    {
        int before = rows.Count;
        try
        {
            AddTo(rows);
            return true;
        }
        catch (InvalidDataException exception)
        {
            rows.Truncate(before);
            if (badRows == BadRows.Error)
                throw;
            skipped.Add(exception);
            return false;
        }
    }
}
