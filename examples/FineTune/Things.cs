using Microsoft.ML;
using Quickstart.Data;

namespace FineTune;

/// <summary>
/// Sentences about animals, food, vehicles and tools. The words of the test sentences are in no training sentence: who doesn't know them
/// already can't tell.
/// </summary>
internal static class Things
{
    private static readonly (string Class, string[] Train, string[] Test)[] Kinds =
    [
        ("animal", ["dog", "horse", "sparrow", "salmon", "goat", "tiger", "frog", "bee"], ["wolf", "eagle", "rabbit", "whale", "donkey"]),
        ("food", ["bread", "cheese", "apple", "soup", "rice", "cake", "onion", "pasta"], ["sandwich", "banana", "pizza", "butter",
            "carrot"]),
        ("vehicle", ["car", "train", "bicycle", "ship", "tractor", "plane", "bus", "van"], ["truck", "tram", "motorcycle", "ferry",
            "taxi"]),
        ("tool", ["hammer", "saw", "drill", "axe", "spade", "wrench", "chisel", "rake"], ["screwdriver", "pliers", "shovel", "ladder",
            "file"]),
    ];

    private static readonly string[] Sentences =
    [
        "yesterday i saw a {0} in front of the house", "the {0} in this picture is quite old", "where did they find such a {0} ?",
        "she wrote a whole page about her {0}", "nobody here has ever owned a {0}", "what does a good {0} cost these days ?",
    ];

    /// <summary>
    /// Pairs: every sentence with one about another thing of its kind, and with one about a thing of another kind.
    /// </summary>
    internal static (Pairs.Row[] Train, Pairs.Row[] Test) MakePairs()
    {
        var random = new Random(1);
        Pairs.Row[] Rows(Func<(string Class, string[] Train, string[] Test), string[]> words) => [.. Kinds.SelectMany((kind, k) =>
            words(kind).SelectMany((word, w) => Enumerable.Range(0, Sentences.Length).SelectMany(sentence =>
            {
                var others = words(Kinds[(k + 1 + random.Next(Kinds.Length - 1)) % Kinds.Length]);
                var alike = words(kind)[(w + 1 + random.Next(words(kind).Length - 1)) % words(kind).Length];
                return new[] { ("same", alike), ("different", others[random.Next(others.Length)]) }.Select(pair => new Pairs.Row
                {
                    Class = pair.Item1, Text = Written(sentence, word), Second = Written(random.Next(Sentences.Length), pair.Item2),
                });
            })))];
        return (Rows(kind => kind.Train), Rows(kind => kind.Test));
    }

    private static string Written(int sentence, string word) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, Sentences[sentence], word);

    internal static DataSet Load(MLContext ml)
    {
        LabelledText.Row[] Rows(Func<(string Class, string[] Train, string[] Test), string[]> words) => [.. Kinds.SelectMany(kind =>
            words(kind).SelectMany(word => Enumerable.Range(0, Sentences.Length).Select(sentence => new LabelledText.Row
            {
                Class = kind.Class, Text = Written(sentence, word),
            })))];
        var (train, test) = (Rows(kind => kind.Train), Rows(kind => kind.Test));
        var view = ml.Data.LoadFromEnumerable(train);
        return new()
        {
            Name = "things",
            Description = $"sentences, {Kinds.Length} classes, the words of the test sentences not among those of training",
            Train = view,
            Test = ml.Data.LoadFromEnumerable(test),
            TrainRows = train.Length,
            TestRows = test.Length,
            IsTokens = true,
            Preparation = ml.Transforms.Text.TokenizeIntoWords("Words", nameof(LabelledText.Row.Text))
                .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 30))
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Row.Class))),
        };
    }
}
