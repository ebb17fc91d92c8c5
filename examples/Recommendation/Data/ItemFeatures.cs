using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Recommendation.Data;

/// <summary>
/// What is known of items beside their names: an indicator for each part of a text (Comedy|Drama) and each tenth of numbers.
/// </summary>
/// <param name="Names">What each feature says.</param>
/// <param name="Rows">The items.</param>
internal sealed record ItemFeatures(IReadOnlyList<string> Names, IReadOnlyList<ItemFeatures.Row> Rows)
{
    // What fewer items have says little of others.
    private const int Fewest = 5, Tenths = 10, Most = 300;

    internal sealed class Row
    {
        public string Item { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    internal IDataView View(MLContext ml)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Names.Count);
        return ml.Data.LoadFromEnumerable(Rows, schema);
    }

    /// <summary>Features of columns that are neither the item's id nor its name; null where there are none.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">The fields of each item.</param>
    /// <param name="item">The column of ids.</param>
    /// <param name="title">That of names.</param>
    internal static ItemFeatures? Of(string[] header, IReadOnlyList<string[]> rows, int item, int title)
    {
        string[][] known = [.. rows.Where(row => row.Length == header.Length).DistinctBy(row => row[item])];
        List<string> names = [];
        var features = Array.ConvertAll(known, _ => new List<int>());
        for (var column = 0; column < header.Length; column++)
        {
            if (column == item || column == title)
                continue;
            string[] texts = [.. known.Select(row => row[column].Trim())];
            var parts = PartsOf(texts);
            string[] kept = [.. parts.SelectMany(part => part).CountBy(part => part).Where(part => part.Value >= Fewest)
                .OrderByDescending(part => part.Value).ThenBy(part => part.Key, StringComparer.Ordinal).Take(Most)
                .Select(part => part.Key)];
            var numbers = kept.Select((part, at) => (part, at)).ToDictionary(part => part.part, part => names.Count + part.at);
            names.AddRange(kept.Select(part => $"{header[column]} {part}"));
            for (var row = 0; row < known.Length; row++)
                features[row].AddRange(parts[row].Where(numbers.ContainsKey).Select(part => numbers[part]));
        }
        return names.Count == 0 ? null : new(names, [.. known.Select((row, at) =>
        {
            var indicators = new float[names.Count];
            foreach (var feature in features[at])
                indicators[feature] = 1;
            return new Row { Item = row[item], Features = indicators };
        })]);
    }

    // The tenth that a number is in, or the parts of a text; nothing where there is none.
    private static string[][] PartsOf(string[] texts)
    {
        var numbers = Array.ConvertAll(texts, text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var number) && double.IsFinite(number) ? number : double.NaN);
        double[] sorted = [.. numbers.Where(number => !double.IsNaN(number)).Order()];
        if (sorted.Length < 0.9 * texts.Count(text => text.Length > 0) || sorted.Distinct().Count() <= Tenths)
            return Array.ConvertAll(texts, text => text.Split(['|', ';', ','], StringSplitOptions.RemoveEmptyEntries
                | StringSplitOptions.TrimEntries).Distinct().ToArray());
        double[] limits = [.. Enumerable.Range(1, Tenths - 1).Select(tenth => sorted[tenth * sorted.Length / Tenths]).Distinct()];
        return Array.ConvertAll(numbers, number => double.IsNaN(number) ? (string[])[]
            : [limits.LastOrDefault(limit => limit <= number, sorted[0]).ToString(CultureInfo.InvariantCulture)]);
    }
}
