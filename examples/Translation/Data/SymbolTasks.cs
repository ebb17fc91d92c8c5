using MLSeqGraph.Transforms;

namespace Translation.Data;

/// <summary>Sequences of 1 to 30 letters, generated, to be copied, reversed or sorted. They take exact attention, nothing else.</summary>
internal static class SymbolTasks
{
    internal static readonly string[] Names = ["copy", "reverse", "sort"];

    private const int Longest = 30, Letters = 16;

    internal static SentencePairs Make(string task)
    {
        var random = new Random(3);
        var pairs = new Dictionary<string, string>();
        // Short ones are few: each that there is may come once.
        while (pairs.Count < 22_000)
        {
            char[] letters = [.. Enumerable.Range(0, random.Next(1, Longest + 1)).Select(_ => (char)('a' + random.Next(Letters)))];
            pairs[string.Join(' ', letters)] = string.Join(' ', task switch
            {
                "reverse" => letters.AsEnumerable().Reverse(),
                "sort" => letters.Order(),
                _ => letters,
            });
        }
        Pair[] all = [.. pairs.Select(pair => new Pair { SourceText = pair.Key, TargetText = pair.Value })];
        random.Shuffle(all);
        var tokens = new TextTokenizationOptions { Kind = TextTokenizerKind.Words, SpecialTokens = SpecialTokens.None };
        return new($"{task} of letters", all[2000..], all[1000..2000], all[..1000], tokens, tokens, IsLarge: false);
    }
}
