namespace MLSeqGraph.Trainers;

/// <summary>Ranks of the links among the pairs of one query.</summary>
internal static class LinkRanking
{
    /// <summary>Pairs with the same score, which share their places.</summary>
    /// <param name="First">The first place, from 0.</param>
    /// <param name="Links">The number of links among them.</param>
    /// <param name="Others">The number of other pairs among them.</param>
    internal readonly record struct Tie(int First, int Links, int Others);

    /// <summary>Sorts the pairs by descending score.</summary>
    /// <param name="scores">The score of each pair; sorted in place.</param>
    /// <param name="areLinks">Whether each is a link; brought into the same order.</param>
    /// <param name="ties">Receives the result.</param>
    internal static void Sort(Span<float> scores, Span<bool> areLinks, List<Tie> ties)
    {
        scores.Sort(areLinks, (one, other) => other.CompareTo(one));
        ties.Clear();
        for (int first = 0, end; first < scores.Length; first = end)
        {
            int links = 0;
            // 0 and -0 are the same score.
            for (end = first; end < scores.Length && scores[end] == scores[first]; end++)
                links += areLinks[end] ? 1 : 0;
            ties.Add(new Tie(first, links, end - first - links));
        }
    }

    /// <summary>DCG at k divided by the best possible one; the query must have a link.</summary>
    internal static double Ndcg(IReadOnlyList<Tie> ties, int k)
    {
        double gain = 0;
        int links = 0;
        foreach (var tie in ties)
        {
            int size = tie.Links + tie.Others;
            if (tie.Links > 0)
                gain += Discounts(tie.First, Math.Min(tie.First + size, k)) * tie.Links / size;
            links += tie.Links;
        }

        return gain / Discounts(0, Math.Min(links, k));
    }

    /// <summary>The area under the ROC curve, ties counting half; NaN if there are only links or only other pairs.</summary>
    internal static double AreaUnderRocCurve(IReadOnlyList<Tie> ties)
    {
        double area = 0, links = 0, others = 0;
        foreach (var tie in ties)
        {
            area += tie.Others * (links + tie.Links / 2.0);
            links += tie.Links;
            others += tie.Others;
        }

        return area / (links * others);
    }

    /// <summary>Σ precision · added recall over the distinct scores.</summary>
    internal static double AveragePrecision(IReadOnlyList<Tie> ties)
    {
        double sum = 0, links = 0, pairs = 0;
        foreach (var tie in ties)
        {
            links += tie.Links;
            pairs += tie.Links + tie.Others;
            sum += tie.Links * links / pairs;
        }

        return sum / links;
    }

    // For the places from first, counted from 0, up to but not including end.
    private static double Discounts(int first, int end)
    {
        double sum = 0;
        for (int place = first; place < end; place++)
            sum += 1 / Math.Log2(place + 2);
        return sum;
    }
}
