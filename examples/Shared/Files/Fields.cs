namespace Examples;

/// <summary>The fields of a line, and where it stands.</summary>
internal sealed record Fields(string Path, int Line, string[] Values)
{
    internal void RequireAtLeast(int count, string expected)
    {
        if (Values.Length < count)
            throw Error($"{Values.Length} fields, expected {expected}");
    }

    /// <summary>The fields from <paramref name="start"/> to before <paramref name="end"/> as numbers.</summary>
    internal float[] Numbers(int start, int end)
    {
        var numbers = new float[end - start];
        for (var i = start; i < end; i++)
            if (!TextLines.TryNumber(Values[i], out numbers[i - start]))
                throw Error($"field {i + 1} is '{Values[i]}', expected a number");
        return numbers;
    }

    internal InvalidDataException Error(string what) => new($"{Path}, line {Line}: {what}.");
}
