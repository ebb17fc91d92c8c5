namespace Microsoft.ML.Data;

/// <summary>The type of a column: how its values look in memory and what they mean.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType) => RawType = rawType ?? throw new ArgumentNullException(nameof(rawType));

    /// <summary>The CLR type of one value of the column.</summary>
    public Type RawType { get; }

    public abstract bool Equals(DataViewType other);
}

/// <summary>A type with inner structure (vectors, maps, sequences).</summary>
public abstract class StructuredDataViewType : DataViewType
{
    protected StructuredDataViewType(Type rawType) : base(rawType) { }
}

/// <summary>A type that can be the item of a vector.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    protected PrimitiveDataViewType(Type rawType) : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw new ArgumentException($"{rawType} is disposable, which a primitive column type cannot be.", nameof(rawType));
    }
}

/// <summary>An attribute that gives a property a column type of its own.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    protected DataViewTypeAttribute() { }

    /// <summary>Makes the type known to <c>DataViewTypeManager</c>.</summary>
    public abstract void Register();

    public abstract bool Equals(DataViewTypeAttribute other);
}
