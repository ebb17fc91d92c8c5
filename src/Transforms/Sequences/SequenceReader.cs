using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Reads the sequence, label and weight of the row a cursor stands on. Bad data is an <see cref="InvalidDataException"/> that names
/// the column, the row (counted from 0) and what was expected.
/// </summary>
internal sealed class SequenceReader
{
    private readonly DataViewRow _row;
    private readonly SequenceGetter _sequence;
    private readonly LabelGetter? _label;
    private readonly string? _weightName;
    private readonly ValueGetter<float>? _weight;

    /// <param name="row">A row or cursor with the columns active.</param>
    /// <param name="columns">The columns, bound to the row's schema (<see cref="SequenceColumns.BindTo"/>).</param>
    public SequenceReader(DataViewRow row, SequenceColumns columns)
    {
        _row = row;
        _sequence = SequenceGetter.Create(row, columns.Sequence);
        if (columns.Label is not null)
            _label = LabelGetter.Create(row, columns.Label);
        _weightName = columns.WeightColumnName;
        if (_weightName is not null)
            _weight = row.GetGetter<float>(row.Schema.Require(_weightName));
    }

    /// <summary>Adds the row to rows with the same columns.</summary>
    /// <returns>Its index there.</returns>
    public int AddTo(SequenceRows rows)
    {
        int added = _sequence.AddTo(rows);
        _label?.Write(rows, added);
        if (_weight is not null)
        {
            float weight = 0;
            _weight(ref weight);
            if (!float.IsFinite(weight) || weight < 0)
            {
                throw new InvalidDataException(
                    $"Column '{_weightName}', {RowName.Of(_row)}: the weight is {weight}, expected a finite number of at least 0.");
            }

            rows.Weight(added) = weight;
        }

        return added;
    }
}
