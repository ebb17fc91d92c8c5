using Examples;
using MLSeqGraph.Transforms;

namespace Speech.Data;

/// <summary>Something spoken.</summary>
internal sealed class Utterance
{
    public float[] Samples { get; set; } = [];

    /// <summary>The word, or the words with spaces between.</summary>
    public string Text { get; set; } = "";

    /// <summary>The words.</summary>
    public string[] Words { get; set; } = [];

    /// <summary>Who spoke.</summary>
    public string Voice { get; set; } = "";

    internal static Utterance Of(float[] samples, string voice, params string[] words) =>
        new() { Samples = samples, Text = string.Join(' ', words), Words = words, Voice = voice };
}

/// <summary>What is said, and by whom.</summary>
internal static class SpokenWords
{
    internal static readonly string[] Digits =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>The words of Speech Commands (Warden 2018).</summary>
    internal static readonly string[] Commands =
    [
        .. Digits, "backward", "bed", "bird", "cat", "dog", "down", "follow", "forward", "go", "happy", "house", "learn", "left", "marvin",
        "no", "off", "on", "right", "sheila", "stop", "tree", "up", "visual", "wow", "yes",
    ];
}

/// <summary>Real recordings: <c>index.tsv</c> and the files of <c>wav</c> that it names.</summary>
internal static class Prompts
{
    internal const int Rate = 8000;

    /// <summary>Reads the recordings of English words that are among some.</summary>
    /// <exception cref="InvalidDataException">The table or a file is no such thing.</exception>
    internal static IReadOnlyList<Utterance> Read(string folder, IReadOnlyList<string> words)
    {
        var index = Path.Combine(folder, "index.tsv");
        if (!File.Exists(index))
            throw new InvalidDataException($"{folder}: expected index.tsv, a table of recordings, beside a folder wav; there is no such "
                + $"file.{FolderContents.Describe(folder, "Speech")}");
        List<Utterance> found = [];
        var number = 0;
        foreach (var line in TextFile.Lines(index, "a table of recordings"))
        {
            number++;
            if (line.Split('\t') is not [var file, var language, var speaker, _, var label, ..])
                throw new InvalidDataException($"{index}, line {number}: '{line}'; expected file, language, speaker, kind, label.");
            if (number == 1 || language != "en" || Word(label) is not { } word || !words.Contains(word))
                continue;
            if (file != Path.GetFileName(file))
                throw new InvalidDataException($"{index}, line {number}: the file is '{file}'; expected the name of a file in wav.");
            found.Add(Utterance.Of(Sounds.Trim(WavFile.Load(Path.Combine(folder, "wav", file)).Resample(Rate).Samples), speaker, word));
        }
        return found.Count > 0 ? found : throw new InvalidDataException($"{index} has no recordings of English words such as {words[0]}.");
    }

    private static string? Word(string label) =>
        label is [>= '0' and <= '9'] ? SpokenWords.Digits[label[0] - '0'] : label.ToLowerInvariant();
}
