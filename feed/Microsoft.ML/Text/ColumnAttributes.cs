using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The name of the column that stands for a member.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ColumnNameAttribute : Attribute
{
    internal string Name { get; }

    public ColumnNameAttribute(string name) => Name = name;
}

/// <summary>No column stands for the member.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NoColumnAttribute : Attribute
{
    public NoColumnAttribute()
    {
    }
}

/// <summary>The size of a vector member; without one, or with a 0 among its dimensions, it differs from row to row.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VectorTypeAttribute : Attribute
{
    /// <summary>The dimensions, null where none were given.</summary>
    internal int[] Dimensions { get; }

    public VectorTypeAttribute()
    {
    }

    public VectorTypeAttribute(int size)
    {
        Contracts.CheckParam(size >= 0, nameof(size), "Should be non-negative number");
        Dimensions = [size];
    }

    public VectorTypeAttribute(params int[] dimensions)
    {
        foreach (int size in dimensions)
            Contracts.CheckParam(size >= 0, nameof(dimensions), "Should contain only non-negative values");
        Dimensions = dimensions;
    }
}

/// <summary>The member is a key: an index into so many values.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute : Attribute
{
    internal KeyCount KeyCount { get; }

    public KeyTypeAttribute() => KeyCount = new KeyCount();

    public KeyTypeAttribute(ulong count) => KeyCount = new KeyCount(count);
}

/// <summary>The number of values of a key; null stands for as many as its type can hold.</summary>
public sealed class KeyCount
{
    public ulong? Count;

    public KeyCount()
    {
    }

    public KeyCount(ulong count)
    {
        Contracts.CheckParam(count != 0, nameof(count), "The cardinality of valid key range has to be greater than zero.");
        Count = count;
    }

    /// <summary>The key type with so many values.</summary>
    internal KeyDataViewType TypeOf(Type rawType) => new(rawType, Count ?? LargestOf(rawType));

    private static ulong LargestOf(Type type) =>
        type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue
        : type == typeof(uint) ? uint.MaxValue
        : ulong.MaxValue;
}
