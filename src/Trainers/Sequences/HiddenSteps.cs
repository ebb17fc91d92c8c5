using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Hides numbers of each row in runs of steps, of one feature or of all, and leaves only these as targets. Each row is drawn anew in every
/// epoch, depending only on the seed, the epoch and its place in the data; epoch 0, of validation rows, is the same after every epoch.
/// </summary>
/// <param name="fraction">Share of a row's numbers that is hidden: at least one number.</param>
/// <param name="longest">Steps of the longest run.</param>
/// <param name="seed">Decides the draws.</param>
internal sealed class HiddenSteps(double fraction, int longest, int seed)
{
    /// <summary>Share of a row's numbers that is hidden.</summary>
    internal double Fraction => fraction;

    internal void Hide(SequenceBatch batch, int epoch)
    {
        var size = batch.Time * batch.FeatureCount;
        for (var row = 0; row < batch.Batch; row++)
        {
            var random = SplitMix64.OfItem(SplitMix64.SeedOf(seed, epoch), batch.Positions.Span[row]);
            var used = (int)batch.Lengths.Span[row] * batch.FeatureCount;
            Hide(batch.Features.Span.Slice(row * size, used), batch.Targets.Span.Slice(row * size, used), batch.FeatureCount, ref random);
        }
    }

    private void Hide(Span<float> numbers, Span<float> targets, int width, ref SplitMix64 random)
    {
        var (steps, there) = (numbers.Length / width, numbers.Length - numbers.Count(float.NaN));
        // Something is left to tell the rest from, where there is more than one.
        var (wanted, hidden) = (Math.Clamp((int)(fraction * there + random.NextDouble()), Math.Min(1, there), Math.Max(1, there - 1)), 0);
        for (var tries = 0; hidden < wanted && tries < 100 + 10 * steps; tries++)
        {
            var (start, length, feature) = (random.Next(steps), 1 + random.Next(longest), random.Next(width));
            var all = random.Next(2) == 0;
            for (var step = start; step < Math.Min(start + length, steps); step++)
                for (var i = all ? 0 : feature; i < (all ? width : feature + 1) && hidden < wanted; i++)
                    if (!float.IsNaN(numbers[step * width + i]))
                    {
                        numbers[step * width + i] = float.NaN;
                        hidden++;
                    }
        }
        for (var i = 0; i < numbers.Length; i++)
            if (!float.IsNaN(numbers[i]))
                targets[i] = float.NaN;
    }
}
