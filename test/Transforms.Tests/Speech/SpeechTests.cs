using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Speech;

/// <summary>Sound from files, and its features.</summary>
[TestClass]
public class SpeechTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] Samples { get; set; } = [];
    }

    private static float[] Tone(double hertz, int rate, double seconds = 0.5) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    private static float[] Features(SpeechOptions options, float[] samples)
    {
        var data = Ml.Data.LoadFromEnumerable(new[] { new Row { Samples = samples } });
        return Ml.Transforms.FeaturizeSpeech("Features", "Samples", options).Fit(data).Transform(data)
            .GetColumn<float[]>("Features").Single();
    }

    private static byte[] Wav(int kind, int bits, int channels, int rate, byte[] data, int? dataSize = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)kind);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((short)(channels * bits / 8));
        writer.Write((short)bits);
        writer.Write("LIST"u8);
        writer.Write(3);
        writer.Write([1, 2, 3, 0]);
        writer.Write("data"u8);
        writer.Write(dataSize ?? data.Length);
        writer.Write(data);
        return stream.ToArray();
    }

    private static T With<T>(byte[] bytes, Func<string, T> read)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow(1, 8, new byte[] { 192, 0 }, 0.5f, -1f)]
    [DataRow(1, 16, new byte[] { 0, 64, 0, 128 }, 0.5f, -1f)]
    [DataRow(1, 24, new byte[] { 0, 0, 64, 0, 0, 128 }, 0.5f, -1f)]
    [DataRow(1, 32, new byte[] { 0, 0, 0, 64, 0, 0, 0, 128 }, 0.5f, -1f)]
    [DataRow(3, 32, new byte[] { 0, 0, 0, 63, 0, 0, 128, 191 }, 0.5f, -1f)]
    [DataRow(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 224, 63, 0, 0, 0, 0, 0, 0, 240, 191 }, 0.5f, -1f)]
    public void Samples_of_all_kinds_are_read(int kind, int bits, byte[] data, float first, float second)
    {
        var sound = With(Wav(kind, bits, 1, 8000, data), path => WavFile.Load(path));
        Assert.AreEqual(8000, sound.Rate);
        CollectionAssert.AreEqual(new[] { first, second }, sound.Samples);
        // Two channels become their mean.
        CollectionAssert.AreEqual(new[] { (first + second) / 2 }, With(Wav(kind, bits, 2, 8000, data), path => WavFile.Load(path)).Samples);
    }

    [TestMethod]
    public void Files_that_are_no_sound_are_errors()
    {
        void Refused(byte[] bytes, string message, int? rate = null) => With(bytes, path =>
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => WavFile.Load(path, rate));
            StringAssert.StartsWith(error.Message, path);
            StringAssert.Contains(error.Message, message);
            return 0;
        });
        byte[] two = [0, 64, 0, 128];
        Refused([], "is no WAV file; expected it to begin with RIFF");
        Refused(Wav(1, 16, 1, 8000, two), "has 8000 samples per second; expected 16000", 16_000);
        Refused(Wav(1, 12, 1, 8000, two), "has samples of kind 1 of 12 bits; expected PCM (1) of 8, 16, 24 or 32 bits");
        Refused(Wav(85, 16, 1, 8000, two), "has samples of kind 85");
        Refused(Wav(1, 16, 0, 8000, two), "has 0 channels of 8000");
        Refused(Wav(1, 16, 1, 1, two), "has 1 channels of 1 samples per second");
        Refused(Wav(1, 16, 1, 8000, []), "has 0 bytes of samples");
        Refused(Wav(1, 16, 1, 8000, [0, 64, 0]), "has 3 bytes of samples; expected a multiple of 2");
        Refused(Wav(1, 16, 1, 8000, two, 2_000_000_000), "is cut off: the part at byte");
        Refused(Wav(1, 16, 1, 8000, two)[..40], "has no samples; expected a part named data");
        Refused(Wav(3, 32, 1, 8000, [0, 0, 192, 127]), "sample 0 is NaN");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => WavFile.Load("nowhere.wav")).Message,
            "expected a WAV file");
    }

    [TestMethod]
    public void Tones_keep_their_frequency_at_another_rate()
    {
        var tone = new Sound(Tone(440, 22_050), 22_050).Resample(8000);
        Assert.HasCount(4000, tone.Samples);
        float[] expected = Tone(440, 8000);
        // Not at the ends, where the filter reaches beyond.
        for (var i = 100; i < 3900; i++)
            Assert.AreEqual(expected[i], tone.Samples[i], 0.01, $"sample {i}");
        // What a rate of 8,000 can't hold is lost.
        Assert.IsLessThan(0.01f, new Sound(Tone(6000, 22_050), 22_050).Resample(8000).Samples[100..3900].Max());
        Assert.ThrowsExactly<ArgumentException>(() => tone.Resample(10));
    }

    [TestMethod]
    public void A_tone_is_in_its_band()
    {
        SpeechOptions options = new() { Rate = 8000, Bands = 20, Normalize = false };
        double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
        foreach (var hertz in (double[])[300, 1000, 2500])
        {
            var features = Features(options, Tone(hertz, 8000));
            Assert.HasCount((1 + (4000 - 200) / 80) * 20, features);
            // Middles of bands are at equal distances on the mel scale.
            var width = (Mel(4000) - Mel(60)) / 21;
            var nearest = (int)Math.Round((Mel(hertz) - Mel(60)) / width) - 1;
            for (var step = 0; step < features.Length / 20; step++)
                Assert.IsLessThanOrEqualTo(1, Math.Abs(nearest - Array.IndexOf(features, features[(step * 20)..(step * 20 + 20)].Max(),
                    step * 20) % 20), $"{hertz} Hz, step {step}");
        }
    }

    [TestMethod]
    public void The_power_of_a_window_is_that_of_its_discrete_Fourier_transform()
    {
        SpeechOptions options = new() { Rate = 1000, WindowMilliseconds = 16, StepMilliseconds = 16, Bands = 1, LowestFrequency = 0,
            Normalize = false, PreEmphasis = 0.5 };
        var random = new Random(1);
        float[] samples = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle() - 0.5f)];
        double[] windowed = [.. samples.Select((sample, i) => (sample - 0.5 * samples[Math.Max(0, i - 1)])
            * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / 16)))];
        // One triangle over all of it: its top at half the mel scale.
        double top = 700 * (Math.Pow(1 + 500.0 / 700, 0.5) - 1), power = 0;
        for (var bin = 0; bin <= 8; bin++)
        {
            double real = 0, imaginary = 0, at = bin * 1000.0 / 16;
            for (var i = 0; i < 16; i++)
            {
                real += windowed[i] * Math.Cos(2 * Math.PI * bin * i / 16);
                imaginary -= windowed[i] * Math.Sin(2 * Math.PI * bin * i / 16);
            }
            power += (at <= top ? at / top : (500 - at) / (500 - top)) * (real * real + imaginary * imaginary);
        }
        Assert.AreEqual(Math.Log(power), Features(options, samples).Single(), 1e-4);
    }

    [TestMethod]
    public void Loudness_does_not_matter_and_windows_are_stacked()
    {
        float[] tone = [.. Tone(500, 8000, 0.3).Concat(Tone(1500, 8000, 0.3))];
        SpeechOptions options = new() { Rate = 8000, Bands = 8 };
        var features = Features(options, tone);
        var loud = Features(options, Array.ConvertAll(tone, sample => sample * 1.9f));
        for (var i = 0; i < features.Length; i++)
            Assert.AreEqual(features[i], loud[i], 2e-2);
        Assert.IsLessThan(1e-4, Math.Abs(features.Where((_, i) => i % 8 == 3).Average()));
        var stacked = Features(options with { Stacked = 3 }, tone);
        CollectionAssert.AreEqual(features[..stacked.Length], stacked);
        Assert.AreEqual(0, stacked.Length % 24);
        // Slopes of bands that rise by 1 a window are 1.
        var deltas = Features(options with { Deltas = true }, tone);
        Assert.HasCount(2 * features.Length, deltas);
        var expected = (features[4 * 8] - features[2 * 8] + 2 * (features[5 * 8] - features[1 * 8])) / 10;
        Assert.AreEqual(expected, deltas[3 * 16 + 8], 1e-5);
        // Silence is finite; masks hide some, the same ones each time.
        Assert.IsTrue(Features(options with { Normalize = false }, new float[2000]).All(float.IsFinite));
        SpeechOptions masked = options with { Masks = new(Seed: 3) };
        var hidden = Features(masked, tone);
        Assert.IsTrue(hidden.Count(value => value == 0) > 20 && hidden.Zip(features).All(pair => pair.First == 0
            || pair.First == pair.Second));
        CollectionAssert.AreEqual(hidden, Features(masked, tone));
    }

    [TestMethod]
    public void Models_are_saved_and_bad_samples_are_errors()
    {
        var data = Ml.Data.LoadFromEnumerable(new[] { new Row { Samples = Tone(700, 8000) } });
        SpeechOptions options = new() { Rate = 8000, Bands = 6, Deltas = true };
        var transformer = Ml.Transforms.FeaturizeSpeech("Features", "Samples", options).Fit(data);
        var path = Path.GetTempFileName();
        try
        {
            Ml.Model.Save(transformer, data.Schema, path);
            CollectionAssert.AreEqual(Features(options, Tone(700, 8000)),
                new MLContext().Model.Load(path, out _).Transform(data).GetColumn<float[]>("Features").Single());
        }
        finally
        {
            File.Delete(path);
        }
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Features(options, [1, float.NaN])).Message,
            "Column 'Samples', row 0: a sample is NaN; expected finite numbers");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Features(options, [])).Message,
            "0 samples; expected at least 200, for one step of 1 windows at 8000 samples per second");
        foreach (var (wrong, message) in ((SpeechOptions, string)[])[(options with { Bands = 0 }, "Bands is 0; expected 1 to 512"),
            (options with { HighestFrequency = 5000 }, "HighestFrequency is 5000"), (options with { Stacked = 0 }, "Stacked is 0"),
            (options with { Rate = 10 }, "Rate is 10"), (options with { Masks = new(-1) }, "expected at least 0")])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.FeaturizeSpeech("F", "S", wrong)).Message,
                message);
    }
}
