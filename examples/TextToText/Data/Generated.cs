namespace TextToText.Data;

/// <summary>
/// Three tasks by rules: <c>reverse</c> turns two to six different words around, <c>plural</c> spells the plural of an invented word, and
/// <c>next</c> says the number after one in words. Texts to test on aren't among those to train on. Texts without answers are lists of
/// words, spelled words in the singular and the plural, and numbers in their order.
/// </summary>
internal static class Generated
{
    private const int Tested = 200, Largest = 9999;

    private static readonly string[] Words = ("apple bread cloud dream earth flame grass house island jacket kite lemon moon nest ocean "
        + "paper queen river stone tree uncle valley water year bird chair door engine flower garden").Split(' ');

    private static readonly string[] Starts = "b c d f g h k l m n p r s t v br cl dr fl gr pl st tr".Split(' '), Vowels =
        "a e i o u".Split(' '), Ends = "b d f g k l m n p r t x y ch sh ss ck nd rt".Split(' ');

    private static readonly string[] Ones = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        + "fifteen sixteen seventeen eighteen nineteen").Split(' '),
        Tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');

    internal static TaskTexts Make(int seed, int labelled, int unlabelled)
    {
        var random = new Random(seed);
        List<Example> train = [], test = [];
        foreach (var (task, draw) in ((string, Func<Random, (string, string)>)[])[("reverse", Reversed), ("plural", Spelled),
            ("next", Next)])
        {
            var seen = new HashSet<string>();
            for (var tries = 0; seen.Count < labelled + Tested; tries++)
            {
                if (tries > 100 * (labelled + Tested))
                    throw new ArgumentException($"There are fewer than {labelled + Tested:N0} different texts of the task '{task}'.");
                var (text, answer) = draw(random);
                if (seen.Add(text))
                    (seen.Count <= Tested ? test : train).Add(new() { Task = task, Input = $"{task}: {text}", Output = answer });
            }
        }
        Unlabelled[] texts = [.. Enumerable.Range(0, unlabelled).Select(i => new Unlabelled
        {
            Text = (i % 3) switch
            {
                0 => string.Join(' ', Drawn(random, random.Next(4, 9))),
                1 => string.Join(" , ", Enumerable.Range(0, 2).Select(_ => Spelled(random) is var (one, many) ? $"{one} , {many}" : "")),
                _ => string.Join(" , ", Enumerable.Range(random.Next(Largest - 3), 3).Select(InWords)),
            },
        })];
        return new("words turned around, spelled plurals and next numbers", train, test, texts);
    }

    /// <summary>The plural by the rules of spelling: -es after s, x, sh and ch, -ies for a consonant and y, -ves for f, else -s.</summary>
    internal static string Plural(string word) =>
        word.EndsWith('s') || word.EndsWith('x') || word.EndsWith("sh", StringComparison.Ordinal)
            || word.EndsWith("ch", StringComparison.Ordinal) ? word + "es"
        : word.EndsWith('y') && !"aeiou".Contains(word[^2]) ? word[..^1] + "ies"
        : word.EndsWith('f') ? word[..^1] + "ves" : word + "s";

    /// <summary>A number from 0 to 9,999 in words.</summary>
    internal static string InWords(int number) => number switch
    {
        < 20 => Ones[number],
        < 100 => Tens[number / 10 - 2] + (number % 10 == 0 ? "" : " " + Ones[number % 10]),
        < 1000 => $"{Ones[number / 100]} hundred" + (number % 100 == 0 ? "" : " and " + InWords(number % 100)),
        _ => $"{Ones[number / 1000]} thousand" + (number % 1000 == 0 ? "" : (number % 1000 < 100 ? " and " : " ")
            + InWords(number % 1000)),
    };

    private static string[] Drawn(Random random, int count)
    {
        var words = (string[])Words.Clone();
        random.Shuffle(words);
        return words[..count];
    }

    private static (string, string) Reversed(Random random)
    {
        var words = Drawn(random, random.Next(2, 7));
        return (string.Join(' ', words), string.Join(' ', words.AsEnumerable().Reverse()));
    }

    private static (string, string) Spelled(Random random)
    {
        string Of(string[] parts) => parts[random.Next(parts.Length)];
        var word = Of(Starts) + Of(Vowels) + (random.Next(2) == 0 ? "" : Of(Starts) + Of(Vowels)) + Of(Ends);
        return (string.Join(' ', word.ToCharArray()), string.Join(' ', Plural(word).ToCharArray()));
    }

    private static (string, string) Next(Random random)
    {
        var number = random.Next(Largest);
        return (InWords(number), InWords(number + 1));
    }
}
