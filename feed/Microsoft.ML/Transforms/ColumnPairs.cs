using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>An output column and the input column it is made of.</summary>
internal readonly record struct ColumnPair(string Output, string Input)
{
    public static ColumnPair[] Of(string output, string input)
    {
        Contracts.CheckNonEmpty(output, "outputColumnName");
        return [new ColumnPair(output, input ?? output)];
    }

    public static ColumnPair[] Of(InputOutputColumnPair[] columns)
    {
        Contracts.CheckParam(columns is { Length: > 0 }, nameof(columns), "columns cannot be null or empty");
        return Array.ConvertAll(columns, column => new ColumnPair(column.OutputColumnName, column.InputColumnName));
    }

    /// <summary>The input column.</summary>
    public DataViewSchema.Column Find(DataViewSchema schema) =>
        schema.GetColumnOrNull(Input) ?? throw Contracts.ExceptSchemaMismatch("inputSchema", "input", Input);

    /// <summary>What is known of the input column.</summary>
    public SchemaShape.Column Find(SchemaShape shape) =>
        shape.TryFindColumn(Input, out var column) ? column : throw Contracts.ExceptSchemaMismatch("inputSchema", "input", Input);

    public static void Write(BinaryWriter writer, ColumnPair[] columns)
    {
        writer.Write(columns.Length);
        foreach (var column in columns)
        {
            writer.Write(column.Output);
            writer.Write(column.Input);
        }
    }

    public static ColumnPair[] Read(BinaryReader reader)
    {
        var columns = new ColumnPair[reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new ColumnPair(reader.ReadString(), reader.ReadString());
        return columns;
    }
}
