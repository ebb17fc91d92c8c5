using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// The words of a vocabulary, for <c>MapValueToKey</c>. Words that occur once in the training data are left out: they share the entry of
/// unknown words, and so train it.
/// </summary>
internal sealed record Vocabulary(IDataView View, int Count)
{
    internal sealed class Entry
    {
        public string Word { get; set; } = "";
    }

    private sealed class WordsOfRow
    {
        public string[] Words { get; set; } = [];
    }

    /// <summary>Reads the words of a column.</summary>
    internal static Vocabulary Of(MLContext ml, IDataView data, string wordsColumnName, int minimumCount = 2)
    {
        var definition = Microsoft.ML.Data.SchemaDefinition.Create(typeof(WordsOfRow));
        definition[nameof(WordsOfRow.Words)].ColumnName = wordsColumnName;
        var rows = ml.Data.CreateEnumerable<WordsOfRow>(data, reuseRowObject: true, schemaDefinition: definition);
        return Of(ml, rows.SelectMany(row => row.Words), minimumCount);
    }

    /// <summary>Takes the words one after another.</summary>
    internal static Vocabulary Of(MLContext ml, IEnumerable<string> words, int minimumCount = 2)
    {
        var kept = words.CountBy(word => word).Where(word => word.Value >= minimumCount);
        Entry[] entries = [.. kept.Select(word => new Entry { Word = word.Key })];
        return new(ml.Data.LoadFromEnumerable(entries), entries.Length);
    }
}
