using Microsoft.ML;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Short questions for a person or a place, told apart by their first word.</summary>
internal sealed class Questions
{
    public string Label { get; set; } = "";

    public string Text { get; set; } = "";

    internal static IDataView View(MLContext ml, int rows) => ml.Data.LoadFromEnumerable(Rows(rows));

    internal static Questions[] Rows(int rows, int seed = 1)
    {
        var random = new Random(seed);
        string[] words = ["is", "was", "the", "first", "town", "king", "river", "of"];
        return [.. Enumerable.Range(0, rows).Select(row => new Questions
        {
            Label = row % 2 == 0 ? "person" : "place",
            Text = $"{(row % 2 == 0 ? "who" : "where")} {string.Join(' ', Enumerable.Range(0, random.Next(2, 9))
                .Select(_ => words[random.Next(words.Length)]))}",
        })];
    }
}
