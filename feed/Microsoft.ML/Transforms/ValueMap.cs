using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>A dictionary from values of one type to values, keys or vectors of another; what it lacks maps to the default.</summary>
internal abstract class ValueMap(PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations)
{
    public DataViewType ValueType => valueType;

    public DataViewSchema.Annotations Annotations => annotations;

    protected PrimitiveDataViewType KeyType => keyType;

    /// <summary>A getter of the mapped column.</summary>
    public abstract Delegate Getter(DataViewRow row, DataViewSchema.Column column);

    protected abstract void SaveItems(BinaryWriter writer);

    /// <summary>Maps to values, or to keys into the different ones among them. Unsigned integers are taken as such keys.</summary>
    public static ValueMap Create<TKey, TValue>(KeyValuePair<TKey, TValue>[] pairs, bool asKeys)
    {
        var type = TypeOf(typeof(TValue));
        var values = Array.ConvertAll(pairs, pair => pair.Value);
        if (!asKeys)
            return Create(pairs, type, ColumnValues(values), DataViewSchema.Annotations.Empty);
        var different = values.Distinct().ToArray();
        var names = Array.ConvertAll(different, value => value.ToString().AsMemory());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddVector(AnnotationKinds.KeyValues, TextDataViewType.Instance, new VBuffer<ReadOnlyMemory<char>>(names.Length, names));
        bool areKeys = type.RawType == typeof(uint) || type.RawType == typeof(ulong);
        Array keys = areKeys ? values : Array.ConvertAll(values, value => (uint)Array.IndexOf(different, value) + 1);
        var keyType = new KeyDataViewType(areKeys ? type.RawType : typeof(uint), (ulong)different.Length);
        return Create(pairs, keyType, keys, annotations.ToAnnotations());
    }

    /// <summary>Maps to vectors, of a known size if all have the same.</summary>
    public static ValueMap Create<TKey, TValue>(KeyValuePair<TKey, TValue[]>[] pairs)
    {
        var lengths = pairs.Select(pair => pair.Value.Length).Distinct().ToArray();
        var type = new VectorDataViewType(TypeOf(typeof(TValue)), lengths is [int only] ? only : 0);
        var vectors = (Array)Generic.Call(typeof(ValueMap), nameof(Vectors), type.ItemType.RawType,
            (object)Array.ConvertAll(pairs, pair => ColumnValues(pair.Value)));
        return Create(pairs, type, vectors, DataViewSchema.Annotations.Empty);
    }

    /// <summary>Maps as two columns of a data view say.</summary>
    public static ValueMap Read(IDataView data, DataViewSchema.Column key, DataViewSchema.Column value)
    {
        bool areThere = new[] { key, value }.All(column => data.Schema.GetColumnOrNull(column.Name) is { } found && found.Index == column.Index);
        Contracts.Check(areThere, $"The columns '{key.Name}' and '{value.Name}' are not both among those of the lookup data");
        return (ValueMap)Generic.Call(typeof(ValueMap), nameof(ReadItems), [key.Type.RawType, value.Type.RawType], data, key, value);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteType(keyType);
        writer.WriteType(valueType);
        writer.WriteAnnotations(annotations);
        SaveItems(writer);
    }

    public static ValueMap Load(BinaryReader reader)
    {
        var key = (PrimitiveDataViewType)reader.ReadType();
        var value = reader.ReadType();
        var annotations = reader.ReadAnnotations();
        return (ValueMap)Generic.Call(typeof(ValueMap), nameof(LoadItems), [key.RawType, value.RawType], reader, key, value, annotations);
    }

    private static PrimitiveDataViewType TypeOf(Type type) =>
        DataViewTypes.PrimitiveOf(type) ?? throw new InvalidOperationException($"Unsupported type {type} used in mapping.");

