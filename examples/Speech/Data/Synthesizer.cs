using System.Collections.Concurrent;
using System.Diagnostics;
using MLSeqGraph.Transforms;

namespace Speech.Data;

/// <summary>
/// Words spoken by espeak-ng in many voices where it is installed; else by tones: a word is a run of sounds of two formants, or of noise,
/// and a voice a pitch and a size of the throat.
/// </summary>
internal static class Synthesizer
{
    private const string Program = "espeak-ng";

    private static readonly string[] Accents = ["en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-029"];
    private static readonly string[] Variants =
    [
        "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "Andy", "Annie", "Alex", "Denis", "Diogo", "Gene",
        "Jacky", "Lee", "Mario", "Michael", "Steph", "adam", "anika", "belinda", "boris", "ed", "edward", "john", "kaukovalta", "linda",
        "marcelo", "max", "paul", "quincy", "rob", "robert", "steph2", "travis", "victor", "zac", "whisper", "klatt", "klatt2",
    ];

    /// <summary>Whether espeak-ng speaks.</summary>
    internal static bool IsReal { get; } = Starts();

    /// <summary>Every word in some voices; the last fifth of them is for tests.</summary>
    internal static (IReadOnlyList<Utterance> Train, IReadOnlyList<Utterance> Test, string Name) Speak(IReadOnlyList<string> words,
        int voices, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var held = Math.Max(1, voices / 5);
        string[] variants = [.. Variants];
        random.Shuffle(variants);
        var asked = (from voice in Enumerable.Range(0, voices)
                     let name = $"{Accents[voice % Accents.Length]}+{variants[voice % variants.Length]}"
                     let pitch = random.Next(25, 76)
                     let speed = random.Next(120, 190)
                     from word in words
                     select (Voice: voice, Name: name, Pitch: pitch, Speed: speed, Word: word)).ToArray();
        var spoken = new ConcurrentDictionary<int, float[]>();
        Parallel.For(0, asked.Length, new() { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, i =>
        {
            var (voice, name, pitch, speed, word) = asked[i];
            spoken[i] = IsReal ? Spoken(word, name, pitch, speed) : Tones(word, new(seed * 1000 + voice));
        });
        Utterance[] all = [.. asked.Select((of, i) => Utterance.Of(spoken[i], $"{of.Name}-{of.Voice}", of.Word))];
        var train = (voices - held) * words.Count;
        return (all[..train], all[train..], IsReal ? $"words spoken by {Program} in {voices} voices, {held} of them held out"
            : $"words of tones in {voices} voices, {held} of them held out ({Program} isn't installed)");
    }

    private static float[] Spoken(string word, string voice, int pitch, int speed)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.wav");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program,
                ["-v", voice, "-p", $"{pitch}", "-s", $"{speed}", "-w", path, word]) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && File.Exists(path) ? Sounds.Trim(WavFile.Load(path).Resample(Prompts.Rate).Samples)
                : throw new InvalidDataException($"{Program} can't say '{word}' as {voice}: {error.Trim()}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    // A letter is a sound: vowels of two formants, the others of noise around a frequency.
    private static float[] Tones(string word, Random voice)
    {
        var (pitch, size) = (90 + 130 * voice.NextDouble(), 0.85 + 0.3 * voice.NextDouble());
        List<float> samples = [];
        var phase = 0.0;
        foreach (var letter in word)
        {
            var place = letter - 'a';
            var isVowel = "aeiouy".Contains(letter);
            var (first, second) = (size * (250 + 97 * (place % 7)), size * (900 + 211 * (place % 11)));
            var count = (int)(Prompts.Rate * (isVowel ? 0.12 : 0.07) * (0.9 + 0.2 * voice.NextDouble()));
            for (var i = 0; i < count; i++)
            {
                var time = (double)samples.Count / Prompts.Rate;
                phase += pitch / Prompts.Rate;
                var envelope = Math.Sin(Math.PI * (i + 0.5) / count);
                var pulse = 0.3 + 0.7 * Math.Pow(0.5 + 0.5 * Math.Cos(2 * Math.PI * phase), 4);
                var tone = isVowel ? pulse * (Math.Sin(2 * Math.PI * first * time) + 0.7 * Math.Sin(2 * Math.PI * second * time))
                    : (voice.NextDouble() * 2 - 1) * Math.Sin(2 * Math.PI * (second + 600) * time);
                samples.Add((float)(0.3 * envelope * tone));
            }
        }
        return [.. samples];
    }

    private static bool Starts()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, ["--version"]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
