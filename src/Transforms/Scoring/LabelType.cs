using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A type that the values of a label's keys can have, with operations on lists of such values. Values are kept as text in the
/// invariant culture.
/// </summary>
internal abstract class LabelType(DataKind kind, PrimitiveDataViewType type)
{
    /// <summary>The annotation of a key column that holds the values.</summary>
    public const string KeyValues = "KeyValues";

    private static readonly LabelType[] All =
    [
        new LabelType<ReadOnlyMemory<char>, string>(DataKind.String, TextDataViewType.Instance, text => text, value =>
            value.AsMemory(), value => value.ToString(), _ => ""),
        new LabelType<bool, bool>(DataKind.Boolean, BooleanDataViewType.Instance, bool.Parse, value => value, value => value.ToString(),
            i => i == 0),
        Number<sbyte>(DataKind.SByte, NumberDataViewType.SByte), Number<byte>(DataKind.Byte, NumberDataViewType.Byte),
        Number<short>(DataKind.Int16, NumberDataViewType.Int16), Number<ushort>(DataKind.UInt16, NumberDataViewType.UInt16),
        Number<int>(DataKind.Int32, NumberDataViewType.Int32), Number<uint>(DataKind.UInt32, NumberDataViewType.UInt32),
        Number<long>(DataKind.Int64, NumberDataViewType.Int64), Number<ulong>(DataKind.UInt64, NumberDataViewType.UInt64),
        Number<float>(DataKind.Single, NumberDataViewType.Single), Number<double>(DataKind.Double, NumberDataViewType.Double),
        new LabelType<TimeSpan, TimeSpan>(DataKind.TimeSpan, TimeSpanDataViewType.Instance,
            text => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture), value => value, value => value.ToString("c"),
            i => new(i)),
        new LabelType<DateTime, DateTime>(DataKind.DateTime, DateTimeDataViewType.Instance,
            text => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind), value => value, value =>
                value.ToString("O"), i => new(i)),
        new LabelType<DateTimeOffset, DateTimeOffset>(DataKind.DateTimeOffset, DateTimeOffsetDataViewType.Instance,
            text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture), value => value, value => value.ToString("O"),
            i => new(i, default)),
    ];

    /// <summary>The type's name in a model's metadata.</summary>
    public string Name => kind.ToString();

    /// <summary>The type of such values in a column.</summary>
    public PrimitiveDataViewType Type => type;

    /// <summary>The type of that name, or null.</summary>
    public static LabelType? Find(string name) => Array.Find(All, candidate => candidate.Name == name);

    /// <summary>The type of such values, or null.</summary>
    public static LabelType? Find(DataViewType type) => Array.Find(All, candidate => candidate.Type.Equals(type));

    /// <summary>The values of the classes, or their numbers from 0 where they have none.</summary>
    public static (LabelType Type, IReadOnlyList<string> Values) OrNumbers(ModelLabels labels) =>
        labels is { Type: { } name, Values: { } values } ? (Find(name)!, values)
        : (Find(NumberDataViewType.Int64)!, [.. Enumerable.Range(0, labels.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Reads the key values of a column that has them.</summary>
    public abstract IReadOnlyList<string> Read(DataViewSchema.Column column);

    /// <summary>Adds the values as the key values of a column.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, IReadOnlyList<string> values);

    /// <summary>What is wrong with the values, or null.</summary>
    public abstract string? Problem(IReadOnlyList<string> values);

    /// <summary>
    /// ML.NET's own transformers from one column to keys of these values: the i-th input becomes the key of the i-th
    /// value.
    /// </summary>
    /// <param name="ml">Makes them.</param>
    /// <param name="data">Has the input column.</param>
    /// <param name="inputs">A value of the input for each class; perhaps one more, which becomes the missing key.</param>
    /// <param name="values">The values for which the keys stand.</param>
    /// <param name="input">The input column: a scalar or a vector.</param>
    /// <param name="between">A column to use in between.</param>
    /// <param name="output">The column of keys.</param>
    public abstract IReadOnlyList<ITransformer> MapToKeys<TInput>(MLContext ml, IDataView data, IReadOnlyList<TInput> inputs,
        IReadOnlyList<string> values, string input, string between, string output);

    private static LabelType<T, T> Number<T>(DataKind kind, PrimitiveDataViewType type) where T : INumberBase<T> =>
        new(kind, type, text => T.Parse(text, CultureInfo.InvariantCulture), value => value,
            value => value.ToString(null, CultureInfo.InvariantCulture), T.CreateTruncating);
}

/// <inheritdoc/>
/// <typeparam name="TStored">The type of a column's values.</typeparam>
/// <typeparam name="TUser">The type in which users of ML.NET give them.</typeparam>
/// <param name="kind">The kind.</param>
/// <param name="type">The type of columns.</param>
/// <param name="parse">Reads a value from text.</param>
/// <param name="store">Turns it into a column's value.</param>
/// <param name="format">Makes text that <paramref name="parse"/> reads.</param>
/// <param name="any">A value for each number from 0, all different as far as the type has enough.</param>
internal sealed class LabelType<TStored, TUser>(DataKind kind, PrimitiveDataViewType type,
    Func<string, TUser> parse, Func<TUser, TStored> store, Func<TStored, string> format, Func<int, TUser> any) : LabelType(kind, type)
{
    public override IReadOnlyList<string> Read(DataViewSchema.Column column)
    {
        VBuffer<TStored> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(format)];
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, IReadOnlyList<string> values)
    {
        TStored[] stored = [.. values.Select(text => store(parse(text)))];
        annotations.Add(KeyValues, new VectorDataViewType(Type, stored.Length),
            (ref VBuffer<TStored> value) => new VBuffer<TStored>(stored.Length, stored).CopyTo(ref value));
    }

    public override string? Problem(IReadOnlyList<string> values)
    {
        foreach (string text in values)
        {
            try
            {
                parse(text ?? throw new ArgumentNullException(nameof(values)));
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentNullException)
            {
                return $"has the value '{text}', which is no {Name}";
            }
        }

        return values.Distinct().Count() < values.Count ? "has a value twice" : null;
    }

    public override IReadOnlyList<ITransformer> MapToKeys<TInput>(MLContext ml, IDataView data, IReadOnlyList<TInput> inputs,
        IReadOnlyList<string> values, string input, string between, string output)
    {
        TUser[] parsed = [.. values.Select(parse)];
        // A value that no key stands for becomes the missing key.
        var other = Enumerable.Range(0, parsed.Length + 1).Select(any).Where(value => !parsed.Contains(value)).Take(1);
        var toValue = ml.Transforms.Conversion
            .MapValue(between, inputs.Zip(parsed.Concat(other), KeyValuePair.Create), input).Fit(data);
        var all = ml.Data.LoadFromEnumerable(parsed.Select(value => new Item { Value = value }));
        var toKey = ml.Transforms.Conversion.MapValueToKey(output, between, keyData: all).Fit(toValue.Transform(data));
        return [toValue, toKey];
    }

    private sealed class Item
    {
        public TUser? Value { get; set; }
    }
}
