using System.Globalization;
using MLSeqGraph.Transforms;

namespace Translation.Data;

/// <summary>Generated pairs: numbers in words to digits, and dates as people write them to the form of ISO 8601.</summary>
internal static class NumbersAndDates
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    internal static SentencePairs Make()
    {
        var random = new Random(7);
        var pairs = new Dictionary<string, string>();
        while (pairs.Count < 6000)
        {
            var number = random.Next(1_000_000);
            pairs[Words(number)] = number.ToString(CultureInfo.InvariantCulture);
        }
        while (pairs.Count < 12_000)
        {
            var date = new DateOnly(1900 + random.Next(200), 1, 1).AddDays(random.Next(365));
            var text = random.Next(3) switch
            {
                0 => date.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture),
                1 => date.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
                _ => date.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture),
            };
            pairs[text.ToLowerInvariant()] = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
        Pair[] all = [.. pairs.Select(pair => new Pair { SourceText = pair.Key, TargetText = pair.Value })];
        random.Shuffle(all);
        var special = new SpecialTokens { Padding = null, Begin = null, End = null };
        return new(
            "numbers and dates", all[1000..], all[500..1000], all[..500],
            new() { Kind = TextTokenizerKind.Words, SpecialTokens = special },
            new() { Kind = TextTokenizerKind.Characters, SpecialTokens = special }, IsLarge: false);
    }

    private static string Words(int number) =>
        number >= 1000 ? $"{Words(number / 1000)} thousand{(number % 1000 == 0 ? "" : " " + Words(number % 1000))}"
        : number >= 100 ? $"{Small[number / 100]} hundred{(number % 100 == 0 ? "" : " and " + Words(number % 100))}"
        : number >= 20 ? Tens[number / 10] + (number % 10 == 0 ? "" : " " + Small[number % 10])
        : Small[number];
}
