using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The conversions between types that ML.NET has. Signed and unsigned integers convert among themselves and to reals, reals to reals
/// only, everything to text and back. An unsigned value too large becomes 0, a signed one is cut off.
/// </summary>
internal static class ValueConversion
{
    private static readonly Type[] Signed = [typeof(sbyte), typeof(short), typeof(int), typeof(long)];
    private static readonly Type[] Unsigned = [typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private static readonly Type[] Real = [typeof(float), typeof(double)];

    /// <summary>A <see cref="Func{T, TResult}"/> of the two raw types, null where there is no conversion.</summary>
    public static Delegate Find(PrimitiveDataViewType source, PrimitiveDataViewType destination)
    {
        if (source is TextDataViewType)
            return (Delegate)Generic.Call(typeof(ValueConversion), nameof(FromText), destination.RawType, destination);
        if (source is KeyDataViewType key)
        {
            bool isSameKey = destination is KeyDataViewType other && other.Count == key.Count;
            return isSameKey ? Call(nameof(ToNumber), source.RawType, destination.RawType) : null;
        }
        if (destination is TextDataViewType)
            return (Delegate)Generic.Call(typeof(ValueConversion), nameof(ToText), source.RawType);
        if (source.RawType == destination.RawType)
            return (Delegate)Generic.Call(typeof(ValueConversion), nameof(Same), source.RawType);
        if (source is BooleanDataViewType)
            return Signed.Concat(Real).Contains(destination.RawType) ? Call(nameof(FromBoolean), destination.RawType) : null;
        if (destination is BooleanDataViewType)
            return source is NumberDataViewType ? Call(nameof(ToBoolean), source.RawType) : null;
        bool isNumeric = Real.Contains(destination.RawType) && source is NumberDataViewType;
        bool isKindred = new[] { Signed, Unsigned }.Any(kind => kind.Contains(source.RawType) && kind.Contains(destination.RawType));
        return isNumeric || isKindred ? Call(nameof(ToNumber), source.RawType, destination.RawType) : null;
    }

    private static Delegate Call(string name, params Type[] types) => (Delegate)Generic.Call(typeof(ValueConversion), name, types);

    private static Func<T, T> Same<T>() => value => value;

    private static Func<TSource, TResult> ToNumber<TSource, TResult>() where TSource : INumberBase<TSource> where TResult : INumberBase<TResult>
    {
        bool isUnsigned = Unsigned.Contains(typeof(TResult));
        return value =>
        {
            var result = TResult.CreateTruncating(value);
            return isUnsigned && TSource.CreateTruncating(result) != value ? TResult.Zero : result;
        };
    }

    private static Func<bool, T> FromBoolean<T>() where T : INumberBase<T> => value => value ? T.One : T.Zero;

    private static Func<T, bool> ToBoolean<T>() where T : INumberBase<T> => value => !T.IsZero(value);

    private static Func<T, ReadOnlyMemory<char>> ToText<T>() => value => (value switch
    {
        float number => number.ToString("G7", CultureInfo.InvariantCulture),
        double number => number.ToString("G17", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("c"),
        DateTime time => time.ToString("o", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    }).AsMemory();

    // Text that is no number fails for signed integers and is 0 or false elsewhere; reals become NaN in the parser.
    private static Func<ReadOnlyMemory<char>, T> FromText<T>(PrimitiveDataViewType type)
    {
        var parser = TextValue.Parser<T>(type);
        bool mustParse = Signed.Contains(typeof(T));
        return text =>
        {
            if (!parser(text, out T value) && mustParse)
                throw new InvalidOperationException($"Value could not be parsed from text to {typeof(T).Name}: '{text}'");
            return value;
        };
    }
}
