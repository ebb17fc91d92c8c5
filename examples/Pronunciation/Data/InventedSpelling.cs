namespace Pronunciation.Data;

/// <summary>
/// Words of an invented language, for want of a dictionary: syllables spelled by rules of which some need the letters around: c is S before
/// e and i, else K; a final e is silent and makes the vowel before it long; doubled letters sound once.
/// </summary>
internal static class InventedSpelling
{
    private const string Consonants = "bcdfgklmnprst", Vowels = "aeiou";

    internal static Dictionary Make(int seed = 7)
    {
        var random = new Random(seed);
        HashSet<string> words = [];
        while (words.Count < 2400)
            words.Add(Word(random));
        Pronounced[] all = [.. words.Select(word => new Pronounced { Word = word, Phonemes = Say(word), Right = [Say(word)] })];
        return new("generated: an invented spelling", all[..2000], all[2000..2200], all[2200..]);
    }

    private static string Word(Random random)
    {
        char One(string of) => of[random.Next(of.Length)];
        var word = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{One(Consonants)}{One(Vowels)}"));
        return word + One(Consonants) switch
        {
            var last when random.Next(3) == 0 => $"{last}{last}",
            var last => $"{last}{(random.Next(3) == 0 ? "e" : "")}",
        };
    }

    /// <summary>The phonemes of a word.</summary>
    internal static string Say(string word)
    {
        var isSilent = word.Length > 2 && word[^1] == 'e';
        var sounded = isSilent ? word[..^1] : word;
        var phonemes = new List<string>();
        for (var i = 0; i < sounded.Length; i++)
            if (i == 0 || sounded[i] != sounded[i - 1])
                phonemes.Add(sounded[i] switch
                {
                    'c' => i + 1 < word.Length && word[i + 1] is 'e' or 'i' ? "S" : "K",
                    var letter when Vowels.Contains(letter) =>
                        $"{char.ToUpperInvariant(letter)}{(isSilent && i == sounded.Length - 2 ? "Y" : "H")}",
                    var letter => $"{char.ToUpperInvariant(letter)}",
                });
        return string.Join(' ', phonemes);
    }
}
