using System.Globalization;

namespace MLSeqGraph.Experiments;

/// <summary>One hyperparameter: a number of a range, or a choice of a few values.</summary>
public sealed record Dimension
{
    internal Dimension(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The least value; of a choice 0.</summary>
    public double Min { get; internal init; }

    /// <summary>The greatest value; of a choice the number of choices minus 1.</summary>
    public double Max { get; internal init; }

    /// <summary>Whether the logarithm of the value is spread evenly, and not the value.</summary>
    public bool LogBase { get; internal init; }

    /// <summary>Whether only whole numbers are meant.</summary>
    public bool IsInteger { get; internal init; }

    /// <summary>The names of the choices; empty for a range.</summary>
    public IReadOnlyList<string> Choices { get; internal init; } = [];

    /// <summary>The value to begin with: a number, or the name of a choice.</summary>
    public object Default { get; internal init; } = 0.0;

    /// <summary>The choice that decides whether this dimension matters; null where it always does.</summary>
    public string? Parent { get; internal init; }

    /// <summary>The names of the parent's choices with which this dimension matters.</summary>
    public IReadOnlyList<string> ParentChoices { get; internal init; } = [];

    internal IReadOnlyList<object?> Objects { get; init; } = [];

    /// <summary>Whether it is one of a few values without order.</summary>
    public bool IsChoice => Choices.Count > 0;

    /// <summary>The number of different values; infinite for real numbers.</summary>
    public double Count => IsChoice ? Choices.Count : IsInteger ? Max - Min + 1 : Min == Max ? 1 : double.PositiveInfinity;

    /// <summary>The value at a place between 0 and 1: a Double, an Int32, or the name of a choice.</summary>
    public object At(double place)
    {
        place = Math.Clamp(place, 0, 1);
        if (IsChoice)
            return Choices[Math.Min((int)(place * Choices.Count), Choices.Count - 1)];
        // A whole number has the same share of the places as its neighbors.
        var (low, high) = IsInteger ? (Min - 0.5, Max + 0.5) : (Min, Max);
        if (LogBase)
            (low, high) = (Math.Log(IsInteger ? Math.Max(low, 0.5) : low), Math.Log(high));
        var value = low + place * (high - low);
        value = Math.Clamp(LogBase ? Math.Exp(value) : value, Min, Max);
        return IsInteger ? (object)(int)Math.Clamp(Math.Round(value), Min, Max) : value;
    }

    /// <summary>The place between 0 and 1 of a value; the middle of those that give it. Null if it isn't one of this dimension.</summary>
    public double? PlaceOf(object? value)
    {
        if (IsChoice)
        {
            var index = Choices.ToList().IndexOf(value as string ?? Text(value));
            return index < 0 ? null : (index + 0.5) / Choices.Count;
        }
        if (value is null or string || Convert.ToDouble(value, CultureInfo.InvariantCulture) is not (var number and >= double.MinValue)
            || number < Min || number > Max || (IsInteger && number != Math.Floor(number)))
            return null;
        var (low, high) = IsInteger ? (Min - 0.5, Max + 0.5) : (Min, Max);
        if (LogBase)
            (low, high, number) = (Math.Log(IsInteger ? Math.Max(low, 0.5) : low), Math.Log(high), Math.Log(number));
        return high == low ? 0.5 : Math.Clamp((number - low) / (high - low), 0, 1);
    }

    /// <summary>How it reads in messages: <c>rate: 0.0001 to 0.1, logarithmic</c>.</summary>
    public override string ToString()
    {
        var values = IsChoice ? $"one of {string.Join(", ", Choices)}"
            : string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}{(IsInteger ? ", whole" : "")}"
                + $"{(LogBase ? ", logarithmic" : "")}");
        return $"{Name}: {values}{(Parent is null ? "" : $", with {Parent} = {string.Join(" or ", ParentChoices)}")}";
    }

    internal static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