    private static ValueMap Create<TKey, TItem>(KeyValuePair<TKey, TItem>[] pairs, DataViewType valueType, Array values,
        DataViewSchema.Annotations annotations)
    {
        var keyType = TypeOf(typeof(TKey));
        return (ValueMap)Generic.Call(typeof(ValueMap), nameof(FromItems), [keyType.RawType, valueType.RawType],
            keyType, valueType, annotations, ColumnValues(Array.ConvertAll(pairs, pair => pair.Key)), values);
    }

    // Text is memory of characters in columns.
    private static Array ColumnValues<T>(T[] values) =>
        values is string[] texts ? Array.ConvertAll(texts, text => text.AsMemory()) : values;

    private static VBuffer<T>[] Vectors<T>(Array[] values) => Array.ConvertAll(values, items => new VBuffer<T>(items.Length, (T[])items));

    private static ValueMap<TKey, TValue> FromItems<TKey, TValue>(PrimitiveDataViewType keyType, DataViewType valueType,
        DataViewSchema.Annotations annotations, TKey[] keys, TValue[] values)
    {
        var map = new ValueMap<TKey, TValue>(keyType, valueType, annotations);
        for (int i = 0; i < keys.Length; i++)
            map.Add(keys[i], values[i]);
        return map;
    }

    private static ValueMap<TKey, TValue> ReadItems<TKey, TValue>(IDataView data, DataViewSchema.Column key, DataViewSchema.Column value)
    {
        var map = new ValueMap<TKey, TValue>((PrimitiveDataViewType)key.Type, value.Type, value.Annotations);
        using var cursor = data.GetRowCursor([key, value]);
        var keyGetter = cursor.GetGetter<TKey>(key);
        var valueGetter = cursor.GetGetter<TValue>(value);
        while (cursor.MoveNext())
        {
            TKey keyValue = default;
            TValue item = default;
            keyGetter(ref keyValue);
            valueGetter(ref item);
            map.Add(keyValue, item);
        }
        return map;
    }

    private static ValueMap<TKey, TValue> LoadItems<TKey, TValue>(BinaryReader reader, PrimitiveDataViewType keyType, DataViewType valueType,
        DataViewSchema.Annotations annotations)
    {
        var map = new ValueMap<TKey, TValue>(keyType, valueType, annotations);
        var readKey = ValueCodec.ReaderOf<TKey>();
        var readValue = ValueCodec.ReaderOf<TValue>();
        for (int count = reader.ReadInt32(); count > 0; count--)
            map.Add(readKey(reader), readValue(reader));
        return map;
    }
}

/// <inheritdoc/>
internal sealed class ValueMap<TKey, TValue>(PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations)
    : ValueMap(keyType, valueType, annotations)
{
    private readonly Dictionary<TKey, TValue> _values = new(ValueComparer<TKey>.Instance);

    public void Add(TKey key, TValue value)
    {
        if (!_values.TryAdd(key, value))
            throw new InvalidOperationException($"Duplicate keys in data '{key}'");
    }

    public override Delegate Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (ValueType is not VectorDataViewType vector)
            return ItemMapping.Getter<TKey, TValue>(row, column, key => _values.GetValueOrDefault(key));
        return (Delegate)Generic.Call(this, nameof(VectorGetter), vector.ItemType.RawType, row, column);
    }

    // Copies, as whoever gets a vector may write to its buffers.
    private ValueGetter<VBuffer<T>> VectorGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var values = (Dictionary<TKey, VBuffer<T>>)(object)_values;
        var getter = row.GetGetter<TKey>(column);
        return (ref VBuffer<T> destination) =>
        {
            TKey key = default;
            getter(ref key);
            values.GetValueOrDefault(key).CopyTo(ref destination);
        };
    }

    protected override void SaveItems(BinaryWriter writer)
    {
        var writeKey = ValueCodec.WriterOf<TKey>();
        var writeValue = ValueCodec.WriterOf<TValue>();
        writer.Write(_values.Count);
        foreach (var (key, value) in _values)
        {
            writeKey(writer, key);
            writeValue(writer, value);
        }
    }
}
