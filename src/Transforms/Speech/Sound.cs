namespace MLSeqGraph.Transforms;

/// <summary>Sound: samples from −1 to 1 at a rate.</summary>
/// <param name="Samples">[samples]; the mean of the channels where there are several.</param>
/// <param name="Rate">Samples per second.</param>
public sealed record Sound(float[] Samples, int Rate)
{
    // Zeros of the sinc at each side of the filter.
    private const int FilterZeros = 16;

    /// <summary>Seconds.</summary>
    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>
    /// The sound at another rate, by a sinc filter below both rates' half with a Hann window (Smith 1984); frequencies above the new
    /// rate's half are lost.
    /// </summary>
    /// <param name="rate">Samples per second.</param>
    /// <exception cref="ArgumentException">The rate is out of its range.</exception>
    public Sound Resample(int rate)
    {
        foreach (var one in (int[])[rate, Rate])
            if (one is < WavFile.LowestRate or > WavFile.HighestRate)
                throw new ArgumentException($"A rate of {one} samples per second; expected {WavFile.LowestRate} to {WavFile.HighestRate}.",
                    nameof(rate));
        if (rate == Rate)
            return this;
        var cutoff = 0.95 * Math.Min(1.0, (double)rate / Rate);
        var reach = FilterZeros / cutoff;
        var resampled = new float[(int)((long)Samples.Length * rate / Rate)];
        for (var i = 0; i < resampled.Length; i++)
        {
            var at = (double)i * Rate / rate;
            var (first, last) = ((int)Math.Max(0, Math.Ceiling(at - reach)), (int)Math.Min(Samples.Length - 1, Math.Floor(at + reach)));
            var sum = 0.0;
            for (var n = first; n <= last; n++)
            {
                var distance = n - at;
                var angle = Math.PI * cutoff * distance;
                var sinc = distance == 0 ? 1 : Math.Sin(angle) / angle;
                sum += Samples[n] * cutoff * sinc * (0.5 + 0.5 * Math.Cos(Math.PI * distance / reach));
            }
            resampled[i] = (float)sum;
        }
        return new(resampled, rate);
    }
}
