using System.Globalization;

namespace Examples;

/// <summary>The fields of a line, and where it stands; a blank line has none.</summary>
internal sealed record Fields(string Path, int Line, string[] Values, bool DecimalComma = false)
{
    internal bool IsBlank => Values.Length == 0;

    internal void RequireAtLeast(int count, string expected)
    {
        if (Values.Length < count)
            throw Error($"{Values.Length} fields, expected {expected}");
    }

    internal void Require(int count)
    {
        if (Values.Length != count)
            throw Error($"{Values.Length} {(Values.Length == 1 ? "field" : "fields")}, expected {count} as in the other lines");
    }

    /// <summary>The fields from <paramref name="start"/> to before <paramref name="end"/> as numbers.</summary>
    internal float[] Numbers(int start, int end)
    {
        var numbers = new float[end - start];
        for (var i = start; i < end; i++)
            numbers[i - start] = Number(i);
        return numbers;
    }

    /// <summary>A field as a finite number.</summary>
    internal float Number(int field) => TryNumber(Values[field], DecimalComma, out var number) && float.IsFinite(number) ? number
        : throw Error($"field {field + 1} is '{Values[field]}', expected a number");

    internal InvalidDataException Error(string what) => new($"{Path}, line {Line}: {what}.");

    /// <summary>Reads a number, perhaps NaN. A comma is no decimal point unless asked for, and never parts thousands.</summary>
    internal static bool TryNumber(string text, bool decimalComma, out float number)
    {
        number = 0;
        if (decimalComma && text.Contains('.'))
            return false;
        return float.TryParse(decimalComma ? text.Replace(',', '.') : text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
