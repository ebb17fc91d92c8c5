using Examples;
using MLSeqGraph.Transforms;

namespace Recommendation.Data;

/// <summary>Ratings in the order of time, or only which user has which item.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Rows">The ratings.</param>
/// <param name="HasRatings">Whether there are ratings.</param>
/// <param name="Titles">Names of items, by their ids; empty where nothing says.</param>
internal sealed record RatingData(string Name, IReadOnlyList<RatingRow> Rows, bool HasRatings, IReadOnlyDictionary<string, string> Titles)
{
    /// <summary>What else is known of items; null where nothing is.</summary>
    internal ItemFeatures? Features { get; init; }

    private static readonly string[] Users = ["user", "userid", "user_id", "customer", "member", "reader", "reviewer", "reviewerid"],
        Items = ["item", "itemid", "item_id", "movie", "movieid", "movie_id", "product", "productid", "book", "bookid", "book_id", "asin",
            "song", "artist", "artistid"],
        Values = ["rating", "ratings", "score", "stars"], Times = ["timestamp", "time", "date", "unixreviewtime"];

    /// <summary>
    /// Reads a folder with a file whose first line names columns of users and items, perhaps ratings and times; and perhaps another one
    /// that names items and their <c>title</c>, whose further columns are features of the items.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such file, or a line has other fields.</exception>
    internal static RatingData Load(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(FolderContents.IsData).Where(IsTable)
            .OrderByDescending(file => Path.GetFileName(file).StartsWith("rating", StringComparison.OrdinalIgnoreCase))
            .ThenBy(file => file, StringComparer.Ordinal)] : [];
        Table? titles = null;
        foreach (var file in files)
        {
            if (Readable(file) is not { } table)
                continue;
            var header = table.Rows.First().Values;
            if (Column(header, Users) >= 0 && Column(header, Items) >= 0)
            {
                titles ??= files.Where(other => other != file).Select(Readable).FirstOrDefault(other => other is not null
                    && Column(other.Rows.First().Values, Items) >= 0 && Column(other.Rows.First().Values, ["title", "name"]) >= 0);
                return Of(new DirectoryInfo(folder).Name, table, titles);
            }
        }
        throw new InvalidDataException($"{folder} has no file whose first line names users and items (userId, movieId, rating, timestamp); "
            + $"found {(Directory.Exists(folder) ? IdFile.Listed(folder) : "a file")}."
            + FolderContents.Describe(folder, nameof(Recommendation)));
    }

    /// <summary>Each user's last share of ratings, at least one where the user has two; the rest is trained on.</summary>
    internal (RatingRow[] Train, RatingRow[] Test) LastOf(double share) =>
        Split(user => user.Length < 2 ? 0 : Math.Max(1, (int)(user.Length * share)));

    /// <summary>The data without what is tested on: each user's last tenth of the ratings, at least one.</summary>
    internal RatingData BeforeLast() => this with { Rows = LastOf(0.1).Train };

    /// <summary>Each user's last item; the rest is trained on.</summary>
    internal (RatingRow[] Train, RatingRow[] Test) LastItem() => Split(user => user.Length < 2 ? 0 : 1);

    private (RatingRow[] Train, RatingRow[] Test) Split(Func<RatingRow[], int> tested)
    {
        RatingRow[][] users = [.. Rows.GroupBy(row => row.User).Select(user => user.OrderBy(row => row.Time).ToArray())];
        return ([.. users.SelectMany(user => user[..^tested(user)])], [.. users.SelectMany(user => user[^tested(user)..])]);
    }

    private static RatingData Of(string name, Table table, Table? titles)
    {
        Fields[] rows = [.. table.Rows];
        var header = rows[0].Values;
        int user = Column(header, Users), item = Column(header, Items), value = Column(header, Values), time = Column(header, Times);
        if (rows.Length == 1)
            throw rows[0].Error("the file has no line after the header, expected ratings");
        RatingRow[] read = [.. rows.Skip(1).Select((row, at) =>
        {
            row.Require(header.Length);
            if (row.Values[user].Length == 0 || row.Values[item].Length == 0)
                throw row.Error($"field {(row.Values[user].Length == 0 ? user : item) + 1} is empty, expected an id");
            return new RatingRow
            {
                User = row.Values[user], Item = row.Values[item], Label = value < 0 ? 1 : row.Number(value),
                Time = time < 0 ? at : TimeOf(row, time),
            };
        })];
        var (named, features) = titles is null ? ([], null) : ReadTitles(titles);
        return new(name, read, value >= 0, named) { Features = features };
    }

    // Null for a file that is no table and doesn't name users and items, such as a text.
    private static Table? Readable(string file)
    {
        try
        {
            return Table.Read(file);
        }
        catch (InvalidDataException) when (TextFile.Lines(file).FirstOrDefault()?.Split('\t', ',', ';') is not { } header
            || Column(header, Users) < 0 || Column(header, Items) < 0)
        {
            return null;
        }
    }

    private static double TimeOf(Fields row, int field) => double.TryParse(row.Values[field], out var number) ? number
        : DateTime.TryParse(row.Values[field], out var date) ? date.Ticks / (double)TimeSpan.TicksPerSecond
        : throw row.Error($"field {field + 1} is '{row.Values[field]}', expected a time");

    private static (Dictionary<string, string> Titles, ItemFeatures? Features) ReadTitles(Table table)
    {
        Fields[] rows = [.. table.Rows];
        var header = rows[0].Values;
        int item = Column(header, Items), title = Column(header, ["title", "name"]);
        string[][] known = [.. rows.Skip(1).Select(row => row.Values).Where(row => row.Length > Math.Max(item, title))];
        return (known.GroupBy(row => row[item]).ToDictionary(row => row.Key, row => row.First()[title]),
            ItemFeatures.Of(header, known, item, title));
    }

    private static int Column(string[] header, string[] names) =>
        Array.FindIndex(header, name => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));

    private static bool IsTable(string file) => ((string[])[".tsv", ".csv", ".txt"]).Any(ending =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase));
}
