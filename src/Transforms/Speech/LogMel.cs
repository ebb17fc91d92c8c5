using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.IntegralTransforms;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Logarithms of the power in bands of equal width on the mel scale (Davis and Mermelstein 1980), window by window: a Hann window, its
/// spectrum, and triangles over the bands, m = 2595 log₁₀(1 + f / 700).
/// </summary>
internal sealed class LogMel
{
    // Power of silence: 16 bits don't tell less apart.
    private const double Floor = 1e-10;

    // Slopes look at two windows to each side.
    private const int Reach = 2;

    private readonly SpeechOptions _options;
    private readonly double[] _window;
    private readonly (int First, double[] Weights)[] _bands;
    private readonly int _size;

    internal LogMel(SpeechOptions options)
    {
        _options = options;
        var size = options.WindowSamples;
        _window = [.. Enumerable.Range(0, size).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / size))];
        _size = (int)BitOperations.RoundUpToPowerOf2((uint)options.WindowSamples);
        _bands = [.. Enumerable.Range(0, options.Bands).Select(Band)];
    }

    /// <summary>The features of samples, [steps × features].</summary>
    /// <exception cref="InvalidDataException">There are none, one isn't finite, or they are too few for a step.</exception>
    internal float[] Write(ReadOnlySpan<float> samples, string place)
    {
        foreach (var sample in samples)
            if (!float.IsFinite(sample))
                throw new InvalidDataException($"{place}: a sample is {sample}; expected finite numbers.");
        var windows = samples.Length < _window.Length ? 0 : 1 + (samples.Length - _window.Length) / _options.StepSamples;
        var steps = windows / _options.Stacked;
        if (steps == 0)
            throw new InvalidDataException($"{place}: {samples.Length} samples; expected at least "
                + $"{_window.Length + (_options.Stacked - 1) * _options.StepSamples}, for one step of {_options.Stacked} windows at "
                + $"{_options.Rate} samples per second.");
        var bands = new float[windows * _options.Bands];
        for (var window = 0; window < windows; window++)
            Window(samples.Slice(window * _options.StepSamples, _window.Length), bands.AsSpan(window * _options.Bands, _options.Bands));
        if (_options.Normalize)
            TakeMeans(bands);
        if (_options.Masks is { } masks)
            Hide(bands, windows, masks, samples);
        var features = _options.Deltas ? WithSlopes(bands, windows) : bands;
        return features.Length == steps * _options.FeatureCount ? features : features[..(steps * _options.FeatureCount)];
    }

    private void Window(ReadOnlySpan<float> samples, Span<float> bands)
    {
        var spectrum = new Complex[_size];
        for (var i = 0; i < samples.Length; i++)
            spectrum[i] = (samples[i] - _options.PreEmphasis * samples[Math.Max(0, i - 1)]) * _window[i];
        Fourier.Forward(spectrum, FourierOptions.NoScaling);
        for (var band = 0; band < bands.Length; band++)
        {
            var power = 0.0;
            var (first, weights) = _bands[band];
            for (var i = 0; i < weights.Length; i++)
            {
                var at = spectrum[first + i];
                power += weights[i] * (at.Real * at.Real + at.Imaginary * at.Imaginary);
            }
            bands[band] = (float)Math.Log(Math.Max(Floor, power));
        }
    }

    // A triangle from the middle of the band before to that of the next; at least its nearest bin.
    private (int First, double[] Weights) Band(int band)
    {
        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
        double Hertz(int place) => 700 * (Math.Pow(10, (Mel(_options.LowestFrequency) + (Mel(_options.Highest)
            - Mel(_options.LowestFrequency)) * place / (_options.Bands + 1)) / 2595) - 1);
        double left = Hertz(band), middle = Hertz(band + 1), right = Hertz(band + 2), bin = (double)_options.Rate / _size;
        var weights = Enumerable.Range(0, _size / 2 + 1).Select(i => i * bin).Select(at =>
            at <= left || at >= right ? 0 : at <= middle ? (at - left) / (middle - left) : (right - at) / (right - middle)).ToArray();
        var first = Array.FindIndex(weights, weight => weight > 0);
        if (first < 0)
            return (Math.Min(_size / 2, (int)Math.Round(middle / bin)), [1]);
        return (first, weights[first..(Array.FindLastIndex(weights, weight => weight > 0) + 1)]);
    }

    private void TakeMeans(float[] bands)
    {
        var count = bands.Length / _options.Bands;
        for (var band = 0; band < _options.Bands; band++)
        {
            var sum = 0.0;
            for (var i = band; i < bands.Length; i += _options.Bands)
                sum += bands[i];
            for (var i = band; i < bands.Length; i += _options.Bands)
                bands[i] -= (float)(sum / count);
        }
    }

    // Hidden numbers are 0, the mean of a normalized band.
    private void Hide(float[] bands, int windows, SpectrogramMasks masks, ReadOnlySpan<float> samples)
    {
        var hash = 0L;
        foreach (var bits in MemoryMarshal.Cast<float, int>(samples))
            hash = hash * 31 + bits;
        var random = SplitMix64.OfItem(masks.Seed, hash);
        for (var run = 0; run < masks.Times; run++)
        {
            var width = random.Next(Math.Min(masks.TimeWidth, windows / 4) + 1);
            var first = random.Next(windows - width + 1);
            bands.AsSpan(first * _options.Bands, width * _options.Bands).Clear();
        }
        for (var run = 0; run < masks.BandRuns; run++)
        {
            var width = random.Next(Math.Min(masks.BandWidth, _options.Bands) + 1);
            var first = random.Next(_options.Bands - width + 1);
            for (var window = 0; window < windows; window++)
                bands.AsSpan(window * _options.Bands + first, width).Clear();
        }
    }

    // Σ n (x(t + n) - x(t - n)) / (2 Σ n²), n = 1, 2; the first and last window stand for those beyond.
    private float[] WithSlopes(float[] bands, int windows)
    {
        var (size, both) = (_options.Bands, new float[2 * bands.Length]);
        for (var window = 0; window < windows; window++)
            for (var band = 0; band < size; band++)
            {
                float At(int other) => bands[Math.Clamp(other, 0, windows - 1) * size + band];
                var slope = 0f;
                for (var n = 1; n <= Reach; n++)
                    slope += n * (At(window + n) - At(window - n));
                both[window * 2 * size + band] = At(window);
                both[window * 2 * size + size + band] = slope / 10;
            }
        return both;
    }
}
