namespace MakeModels;

/// <summary>Questions made of a few words, each asking for a person, a place, a time or a number; and what their words are.</summary>
internal static class Sentences
{
    private static readonly (string Answer, string[] Starts)[] Kinds =
    [
        ("person", ["who wrote", "who painted", "which man found", "what woman made"]),
        ("place", ["where is", "in which town was", "what country has", "where did they build"]),
        ("time", ["when was", "in what year was", "which day saw", "when did they build"]),
        ("number", ["how many people saw", "how much is", "how often was", "what number of people know"]),
    ];

    private static readonly string[] Things = ["bridge", "book", "church", "map", "picture", "garden", "river", "song"];
    private static readonly string[] Ends = ["", "", "near the river", "in the old town", "of the king", "there"];
    private static readonly string[] Verbs = ["wrote", "painted", "found", "made", "is", "was", "has", "did", "build", "saw", "know"];

    internal static QuestionRow[] Make(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var (answer, starts) = Kinds[random.Next(Kinds.Length)];
            var text = $"{starts[random.Next(starts.Length)]} the {Things[random.Next(Things.Length)]} {Ends[random.Next(Ends.Length)]}";
            string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new QuestionRow { Text = string.Join(' ', words), Label = answer, Words = words, Tags = [.. words.Select(Tag)] };
        }),
    ];

    private static string Tag(string word) => Things.Contains(word) || word is "town" or "king" or "people" ? "noun"
        : Verbs.Contains(word) ? "verb"
        : "other";
}

internal sealed class QuestionRow
{
    public string Text { get; set; } = "";
    public string Label { get; set; } = "";
    public string[] Words { get; set; } = [];
    public string[] Tags { get; set; } = [];
}
