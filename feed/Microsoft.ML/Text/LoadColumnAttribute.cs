using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The fields of a line that a member is loaded from, by number.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnAttribute : Attribute
{
    internal TextLoader.Range[] Sources { get; }

    /// <summary>One field.</summary>
    public LoadColumnAttribute(int fieldIndex) => Sources = [new TextLoader.Range(fieldIndex)];

    /// <summary>The fields from one to another, both included.</summary>
    public LoadColumnAttribute(int start, int end) => Sources = [new TextLoader.Range(start, end)];

    /// <summary>Several fields, in this order.</summary>
    public LoadColumnAttribute(int[] columnIndexes) =>
        Sources = columnIndexes.Select(index => new TextLoader.Range(index)).ToArray();
}

/// <summary>The columns of a table that a member is loaded from, by name. Text files do not use it.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnNameAttribute : Attribute
{
    internal string[] Names { get; }

    public LoadColumnNameAttribute(string fieldName) => Names = [fieldName];

    public LoadColumnNameAttribute(params string[] fieldNames)
    {
        Contracts.CheckValue(fieldNames, nameof(fieldNames));
        Names = fieldNames;
    }
}
