using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The column of weights: how much each row counts.</summary>
internal static class RowWeight
{
    /// <summary>The column.</summary>
    /// <exception cref="ArgumentException">It is missing or no Single.</exception>
    internal static DataViewSchema.Column Find(DataViewSchema schema, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var weight = schema.Require(name, asked);
        return weight.Type is NumberDataViewType && weight.Type.RawType == typeof(float)
            ? weight
            : throw new ArgumentException($"Column '{weight.Name}' is {weight.Type}: expected a Single, the row's weight.");
    }

    /// <summary>The column; null without a name.</summary>
    /// <exception cref="ArgumentException">It is missing or no Single.</exception>
    internal static DataViewSchema.Column? Optional(DataViewSchema schema, string? name) =>
        name is null ? null : Find(schema, name, "ExampleWeightColumnName");

    /// <summary>Gives a function that reads the weight of the cursor's row.</summary>
    /// <exception cref="InvalidDataException">Thrown by the function where the weight is negative or not finite.</exception>
    internal static Func<float> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<float>(column);
        float weight = 0;
        return () =>
        {
            getter(ref weight);
            return float.IsFinite(weight) && weight >= 0 ? weight : throw new InvalidDataException(
                $"Column '{column.Name}', {RowName.Of(row)}: the weight is {weight}, expected a finite number of at least 0.");
        };
    }
}
