using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// From a score to the logit of a calibrated probability: straight between knots, and beyond them with the slope given. Written by standard
/// operators, so that a file has it inside.
/// </summary>
/// <param name="Scores">The knots, rising.</param>
/// <param name="Logits">What they become, rising.</param>
/// <param name="Slope">The slope below the first knot and above the last one.</param>
internal sealed record ScoreCurve(float[] Scores, float[] Logits, float Slope)
{
    // Knots nearer to each other than this share of the scores' range become one: a steep piece would make rounding large.
    private const double LeastGap = 0.02;

    /// <summary>Applies it to scores [pairs].</summary>
    internal Value Apply(Value score)
    {
        var result = Op.Min(score - Scores[0], score.Number(0)) * Slope + Logits[0];
        for (var knot = 0; knot + 1 < Scores.Length; knot++)
        {
            double width = Scores[knot + 1] - Scores[knot], rise = Logits[knot + 1] - Logits[knot];
            result += Op.Clip(score - Scores[knot], 0, width) * (rise / width);
        }
        return result + Op.Max(score - Scores[^1], score.Number(0)) * Slope;
    }

    /// <summary>Fits one to held-out pairs.</summary>
    /// <param name="kind">How.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="areLinks">Whether each is an edge; some are and some aren't.</param>
    /// <param name="share">The share of edges among the pairs that are scored later.</param>
    internal static ScoreCurve Fit(LinkCalibration kind, float[] scores, bool[] areLinks, double share)
    {
        double links = areLinks.Count(isLink => isLink), others = areLinks.Length - links;
        // Held-out pairs count as if edges had their share among them.
        var pairs = scores.Zip(areLinks, (score, isLink) => new Pair(score, isLink ? 1 : 0,
            areLinks.Length * (isLink ? share / links : (1 - share) / others))).OrderBy(pair => pair.Score).ToArray();
        return kind == LinkCalibration.Platt ? Platt(pairs, links, others, share) : Isotonic(pairs, share);
    }

    // Newton's method on the cross-entropy to targets a little off 0 and 1, as if edges and others had one pair more each, of which the
    // share is known (Platt 1999, section 2.2, where it is one half).
    private static ScoreCurve Platt(Pair[] pairs, double links, double others, double share)
    {
        double mean = pairs.Average(pair => (double)pair.Score);
        var deviation = Math.Sqrt(pairs.Average(pair => Math.Pow(pair.Score - mean, 2)));
        deviation = deviation > 0 ? deviation : 1;
        double one = (links + share) / (links + 1), zero = share / (others + 1), slope = 0, intercept = 0;
        for (var step = 0; step < 100; step++)
        {
            double gs = 0, gi = 0, ss = 1e-9, si = 0, ii = 1e-9;
            foreach (var pair in pairs)
            {
                var x = (pair.Score - mean) / deviation;
                var p = 1 / (1 + Math.Exp(-(slope * x + intercept)));
                var (error, curvature) = (pair.Weight * (p - (pair.Label > 0 ? one : zero)), pair.Weight * p * (1 - p));
                gs += error * x;
                gi += error;
                ss += curvature * x * x;
                si += curvature * x;
                ii += curvature;
            }
            var determinant = ss * ii - si * si;
            if (determinant <= 0)
                break;
            // No step beyond what the curve's own scale allows, since far away it is flat.
            double ds = Math.Clamp((ii * gs - si * gi) / determinant, -2, 2), di = Math.Clamp((ss * gi - si * gs) / determinant, -2, 2);
            slope -= ds;
            intercept -= di;
            if (Math.Abs(ds) + Math.Abs(di) < 1e-10)
                break;
        }
        return new([(float)mean], [(float)intercept], (float)(slope / deviation));
    }

    // Neighboring blocks whose shares of edges fall become one, until they rise; knots stand at the blocks' mean scores.
    private static ScoreCurve Isotonic(Pair[] pairs, double share)
    {
        var gap = LeastGap * (pairs[^1].Score - pairs[0].Score);
        List<Block> blocks = [];
        foreach (var pair in pairs)
        {
            var next = new Block(pair.Weight, pair.Weight * pair.Label, pair.Weight * pair.Score);
            while (blocks.Count > 0 && (blocks[^1].Share >= next.Share || blocks[^1].Score >= next.Score))
            {
                next = blocks[^1].With(next);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(next);
        }
        for (var i = 1; i < blocks.Count; i++)
            if (blocks[i].Score - blocks[i - 1].Score < gap)
            {
                blocks[i - 1] = blocks[i - 1].With(blocks[i]);
                blocks.RemoveAt(i--);
            }
        // A share of 0 or 1 among so many pairs isn't one of 0 or 1.
        var least = 1 / (pairs.Length + 1.0);
        double Logit(double p) => Math.Log(p / (1 - p));
        var logits = blocks.Select(block => Logit(Math.Clamp(block.Share, share * least, 1 - (1 - share) * least)));
        return new([.. blocks.Select(block => (float)block.Score)], [.. logits.Select(logit => (float)logit)], 0);
    }

    private readonly record struct Pair(float Score, int Label, double Weight);

    private readonly record struct Block(double Weight, double Links, double Scores)
    {
        internal double Share => Links / Weight;

        internal double Score => Scores / Weight;

        internal Block With(Block other) => new(Weight + other.Weight, Links + other.Links, Scores + other.Scores);
    }
}
