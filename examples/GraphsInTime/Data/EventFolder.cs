using System.Globalization;
using Examples;

namespace GraphsInTime.Data;

/// <summary>
/// A folder with a table of timed events: a header that names a time, who acts and on whom (sender and reply_to, user and item, source and
/// target …), perhaps where (list, channel …) and numbers (amount, size …).
/// </summary>
internal static class EventFolder
{
    private static readonly string[]
        Times = ["time", "timestamp", "ts", "t", "unixtime", "date", "datetime"],
        Sources = ["source", "src", "sender", "user", "user_id", "userid", "from", "u", "person", "author"],
        Targets = ["target", "dst", "reply_to", "receiver", "recipient", "item", "item_id", "itemid", "to", "i", "v", "object"],
        Contexts = ["list", "channel", "context", "group", "room", "forum", "place"],
        Amounts = ["chars", "length", "size", "weight", "amount", "count", "duration", "bytes"];

    /// <summary>The file of a folder that has events; null where none has.</summary>
    internal static string? Find(string folder) => Unread.FilesOf(folder).Where(PlaceFolder.IsTable).FirstOrDefault(file =>
        {
            try
            {
                return Columns.Of(Table.Read(file).Rows.First().Values) is not null;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        });

    /// <summary>Reads the events.</summary>
    /// <exception cref="InvalidDataException">
    /// A line has other fields, its time is before that of the line before, or there is none behind the header.
    /// </exception>
    internal static EventData Load(string folder)
    {
        var table = Table.Read(Find(folder) ?? throw new InvalidDataException($"{folder} has no table of events."));
        Fields[] rows = [.. table.Rows];
        var header = rows[0].Values;
        var columns = Columns.Of(header)!;
        var last = double.NegativeInfinity;
        EventRow[] events = [.. rows.Skip(1).Select(row =>
        {
            row.Require(header.Length);
            var time = Time(row, columns.Time);
            if (time < last)
                throw row.Error($"the time is {row.Values[columns.Time]}, before that of the line before; expected events in the order of "
                    + "time");
            last = time;
            var source = row.Values[columns.Source].Trim();
            return source.Length == 0
                ? throw row.Error($"field {columns.Source + 1} ({header[columns.Source]}) is empty, expected who acts")
                : new EventRow
                {
                    Time = time, Source = source,
                    Target = row.Values[columns.Target].Trim() is var target && target is "-1" or "NA" ? "" : target,
                    Context = columns.Context < 0 ? "" : row.Values[columns.Context].Trim() is { Length: > 0 } place ? place : "-",
                    Features = [.. columns.Numbers.Select(field => MathF.Log(1 + row.Number(field) is var number and >= 0 ? number
                        : throw row.Error($"field {field + 1} ({header[field]}) is {row.Values[field]}, expected at least 0")))],
                };
        })];
        if (events.Length == 0)
            throw rows[0].Error("there is no line behind the header, expected one for each event");
        string Named(int field) => header[field];
        return new(new DirectoryInfo(folder).Name, events, columns.Context >= 0,
            $"{Named(columns.Source)} to {Named(columns.Target)} at {Named(columns.Time)}"
            + (columns.Context < 0 ? "" : $", in {Named(columns.Context)}")
            + (columns.Numbers.Length == 0 ? "" : $", with {string.Join(", ", columns.Numbers.Select(Named))}")) { Lines = rows[1..] };
    }

    private static double Time(Fields row, int field)
    {
        var text = row.Values[field].Trim();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var date) ? (date - DateTime.UnixEpoch).TotalSeconds
            : throw row.Error($"field {field + 1} is '{text}', expected a time: a number or a date");
    }

    // Fields by their names.
    private sealed record Columns(int Time, int Source, int Target, int Context, int[] Numbers)
    {
        internal static Columns? Of(string[] header)
        {
            int Find(string[] names) => names.Select(name => Array.FindIndex(header, column => column.Trim().Equals(name,
                StringComparison.OrdinalIgnoreCase))).FirstOrDefault(at => at >= 0, -1);
            var (time, source, target) = (Find(Times), Find(Sources), Find(Targets));
            if (time < 0 || source < 0 || target < 0)
                return null;
            return new(time, source, target, Find(Contexts), [.. Enumerable.Range(0, header.Length).Where(at => Amounts.Any(name =>
                header[at].Trim().EndsWith(name, StringComparison.OrdinalIgnoreCase)))]);
        }
    }
}
