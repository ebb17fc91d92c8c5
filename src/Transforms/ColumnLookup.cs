using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Finds columns by name; the error for a missing one lists the columns there are.</summary>
internal static class ColumnLookup
{
    private const string Option = "ColumnName";

    /// <summary>The column of that name.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="name">The name.</param>
    /// <param name="asked">What gave the name, as it stands in the code: the error names it where it is an option.</param>
    /// <param name="of">What has the columns, where it isn't the input.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "", string? of = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return (string.IsNullOrEmpty(name) ? null : schema.GetColumnOrNull(name)) ?? throw Missing(name ?? "", asked, of,
            [.. schema.Where(column => !column.IsHidden).Select(column => column.Name)]);
    }

    /// <inheritdoc cref="Require(DataViewSchema, string, string, string)"/>
    public static SchemaShape.Column Require(this SchemaShape shape, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (var column in shape)
        {
            if (column.Name == name)
                return column;
        }

        throw Missing(name ?? "", asked, null, [.. shape.Select(column => column.Name)]);
    }

    private static ArgumentException Missing(string name, string asked, string? of, string[] names)
    {
        var option = asked[(asked.LastIndexOf('.') + 1)..].Trim('_', '!');
        option = option == Option ? $" An {nameof(InputColumn)} asks for it."
            : option.EndsWith(Option, StringComparison.Ordinal) ? $" {char.ToUpperInvariant(option[0])}{option[1..]} asks for it." : "";
        return new($"Column '{name}'{(of is null ? "" : $" of the {of}")} not found; {(of is null ? "the input has" : "they have")} "
            + $"{(names.Length > 0 ? $"columns {string.Join(", ", names)}" : "no columns")}.{option}"
            + (Nearest(name, names) is { } near ? $" The nearest name is '{near}'." : ""));
    }

    /// <summary>The name that is most like another, where it takes few changes of letters; null where none is.</summary>
    internal static string? Nearest(string name, IEnumerable<string> names)
    {
        var (changes, nearest) = names.Select(other => (EditDistance.Between(name, other, ignoreCase: true), other))
            .DefaultIfEmpty((int.MaxValue, "")).Min();
        return changes <= name.Length / 3 ? nearest : null;
    }
}
