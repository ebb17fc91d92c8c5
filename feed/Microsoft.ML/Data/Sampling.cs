using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// A number from 0 to 1 for each row, by which rows are split: a random one, or one made of a key column so that rows with
/// the same key stay together. NaN stands for a missing key; such rows are in no part.
/// </summary>
/// <param name="Inputs">The columns read.</param>
/// <param name="InOrder">Whether the number depends on the order of the rows.</param>
/// <param name="NumberOf">Given the row of a cursor, the number where it stands.</param>
internal sealed record Sampling(IReadOnlyList<DataViewSchema.Column> Inputs, bool InOrder, Func<DataViewRow, Func<double>> NumberOf)
{
    private const int DefaultSeed = 42;

    public static Sampling Of(IDataView data, string keyColumnName, int? seed)
    {
        if (keyColumnName == null)
        {
            return new Sampling([], InOrder: true, _ =>
            {
                var random = new Random(seed ?? DefaultSeed);
                return random.NextDouble;
            });
        }

        DataViewSchema.Column key = data.Schema.GetColumnOrNull(keyColumnName)
            ?? throw Contracts.ExceptSchemaMismatch("samplingKeyColumn", "SamplingKeyColumn", keyColumnName);
        if (key.Type is KeyDataViewType)
            return new Sampling([key], InOrder: false, row => Fractions.Of(row, key));
        if (key.Type == NumberDataViewType.Single || key.Type == NumberDataViewType.Double)
            return Scaled(data, key);
        uint hashSeed = (uint)(seed ?? DefaultSeed);
        return new Sampling([key], InOrder: false, row => (Func<double>)Generic.Call(
            typeof(Sampling), nameof(Hashed), key.Type.RawType, row, key, hashSeed));
    }

    /// <summary>The rows whose number lies from <paramref name="min"/> to <paramref name="max"/>, and all others.</summary>
    public DataOperationsCatalog.TrainTestData Split(IDataView data, double min, double max, bool includeMax)
    {
        bool within(double number) => min <= number && (includeMax ? number <= max : number < max);
        bool outside(double number) => number < min || (includeMax ? number > max : number >= max);
        return new DataOperationsCatalog.TrainTestData(Where(data, outside), Where(data, within));
    }

    private FilteredDataView Where(IDataView data, Func<double, bool> accepts) =>
        new(data, Inputs, row =>
        {
            Func<double> number = NumberOf(row);
            return () => accepts(number());
        }, InOrder);

    private static Sampling Scaled(IDataView data, DataViewSchema.Column key)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        using (DataViewRowCursor cursor = data.GetRowCursor([key]))
        {
            Func<double> value = Fractions.Of(cursor, key);
            while (cursor.MoveNext())
            {
                double number = value();
                if (double.IsNaN(number))
                    continue;
                min = Math.Min(min, number);
                max = Math.Max(max, number);
            }
        }

        double range = max > min ? max - min : 1;
        return new Sampling([key], InOrder: false, row =>
        {
            Func<double> value = Fractions.Of(row, key);
            return () => (value() - min) / range;
        });
    }

    private static Func<double> Hashed<T>(DataViewRow row, DataViewSchema.Column key, uint seed)
    {
        ValueGetter<T> get = row.GetGetter<T>(key);
        T value = default;
        return () =>
        {
            get(ref value);
            return Hash(TextOf(value), seed) / (uint.MaxValue + 1.0);
        };
    }

    private static string TextOf<T>(T value) => value switch
    {
        System.Collections.IEnumerable and not string => string.Join('\n', (IEnumerable<string>)Generic.Call(
            typeof(Sampling), nameof(ItemTexts), typeof(T).GetGenericArguments()[0], value)),
        DateTime time => time.Ticks.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcTicks.ToString(CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static IEnumerable<string> ItemTexts<T>(VBuffer<T> vector) => vector.DenseValues().Select(TextOf);

    // FNV-1a with a final mix: the same on every machine and in every run, unlike string.GetHashCode.
    private static uint Hash(string text, uint seed)
    {
        uint hash = 2166136261 ^ unchecked(seed * 0x9E3779B1);
        foreach (char character in text)
            hash = unchecked((hash ^ character) * 16777619);
        hash = unchecked((hash ^ (hash >> 16)) * 0x85EBCA6B);
        hash = unchecked((hash ^ (hash >> 13)) * 0xC2B2AE35);
        return hash ^ (hash >> 16);
    }
}
