using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The kernels of MiniRocket and the thresholds of its features (Dempster, Schmidt and Webb 2021): all 84 kernels of nine weights of which
/// three are 2 and the others -1, dilations up to the series' length, and thresholds that are quantiles of convolutions of training rows.
/// </summary>
/// <param name="dilations">The dilations.</param>
/// <param name="channels">Of each dilation, which features of a step each kernel sums, [kernels][..].</param>
/// <param name="thresholds">Of each dilation, thresholds [kernels][count].</param>
internal sealed class MiniRocketKernels(int[] dilations, int[][][] channels, float[][][] thresholds)
{
    internal const int Length = 9, Count = 84;

    // Values closer than this, relative to the largest, may be the same but for rounding.
    private const double Rounding = 1e-5;

    /// <summary>The places of the three weights that are 2, of each kernel.</summary>
    internal static int[][] Places { get; } = [.. from a in Enumerable.Range(0, Length)
                                                  from b in Enumerable.Range(a + 1, Length - a - 1)
                                                  from c in Enumerable.Range(b + 1, Length - b - 1)
                                                  select (int[])[a, b, c]];

    internal IReadOnlyList<int> Dilations => dilations;

    internal int[][] Channels(int dilation) => channels[dilation];

    internal float[][] Thresholds(int dilation) => thresholds[dilation];

    /// <summary>The weights of a kernel.</summary>
    internal static float[] Weights(int kernel) => [.. Enumerable.Range(0, Length).Select(i => Places[kernel].Contains(i) ? 2f : -1f)];

    /// <summary>Whether a kernel counts only steps at which it lies within the series, in a dilation: half of them do.</summary>
    internal static bool StaysInside(int dilation, int kernel) => (dilation + kernel) % 2 != 0;

    /// <summary>Draws features and rows, and sets the thresholds.</summary>
    internal static MiniRocketKernels Fit(MiniRocketOptions options, SequenceSample rows)
    {
        var random = SplitMix64.Of(rows.Seed, 0);
        var (dilations, counts) = Spread(options.Features / Count, options.MaximumDilations, rows.Longest);
        int[][][] channels = [.. dilations.Select(_ => Enumerable.Range(0, Count).Select(_ => Draw(rows.Features, ref random)).ToArray())];
        long[][] chosen = [.. dilations.Select(_ => Enumerable.Range(0, Count)
            .Select(_ => (long)(random.NextDouble() * rows.Rows)).ToArray())];
        var read = rows.Read(chosen.SelectMany(row => row).ToHashSet());
        var thresholds = new float[dilations.Length][][];
        var next = 0;
        for (var d = 0; d < dilations.Length; d++)
        {
            rows.CancellationToken.ThrowIfCancellationRequested();
            thresholds[d] = new float[Count][];
            for (var kernel = 0; kernel < Count; kernel++)
            {
                var sorted = Convolve(read[chosen[d][kernel]], rows.Features, channels[d][kernel], Places[kernel], dilations[d]);
                Array.Sort(sorted);
                thresholds[d][kernel] = new float[counts[d]];
                for (var i = 0; i < counts[d]; i++)
                    thresholds[d][kernel][i] = Threshold(sorted, Quantile(++next));
            }
        }
        return new(dilations, channels, thresholds);
    }

    /// <summary>The dilations, exponentially more of them small, and how many features of each kernel each has.</summary>
    internal static (int[] Dilations, int[] Counts) Spread(int features, int most, int length)
    {
        var number = Math.Min(features, most);
        var largest = Math.Max(0, Math.Log2((length - 1) / (double)(Length - 1)));
        var all = Enumerable.Range(0, number).Select(i => (int)Math.Pow(2, number == 1 ? 0 : largest * i / (number - 1)))
            .GroupBy(dilation => dilation).OrderBy(group => group.Key).ToArray();
        int[] counts = [.. all.Select(group => (int)(group.Count() * (features / (double)number)))];
        for (var (left, i) = (features - counts.Sum(), 0); left > 0; left--, i = (i + 1) % counts.Length)
            counts[i]++;
        return ([.. all.Select(group => group.Key)], counts);
    }

    /// <summary>A low-discrepancy sequence in (0, 1): multiples of the golden ratio.</summary>
    internal static double Quantile(int number) => number * ((Math.Sqrt(5) + 1) / 2) % 1;

    /// <summary>The sum over some features of the convolution of each step, with zeros past the ends.</summary>
    internal static double[] Convolve(float[] steps, int features, int[] channels, int[] places, int dilation)
    {
        var count = steps.Length / features;
        var sums = new double[count];
        for (var t = 0; t < count; t++)
            foreach (var channel in channels)
                sums[t] += steps[t * features + channel];
        var result = new double[count];
        for (var t = 0; t < count; t++)
            for (var i = 0; i < Length; i++)
                if (t + (i - Length / 2) * dilation is var at && at >= 0 && at < count)
                    result[t] += sums[at] * (Array.IndexOf(places, i) >= 0 ? 2 : -1);
        return result;
    }

    // A threshold that coincides with values (of constant stretches) is put above them, halfway to the next larger one, so that rounding
    // doesn't decide which side they are on.
    private static float Threshold(double[] sorted, double quantile)
    {
        var place = quantile * (sorted.Length - 1);
        var low = (int)place;
        var value = sorted[low] + (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]) * (place - low);
        var close = Rounding * Math.Max(Math.Abs(sorted[0]), Math.Abs(sorted[^1]));
        if (!Array.Exists(sorted, other => Math.Abs(other - value) <= close))
            return (float)value;
        var next = Array.Find(sorted, other => other > value + close);
        return (float)(Array.Exists(sorted, other => other > value + close) ? (value + next) / 2 : value + Math.Max(close, 1e-6));
    }

    // 2^u of the features, u uniform: mostly few.
    private static int[] Draw(int features, ref SplitMix64 random)
    {
        var most = Math.Min(features, Length);
        var count = Math.Clamp((int)Math.Pow(2, random.NextDouble() * Math.Log2(most + 1)), 1, most);
        int[] all = [.. Enumerable.Range(0, features)];
        for (var i = 0; i < count; i++)
        {
            var other = i + random.Next(features - i);
            (all[i], all[other]) = (all[other], all[i]);
        }
        return [.. all[..count].Order()];
    }
}
