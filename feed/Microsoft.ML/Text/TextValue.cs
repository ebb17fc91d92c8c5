using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Turns text into values; false where the text is not one.</summary>
internal delegate bool TextParser<T>(ReadOnlyMemory<char> text, out T value);

/// <summary>
/// How text is read as a value of each type. Text that is not a number becomes NaN for singles and doubles, and so do
/// "?", "NA", "N/A" and "NaN"; keys are written zero-based, and whatever is not one of their values is the missing key.
/// </summary>
internal static class TextValue
{
    public static TextParser<T> Parser<T>(PrimitiveDataViewType type, char decimalMarker = '.', bool emptyIsNaN = false)
    {
        var format = new NumberFormatInfo { NumberDecimalSeparator = decimalMarker.ToString() };
        Delegate parser = type switch
        {
            KeyDataViewType key => KeyParser(key),
            TextDataViewType => (TextParser<ReadOnlyMemory<char>>)Text,
            BooleanDataViewType => (TextParser<bool>)Boolean,
            TimeSpanDataViewType => Parsed<TimeSpan>((string s, out TimeSpan v) => TimeSpan.TryParse(s, CultureInfo.InvariantCulture, out v)),
            DateTimeDataViewType => Parsed<DateTime>((string s, out DateTime v) => DateTime.TryParse(
                s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out v)),
            DateTimeOffsetDataViewType => Parsed<DateTimeOffset>((string s, out DateTimeOffset v) => DateTimeOffset.TryParse(
                s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out v)),
            _ when type.RawType == typeof(float) => (TextParser<float>)((ReadOnlyMemory<char> text, out float value) =>
            {
                value = (float)Real(text.Span, format, emptyIsNaN);
                return true;
            }),
            _ when type.RawType == typeof(double) => (TextParser<double>)((ReadOnlyMemory<char> text, out double value) =>
            {
                value = Real(text.Span, format, emptyIsNaN);
                return true;
            }),
            _ => Integer(type.RawType),
        };
        return (TextParser<T>)parser;
    }

    private static double Real(ReadOnlySpan<char> text, NumberFormatInfo format, bool emptyIsNaN)
    {
        if (text.IsWhiteSpace())
            return emptyIsNaN ? double.NaN : 0;
        return double.TryParse(text, NumberStyles.Float, format, out double value) ? value : double.NaN;
    }

    private static Delegate Integer(Type type) =>
        type == typeof(sbyte) ? Signed<sbyte>()
        : type == typeof(short) ? Signed<short>()
        : type == typeof(int) ? Signed<int>()
        : type == typeof(long) ? Signed<long>()
        : type == typeof(byte) ? Unsigned<byte>()
        : type == typeof(ushort) ? Unsigned<ushort>()
        : type == typeof(uint) ? Unsigned<uint>()
        : type == typeof(ulong) ? Unsigned<ulong>()
        : throw new NotSupportedException($"Text can't be read as {type}");

    private static TextParser<T> Signed<T>() where T : struct, IBinaryInteger<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        value = default;
        var span = text.Span;
        return span.IsEmpty
            || (span[0] != '+' && T.TryParse(span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));
    };

    private static TextParser<T> Unsigned<T>() where T : struct, IBinaryInteger<T> => (ReadOnlyMemory<char> text, out T value) =>
        T.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static Delegate KeyParser(KeyDataViewType key) =>
        key.RawType == typeof(byte) ? Key<byte>(key.Count)
        : key.RawType == typeof(ushort) ? Key<ushort>(key.Count)
        : key.RawType == typeof(uint) ? Key<uint>(key.Count)
        : Key<ulong>(key.Count);

    private static TextParser<T> Key<T>(ulong count) where T : struct, IBinaryInteger<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        bool isKey = ulong.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong index) && index < count;
        value = isKey ? T.CreateTruncating(index + 1) : default;
        return true;
    };

    private static bool Text(ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value)
    {
        value = text;
        return true;
    }

    private static bool Boolean(ReadOnlyMemory<char> text, out bool value)
    {
        string word = text.ToString().ToLowerInvariant();
        value = word is "t" or "y" or "1" or "+" or "+1" or "yes" or "true";
        return value || word is "" or "f" or "n" or "0" or "-" or "no" or "-1" or "false";
    }

    private delegate bool StringParser<T>(string text, out T value);

    private static TextParser<T> Parsed<T>(StringParser<T> parser) => (ReadOnlyMemory<char> text, out T value) =>
    {
        value = default;
        return text.IsEmpty || parser(text.ToString(), out value);
    };
}
