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
    /// <param name="row">The row.</param>
    /// <param name="source">The column.</param>
    /// <param name="format">The format of dates that are text.</param>
    public static Func<long> Reader(DataViewRow row, DataViewSchema.Column source, string? format = null)
    {
        var type = source.Type.RawType;
        return type == typeof(ReadOnlyMemory<char>) ? Reader<ReadOnlyMemory<char>>(row, source, text => OfText(text, format, row, source))
            : type == typeof(DateTime) ? Reader<DateTime>(row, source, time => time.Ticks)
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
    public static string Describe(long key, DataViewType type, bool hasHours = false) =>
        type.RawType == typeof(DateTime) || type is TextDataViewType ? DateOf(new(key), hasHours)
        : type.RawType == typeof(DateTimeOffset) ? new DateTimeOffset(key, TimeSpan.Zero).ToString("o", CultureInfo.InvariantCulture)
        : type.RawType == typeof(TimeSpan) ? new TimeSpan(key).ToString("c", CultureInfo.InvariantCulture)
        : type.RawType == typeof(float) || type.RawType == typeof(double)
            ? NumberOf(key).ToString(CultureInfo.InvariantCulture)
        : type.RawType == typeof(ulong) ? ((ulong)key ^ (1UL << 63)).ToString(CultureInfo.InvariantCulture)
        : key.ToString(CultureInfo.InvariantCulture);

    // Whole days as such.
    private static string DateOf(DateTime time, bool hasHours) => time.ToString(time.TimeOfDay == TimeSpan.Zero && !hasHours ? "yyyy-MM-dd"
        : time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "o", CultureInfo.InvariantCulture);

    /// <summary>A getter of a column of times, for columns of the types that are read here.</summary>
    public static Delegate Getter(DataViewType type, string? format, Func<long> key)
    {
        var raw = type.RawType;
        return raw == typeof(ReadOnlyMemory<char>) ? Of(time => new DateTime(time).ToString(format,
            CultureInfo.InvariantCulture).AsMemory())
            : raw == typeof(DateTime) ? Of(time => new DateTime(time))
            : raw == typeof(DateTimeOffset) ? Of(time => new DateTimeOffset(time, TimeSpan.Zero))
            : raw == typeof(TimeSpan) ? Of(time => new TimeSpan(time))
            : raw == typeof(float) ? Of(time => (float)NumberOf(time))
            : raw == typeof(double) ? Of(NumberOf)
            : raw == typeof(sbyte) ? Of(time => (sbyte)time)
            : raw == typeof(byte) ? Of(time => (byte)time)
            : raw == typeof(short) ? Of(time => (short)time)
            : raw == typeof(ushort) ? Of(time => (ushort)time)
            : raw == typeof(int) ? Of(time => (int)time)
            : raw == typeof(uint) ? Of(time => (uint)time)
            : raw == typeof(long) ? Of(time => time)
            : Of(time => (ulong)time ^ (1UL << 63));

        ValueGetter<T> Of<T>(Func<long, T> convert) => (ref T value) => value = convert(key());
    }

    /// <summary>The real number behind its key.</summary>
    public static double NumberOf(long key) => BitConverter.Int64BitsToDouble(Turned(key));

    /// <summary>The key of a real number.</summary>
    public static long OfNumber(double time) => Turned(BitConverter.DoubleToInt64Bits(time + 0.0)); // adding 0 turns −0 into 0

    private static long OfText(ReadOnlyMemory<char> text, string? format, DataViewRow row, DataViewSchema.Column source) =>
        DateTime.TryParseExact(text.Span, format, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var time) ? time.Ticks
            : throw new InvalidDataException($"Column '{source.Name}', {RowName.Of(row)}: the time is '{text}', expected a date in the "
                + $"format '{format}'.");

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
        return OfNumber(time);
    }

    // The bits of negative numbers rise as the numbers fall; flipped, bits and numbers have the same order.
    private static long Turned(long bits) => bits ^ ((bits >> 63) & long.MaxValue);
}
