using System.Globalization;
using Examples;

namespace GraphsInTime.Data;

/// <summary>The column of times of a table of places: whether there is one, whether it grows, and which times are left out.</summary>
internal static class PlaceTimes
{
    // Shares of the steps: that go forward where a column that isn't called a time is one, and that are usual where times are regular.
    private const double Growing = 0.9, Regular = 0.5;

    // How far steps of one size may be apart, as months are, and from where on one is longer.
    private const double SameSize = 0.11, Longer = 1.5;

    private static readonly string[] Names = ["", "t", "ts", "step", "frame", "index", "unixtime", "quarter"];
    private static readonly string[] Compact = ["yyyyMMdd", "yyyyMMddHH", "yyyyMMddHHmm", "yyyyMM"];

    // How texts are read as times, the first way that reads most of them.
    private static readonly (Func<string, double?> Read, string Expected)[] Kinds =
        [(CompactDate, "a date such as 20240131"), (Number, "a number"), (Date, "a date")];

    /// <summary>
    /// Whether the first column has times: it is called so, has words or dates, or grows from line to line but for a few.
    /// </summary>
    /// <param name="rows">The table with its header.</param>
    internal static bool AreFirst(Fields[] rows)
    {
        if (IsNamed(rows[0]))
            return true;
        double?[] numbers = [.. rows.Skip(1).Select(row => Number(TextOf(row)))];
        var words = rows.Skip(1).Zip(numbers).Count(row => row.Second is null && !PlaceFolder.IsMissing(row.First.Values[0]));
        return 2 * words > numbers.Length
            || numbers.Zip(numbers.Skip(1)).Count(pair => pair.Second > pair.First) >= Growing * (numbers.Length - 1);
    }

    /// <summary>Checks that each time is behind the one before.</summary>
    /// <param name="rows">The table with its header, whose first column has times.</param>
    /// <returns>What is unusual, for the report; null where times are even.</returns>
    /// <exception cref="InvalidDataException">
    /// A time goes backwards or repeats, or is no number or date as the others are: the message names the line and both times.
    /// </exception>
    internal static string? Check(Fields[] rows)
    {
        Fields[] lines = rows[1..];
        var (read, expected) = Kinds.FirstOrDefault(kind => 2 * lines.Count(line => kind.Read(TextOf(line)) is not null) > lines.Length);
        if (read is null)
        {
            var before = new Dictionary<string, int>();
            foreach (var line in lines)
                if (!before.TryAdd(TextOf(line), line.Line))
                    throw line.Error($"the time '{TextOf(line)}' is that of line {before[TextOf(line)]}, expected times that differ");
            return $"times are names such as '{TextOf(lines[0])}', which are taken in the order of the lines";
        }
        double[] times = [.. lines.Select(line => read(TextOf(line))
            ?? throw line.Error($"field 1 is '{line.Values[0]}', expected {expected} as in the other lines"))];
        for (var i = 1; i < times.Length; i++)
            if (!(times[i] > times[i - 1]))
                throw lines[i].Error($"the time {TextOf(lines[i])} is {(times[i] < times[i - 1] ? "before" : "the same as")} "
                    + $"{TextOf(lines[i - 1])} of line {lines[i - 1].Line}, expected times that grow from line to line"
                    + (IsNamed(rows[0]) ? "" : $"; if '{TextOf(rows[0])}' is a place, put a column of times in front"));
        return Gaps(lines, times, isDate: expected != Kinds[1].Expected);
    }

    private static string TextOf(Fields line) => line.Values[0].Trim();

    private static bool IsNamed(Fields header) => FolderContents.NamesTime(header.Values[0])
        || Names.Contains(header.Values[0].Trim(), StringComparer.OrdinalIgnoreCase);

    // Where most steps are of one size, those that are longer.
    private static string? Gaps(Fields[] lines, double[] times, bool isDate)
    {
        double[] steps = [.. times.Skip(1).Zip(times, (next, time) => next - time)];
        var usual = steps.Order().ElementAtOrDefault(steps.Length / 2);
        var longer = steps.Count(step => step > Longer * usual);
        if (longer == 0 || steps.Count(step => Math.Abs(step - usual) <= SameSize * usual) <= Regular * steps.Length)
            return null;
        var longest = Array.IndexOf(steps, steps.Max());
        return $"{longer:N0} of {steps.Length:N0} steps of time are longer than {Said(usual, isDate)}: the longest, of "
            + $"{Said(steps[longest], isDate)}, leads from {TextOf(lines[longest])} to {TextOf(lines[longest + 1])} in line "
            + $"{lines[longest + 1].Line}; values before it are read as if there were no gap";
    }

    private static string Said(double step, bool isDate)
    {
        if (!isDate)
            return step.ToString("0.######", CultureInfo.InvariantCulture);
        var (size, unit) = step >= 86400 ? (86400, "day") : step >= 3600 ? (3600, "hour") : step >= 60 ? (60, "minute") : (1, "second");
        var count = (step / size).ToString("0.##", CultureInfo.InvariantCulture);
        return $"{count} {unit}{(count == "1" ? "" : "s")}";
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    // In seconds. Words such as the name of a month are no date of their own.
    private static double? Date(string text) => text.Any(char.IsAsciiDigit) && DateTime.TryParse(text, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? (date - DateTime.UnixEpoch).TotalSeconds : null;

    private static double? CompactDate(string text) => DateTime.TryParseExact(text, Compact, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
        ? (date - DateTime.UnixEpoch).TotalSeconds : null;
}
