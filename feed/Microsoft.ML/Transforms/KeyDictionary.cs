using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The values of a key in order: value i is key i + 1. Missing values (empty text, NaN, the missing key) never are among them, so
/// they map to 0 as unseen ones do.
/// </summary>
internal abstract class KeyDictionary(PrimitiveDataViewType itemType)
{
    public PrimitiveDataViewType ItemType => itemType;

    public abstract int Count { get; }

    /// <summary>The type of the keys; an empty dictionary counts one value.</summary>
    public KeyDataViewType KeyType => new(typeof(uint), (ulong)Math.Max(1, Count));

    public static KeyDictionary Create(PrimitiveDataViewType itemType) =>
        (KeyDictionary)Generic.Call(typeof(KeyDictionary), nameof(CreateFor), itemType.RawType, itemType);

    private static KeyDictionary<T> CreateFor<T>(PrimitiveDataViewType itemType) => new(itemType);

    /// <summary>Adds the values of a column in the row's state when the returned function is called; false once there are enough.</summary>
    public abstract Func<bool> Adder(DataViewRow row, DataViewSchema.Column column, int maximumCount);

    public abstract void Sort();

    /// <summary>A getter of the keys of a column.</summary>
    public abstract Delegate KeyGetter(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Adds the key values for the keys of a column, those of its own keys where it has them.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column column, bool asText);

    public abstract void Save(BinaryWriter writer);

    public static KeyDictionary Load(BinaryReader reader)
    {
        var dictionary = Create((PrimitiveDataViewType)reader.ReadType());
        dictionary.ReadValues(reader);
        return dictionary;
    }

    protected abstract void ReadValues(BinaryReader reader);
}

/// <inheritdoc/>
internal sealed class KeyDictionary<T>(PrimitiveDataViewType itemType) : KeyDictionary(itemType)
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, uint> _keys = new(ValueComparer<T>.Instance);

    public override int Count => _values.Count;

    public override Func<bool> Adder(DataViewRow row, DataViewSchema.Column column, int maximumCount)
    {
        if (column.Type is VectorDataViewType)
        {
            var vectorGetter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> values = default;
            return () =>
            {
                vectorGetter(ref values);
                return AddAll(in values, maximumCount);
            };
        }
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return Add(value, maximumCount);
        };
    }

    private bool AddAll(in VBuffer<T> values, int maximumCount)
    {
        if (!values.IsDense)
            return values.DenseValues().All(value => Add(value, maximumCount));
        foreach (var value in values.GetValues())
        {
            if (!Add(value, maximumCount))
                return false;
        }
        return true;
    }

    private bool Add(T value, int maximumCount)
    {
        if (Count < maximumCount && !IsMissing(value) && _keys.TryAdd(value, (uint)Count + 1))
            _values.Add(value);
        return Count < maximumCount;
    }

    private bool IsMissing(T value) => value switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        ReadOnlyMemory<char> text => text.IsEmpty,
        _ => ItemType is KeyDataViewType && EqualityComparer<T>.Default.Equals(value, default),
    };

    public override void Sort()
    {
        _values.Sort(ValueComparer<T>.Instance);
        for (int i = 0; i < Count; i++)
            _keys[_values[i]] = (uint)i + 1;
    }

    public override Delegate KeyGetter(DataViewRow row, DataViewSchema.Column column) =>
        ItemMapping.SparseGetter<T, uint>(row, column, value => _keys.GetValueOrDefault(value));

    public override void AddKeyValues(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column column, bool asText)
    {
        if (Count == 0)
            return;
        bool valuesOfKeys = ItemType is KeyDataViewType key && column.TryGetKeyValues(out var type) && (ulong)type.Size == key.Count;
        if (valuesOfKeys)
        {
            column.TryGetKeyValues(out var valuesType);
            Generic.Call(this, nameof(AddValuesOfKeys), valuesType.ItemType.RawType, builder, column, valuesType.ItemType, asText);
        }
        else
        {
            Add(builder, ItemType, [.. _values], asText);
        }
    }

    private void AddValuesOfKeys<TValue>(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column column,
        PrimitiveDataViewType valueType, bool asText)
    {
        VBuffer<TValue> all = default;
        column.GetKeyValues(ref all);
        Add(builder, valueType, _values.Select(key => all.GetItemOrDefault((int)(Convert.ToUInt64(key) - 1))).ToArray(), asText);
    }

    private static void Add<TValue>(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, TValue[] values, bool asText)
    {
        if (asText && type is not TextDataViewType)
        {
            var toText = (Func<TValue, ReadOnlyMemory<char>>)ValueConversion.Find(DataViewTypes.PrimitiveOf(type.RawType), TextDataViewType.Instance);
            Add(builder, TextDataViewType.Instance, Array.ConvertAll(values, value => toText(value)), asText: false);
            return;
        }
        builder.AddVector(AnnotationKinds.KeyValues, type, new VBuffer<TValue>(values.Length, values));
    }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(ItemType);
        writer.Write(Count);
        var write = ValueCodec.WriterOf<T>();
        foreach (var value in _values)
            write(writer, value);
    }

    protected override void ReadValues(BinaryReader reader)
    {
        var read = ValueCodec.ReaderOf<T>();
        for (int count = reader.ReadInt32(); count > 0; count--)
            Add(read(reader), int.MaxValue);
    }
}
