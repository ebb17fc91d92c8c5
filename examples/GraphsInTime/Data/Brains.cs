using MLSeqGraph.Onnx;

namespace GraphsInTime.Data;

/// <summary>The signals of a person's regions, and which are connected.</summary>
internal sealed class BrainRow
{
    /// <summary>The steps of each region, region after region.</summary>
    public float[] NodeFeatures { get; set; } = [];

    /// <summary>Regions whose envelopes go together, in both directions: sources, then targets.</summary>
    public int[] Edges { get; set; } = [];

    /// <summary>Whether regions are coupled with those of the same rhythm, and not of the other one.</summary>
    public bool Label { get; set; }

    internal bool[] IsFast { get; init; } = [];
}

/// <summary>
/// Generated signals of 16 regions, eight of which oscillate with a period of about 12 steps and eight with one of 5. Each is coupled with
/// one other: the logarithms of their envelopes are autoregressive (0.9) with shocks of which 85 % of the variance are shared. In one class
/// of people the two have the same rhythm, in the other not; nothing else differs, so that every region by itself looks the same in both.
/// The mean of |x| is 1 in each, or sums over the regions of a rhythm would tell something.
/// Connected are regions whose envelopes, means of |x| over 12 steps, correlate above 0.5.
/// </summary>
internal static class Brains
{
    internal const int Regions = 16, Steps = 240;
    private const int Window = 12;
    private const double Keeps = 0.9, Shared = 0.85, Depth = 0.8, Noise = 0.2, Threshold = 0.5;

    internal static BrainRow[] Generate(int people, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, people).Select(_ => Person(random))];
    }

    private static BrainRow Person(Random random)
    {
        var isAlike = random.Next(2) == 0;
        int[] places = [.. Enumerable.Range(0, Regions)];
        random.Shuffle(places);
        var isFast = new bool[Regions];
        var signals = new float[Regions][];
        for (var pair = 0; pair < Regions / 2; pair++)
        {
            bool[] rhythms = isAlike ? [pair % 2 == 0, pair % 2 == 0] : [true, false];
            double[] state = new double[2];
            double[] step = [.. rhythms.Select(fast => 2 * Math.PI / (fast ? 5 : 12) * (0.95 + 0.1 * random.NextDouble()))];
            double[] phase = [.. rhythms.Select(_ => 2 * Math.PI * random.NextDouble())];
            for (var one = 0; one < 2; one++)
                (isFast[places[2 * pair + one]], signals[places[2 * pair + one]]) = (rhythms[one], new float[Steps]);
            for (var time = -50; time < Steps; time++)
            {
                var common = random.NextNormal();
                for (var one = 0; one < 2; one++)
                {
                    var shock = Math.Sqrt(Shared) * common + Math.Sqrt(1 - Shared) * random.NextNormal();
                    state[one] = Keeps * state[one] + Math.Sqrt(1 - Keeps * Keeps) * shock;
                    if (time >= 0)
                        signals[places[2 * pair + one]][time] = (float)(Math.Exp(Depth * state[one])
                            * Math.Cos(step[one] * time + phase[one]) + Noise * random.NextNormal());
                }
            }
        }
        foreach (var signal in signals)
        {
            var size = signal.Average(MathF.Abs);
            for (var time = 0; time < Steps; time++)
                signal[time] /= size;
        }
        return new()
        {
            NodeFeatures = [.. signals.SelectMany(signal => signal)], Edges = Connections([.. signals.Select(Envelope)]), Label = isAlike,
            IsFast = isFast,
        };
    }

    private static double[] Envelope(float[] signal) => [.. Enumerable.Range(0, signal.Length - Window + 1).Select(first =>
        (double)signal.Skip(first).Take(Window).Average(MathF.Abs))];

    private static int[] Connections(double[][] envelopes)
    {
        List<(int From, int To)> links = [];
        for (var to = 0; to < envelopes.Length; to++)
            for (var from = 0; from < envelopes.Length; from++)
                if (from != to && Correlation(envelopes[from], envelopes[to]) > Threshold)
                    links.Add((from, to));
        return [.. links.Select(link => link.From), .. links.Select(link => link.To)];
    }

    /// <summary>Pearson's correlation of two series of one length; 0 where one doesn't change.</summary>
    internal static double Correlation(double[] one, double[] other)
    {
        double meanOne = one.Average(), meanOther = other.Average(), both = 0, squares = 0, others = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var (x, y) = (one[i] - meanOne, other[i] - meanOther);
            (both, squares, others) = (both + x * y, squares + x * x, others + y * y);
        }
        return squares * others > 0 ? both / Math.Sqrt(squares * others) : 0;
    }
}
