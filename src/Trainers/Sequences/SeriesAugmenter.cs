using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Changes the series of a batch in place.</summary>
/// <param name="options">How.</param>
/// <param name="features">The moments of the features over the training rows.</param>
/// <param name="seed">With the epoch and the row's place it decides what is drawn.</param>
internal sealed class SeriesAugmenter(SeriesAugmentation options, Moments features, int seed)
{
    private readonly float[] _mean = features.Mean, _deviation = features.Deviation;
    private float[] _steps = [];

    internal void Apply(SequenceBatch batch, int epoch)
    {
        var width = features.Count;
        for (var row = 0; row < batch.Batch; row++)
        {
            var random = SplitMix64.OfItem(SplitMix64.SeedOf(seed, epoch), batch.Positions.Span[row]);
            Change(batch.Features.Span.Slice(row * batch.Time * width, (int)batch.Lengths.Span[row] * width), ref random);
        }
    }

    private void Change(Span<float> steps, ref SplitMix64 random)
    {
        var width = features.Count;
        if (options.MovesSteps)
            Move(steps, ref random);
        for (var feature = 0; feature < width; feature++)
        {
            var factor = options.Scale > 0 ? (float)(1 + options.Scale * Normal(ref random)) : 1;
            for (var i = feature; i < steps.Length; i += width)
            {
                if (options.Scale > 0)
                    steps[i] = _mean[feature] + (steps[i] - _mean[feature]) * factor;
                if (options.Jitter > 0)
                    steps[i] += (float)(options.Jitter * _deviation[feature] * Normal(ref random));
            }
        }
    }

    // Step t becomes what stood at begin + kept · w(t), between two steps a mean of both; w(t) = t + α / 2π (sin(2π t + φ) - sin φ).
    private void Move(Span<float> steps, ref SplitMix64 random)
    {
        var (width, last) = (features.Count, steps.Length / features.Count - 1);
        double kept = 1 - options.Crop * random.NextDouble(), begin = random.NextDouble() * (1 - kept),
            warp = options.TimeWarp * (2 * random.NextDouble() - 1), phase = 2 * Math.PI * random.NextDouble();
        if (_steps.Length < steps.Length)
            _steps = new float[steps.Length];
        steps.CopyTo(_steps);
        for (var t = 0; t <= last; t++)
        {
            var time = last == 0 ? 0 : (double)t / last;
            var at = last * (begin + kept * (time + warp / (2 * Math.PI) * (Math.Sin(2 * Math.PI * time + phase) - Math.Sin(phase))));
            var before = Math.Clamp((int)at, 0, last);
            var after = Math.Min(before + 1, last);
            var share = (float)Math.Clamp(at - before, 0, 1);
            for (var i = 0; i < width; i++)
                steps[t * width + i] = _steps[before * width + i] + share * (_steps[after * width + i] - _steps[before * width + i]);
        }
    }

    private static double Normal(ref SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(random.NextPositive())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
