using MLSeqGraph.Transforms;

namespace WordVectors.Data;

/// <summary>Analogies of common English words, and files of them.</summary>
internal static class WordQuestions
{
    private static readonly string[] Pairs =
    [
        "man woman, boy girl, he she, his her, himself herself, king queen, father mother, brother sister, son daughter, husband wife, "
            + "lord lady, men women, boys girls, prince princess, uncle aunt",
        "man men, woman women, boy boys, girl girls, dog dogs, child children, car cars, hand hands, eye eyes, friend friends, lord lords, "
            + "word words, day days, player players, horse horses, tree trees, street streets",
        "walk walking, run running, sit sitting, stand standing, play playing, ride riding, jump jumping, look looking, hold holding, "
            + "wear wearing, eat eating, swim swimming",
    ];

    /// <summary>Of each kind, every pair with every other.</summary>
    internal static IReadOnlyList<WordAnalogy> Common { get; } = [.. Pairs.SelectMany(kind => Of(kind.Split(", ")
        .Select(pair => pair.Split(' ')).Select(pair => (pair[0], pair[1]))))];

    /// <summary>Words whose places one would know.</summary>
    internal static IReadOnlyList<string> Drawn { get; } =
    [
        "man", "woman", "boy", "girl", "men", "women", "king", "queen", "lord", "lady", "father", "mother", "son", "daughter", "brother",
        "sister", "dog", "dogs", "cat", "horse", "bird", "red", "blue", "green", "yellow", "black", "white", "one", "two", "three", "four",
        "street", "road", "beach", "mountain", "water", "snow", "walking", "running", "sitting", "standing", "jumping", "riding", "love",
        "hate", "death", "life", "shirt", "hat", "jacket", "dress", "guitar", "drums", "ball", "soccer", "baseball",
    ];

    /// <summary>Every pair with every other: what is to c as b is to a?</summary>
    internal static IEnumerable<WordAnalogy> Of(IEnumerable<(string From, string To)> pairs)
    {
        (string From, string To)[] all = [.. pairs];
        return from first in all
               from second in all
               where first != second
               select new WordAnalogy(first.From, first.To, second.From, second.To);
    }

    /// <summary>Reads a file of questions, four words a line; lines that begin with a colon are headings.</summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    internal static IReadOnlyList<WordAnalogy> Read(string path)
    {
        List<WordAnalogy> questions = [];
        var number = 0;
        foreach (var line in TextFile.Lines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == ':')
                continue;
            questions.Add(line.ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var a, var b, var c, var d]
                ? new(a, b, c, d)
                : throw new InvalidDataException($"{path}, line {number}: '{line}'; expected four words, the first two to each "
                    + "other as the others."));
        }
        return questions.Count > 0 ? questions : throw new InvalidDataException($"{path} has no questions; expected four words a line.");
    }
}
