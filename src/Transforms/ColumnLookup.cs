using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Finds columns by name; the error for a missing one lists the columns there are.</summary>
internal static class ColumnLookup
{
    /// <summary>The column of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    /// <inheritdoc cref="Require(DataViewSchema, string)"/>
    public static SchemaShape.Column Require(this SchemaShape shape, string name)
    {
        foreach (var column in shape)
        {
            if (column.Name == name)
                return column;
        }

        throw Missing(name, shape.Select(column => column.Name));
    }

    private static ArgumentException Missing(string name, IEnumerable<string> names) =>
        new($"Column '{name}' not found; the input has {(names.Any() ? $"columns {string.Join(", ", names)}" : "no columns")}.");
}
