namespace MLSeqGraph.Transforms;

/// <summary>How sound becomes features.</summary>
public sealed record SpeechOptions
{
    /// <summary>Samples per second, 16,000 by default.</summary>
    public int Rate { get; init; } = 16_000;

    /// <summary>Milliseconds of a window, 25 by default.</summary>
    public double WindowMilliseconds { get; init; } = 25;

    /// <summary>Milliseconds from one window to the next, 10 by default.</summary>
    public double StepMilliseconds { get; init; } = 10;

    /// <summary>Number of bands of equal width on the mel scale, 40 by default.</summary>
    public int Bands { get; init; } = 40;

    /// <summary>The lowest frequency in Hz, 60 by default.</summary>
    public double LowestFrequency { get; init; } = 60;

    /// <summary>The highest frequency in Hz; null, the default, for half the rate.</summary>
    public double? HighestFrequency { get; init; }

    /// <summary>
    /// How much of the sample before is taken from each, 0.97 by default, so that high frequencies are as strong as low ones.
    /// </summary>
    public double PreEmphasis { get; init; } = 0.97;

    /// <summary>
    /// Whether each band's mean over a row is taken from it, so that loudness and microphone don't matter. True by default.
    /// </summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Whether the slopes of all bands over five windows stand beside them. False by default.</summary>
    public bool Deltas { get; init; }

    /// <summary>
    /// Windows that are put side by side to one step (Sak et al. 2015); 1 by default. Fewer steps train faster; where labels are aligned,
    /// there must be as many steps as labels.
    /// </summary>
    public int Stacked { get; init; } = 1;

    /// <summary>Times and bands to hide at random, for rows to train on; null, the default, for none.</summary>
    public SpectrogramMasks? Masks { get; init; }

    /// <summary>Features of a step.</summary>
    public int FeatureCount => Bands * (Deltas ? 2 : 1) * Stacked;

    internal int WindowSamples => (int)Math.Round(Rate * WindowMilliseconds / 1000);

    internal int StepSamples => (int)Math.Round(Rate * StepMilliseconds / 1000);

    internal double Highest => HighestFrequency ?? Rate / 2.0;

    internal void Validate()
    {
        static void Check(string option, bool holds, object? found, string expected)
        {
            if (!holds)
                throw new ArgumentException(FormattableString.Invariant($"{option} is {found ?? "null"}; expected {expected}."), option);
        }
        Check(nameof(Rate), Rate is >= WavFile.LowestRate and <= WavFile.HighestRate, Rate,
            $"{WavFile.LowestRate} to {WavFile.HighestRate}");
        Check(nameof(WindowMilliseconds), WindowMilliseconds is > 0 and <= 1000 && WindowSamples >= 2, WindowMilliseconds,
            "a window of at least two samples and at most a second");
        Check(nameof(StepMilliseconds), StepMilliseconds is > 0 and <= 1000 && StepSamples >= 1, StepMilliseconds,
            "at least one sample and at most a second");
        Check(nameof(Bands), Bands is >= 1 and <= 512, Bands, "1 to 512");
        Check(nameof(LowestFrequency), LowestFrequency >= 0, LowestFrequency, "at least 0");
        Check(nameof(HighestFrequency), Highest > LowestFrequency && Highest <= Rate / 2.0, HighestFrequency,
            $"above {nameof(LowestFrequency)} and at most half of {nameof(Rate)}, {Rate / 2.0}");
        Check(nameof(PreEmphasis), PreEmphasis is >= 0 and < 1, PreEmphasis, "0 to below 1");
        Check(nameof(Stacked), Stacked is >= 1 and <= 100, Stacked, "1 to 100");
        Masks?.Validate();
    }
}
