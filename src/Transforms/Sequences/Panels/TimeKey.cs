using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads times of any type as whole numbers in the same order.</summary>
internal static class TimeKey
{
    /// <summary>Whether a column of this type can order steps.</summary>
    public static bool IsTime(DataViewType type) =>
        type is NumberDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;

    /// <summary>Gives a function that reads the time of the cursor's row.</summary>
    public static Func<long> Reader(DataViewRow row, DataViewSchema.Column source)
    {
        var type = source.Type.RawType;
        return type == typeof(DateTime) ? Reader<DateTime>(row, source, time => time.Ticks)
            : type == typeof(DateTimeOffset) ? Reader<DateTimeOffset>(row, source, time => time.UtcTicks)
            : type == typeof(TimeSpan) ? Reader<TimeSpan>(row, source, time => time.Ticks)
            : type == typeof(float) ? Reader<float>(row, source, time => OfReal(time, row, source))
            : type == typeof(double) ? Reader<double>(row, source, time => OfReal(time, row, source))
            : type == typeof(sbyte) ? Reader<sbyte>(row, source, time => time)
            : type == typeof(byte) ? Reader<byte>(row, source, time => time)
            : type == typeof(short) ? Reader<short>(row, source, time => time)
            : type == typeof(ushort) ? Reader<ushort>(row, source, time => time)
            : type == typeof(int) ? Reader<int>(row, source, time => time)
            : type == typeof(uint) ? Reader<uint>(row, source, time => time)
            : type == typeof(long) ? Reader<long>(row, source, time => time)
            : Reader<ulong>(row, source, time => (long)(time ^ (1UL << 63)));
    }

    /// <summary>The time behind a number, as text.</summary>
    public static string Describe(long key, DataViewType type) =>
        type.RawType == typeof(DateTime) ? new DateTime(key).ToString("o", CultureInfo.InvariantCulture)
        : type.RawType == typeof(DateTimeOffset) ? new DateTimeOffset(key, TimeSpan.Zero).ToString("o", CultureInfo.InvariantCulture)
        : type.RawType == typeof(TimeSpan) ? new TimeSpan(key).ToString("c", CultureInfo.InvariantCulture)
        : type.RawType == typeof(float) || type.RawType == typeof(double)
            ? BitConverter.Int64BitsToDouble(Turned(key)).ToString(CultureInfo.InvariantCulture)
        : type.RawType == typeof(ulong) ? ((ulong)key ^ (1UL << 63)).ToString(CultureInfo.InvariantCulture)
        : key.ToString(CultureInfo.InvariantCulture);

    private static Func<long> Reader<T>(DataViewRow row, DataViewSchema.Column source, Func<T, long> key)
    {
        var getter = row.GetGetter<T>(source);
        T time = default!;
        return () =>
        {
            getter(ref time);
            return key(time);
        };
    }

    private static long OfReal(double time, DataViewRow row, DataViewSchema.Column source)
    {
        if (double.IsNaN(time))
            throw new InvalidDataException($"Column '{source.Name}', {RowName.Of(row)}: the time is missing (NaN), expected a number.");
        // Adding 0 turns −0 into 0.
        return Turned(BitConverter.DoubleToInt64Bits(time + 0.0));
    }

    // The bits of negative numbers rise as the numbers fall; flipped, bits and numbers have the same order.
    private static long Turned(long bits) => bits ^ ((bits >> 63) & long.MaxValue);
}
