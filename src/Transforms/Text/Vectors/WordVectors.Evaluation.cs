namespace MLSeqGraph.Transforms;

/// <summary>A question: what is to <paramref name="Like"/> as <paramref name="To"/> is to <paramref name="From"/>?</summary>
/// <param name="From">Such as "man".</param>
/// <param name="To">Such as "king".</param>
/// <param name="Like">Such as "woman".</param>
/// <param name="Answer">Such as "queen".</param>
public sealed record WordAnalogy(string From, string To, string Like, string Answer);

/// <summary>How many analogies were answered right.</summary>
/// <param name="Accuracy">The share of the questions that was answered right; NaN where none could be asked.</param>
/// <param name="Asked">Questions whose four words have vectors.</param>
/// <param name="LeftOut">Questions with a word that has none.</param>
public sealed record WordAnalogyMetrics(double Accuracy, int Asked, int LeftOut);

/// <summary>How well similarities of vectors follow those that people gave.</summary>
/// <param name="Spearman">Spearman's correlation of ranks, −1 to 1; NaN where there are fewer than two different ones.</param>
/// <param name="Compared">Pairs whose two words have vectors.</param>
/// <param name="LeftOut">Pairs with a word that has none.</param>
public sealed record WordSimilarityMetrics(double Spearman, int Compared, int LeftOut);

public sealed partial class WordVectors
{
    /// <summary>Answers analogies by the nearest word, and counts those answered right.</summary>
    public WordAnalogyMetrics EvaluateAnalogies(IEnumerable<WordAnalogy> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var (right, asked, leftOut) = (0, 0, 0);
        foreach (var question in questions)
        {
            if (new[] { question.From, question.To, question.Like, question.Answer }.Any(word => PlaceOf(word) < 0))
            {
                leftOut++;
                continue;
            }
            asked++;
            if (Analogy(question.From, question.To, question.Like, 1) is [var found] && found.Word == question.Answer)
                right++;
        }
        return new(asked == 0 ? double.NaN : (double)right / asked, asked, leftOut);
    }

    /// <summary>Compares similarities of pairs of words with given ones, as of WordSim-353 (Finkelstein et al. 2001).</summary>
    /// <param name="pairs">Two words, and a number that is larger for more similar ones.</param>
    public WordSimilarityMetrics EvaluateSimilarity(IEnumerable<(string First, string Second, double Similarity)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        List<double> given = [], found = [];
        var leftOut = 0;
        foreach (var (first, second, similarity) in pairs)
        {
            if (PlaceOf(first) < 0 || PlaceOf(second) < 0)
            {
                leftOut++;
                continue;
            }
            given.Add(similarity);
            found.Add(Similarity(first, second));
        }
        return new(Correlation(Ranks(given), Ranks(found)), given.Count, leftOut);
    }

    // From 1; equal values share the mean of their ranks.
    private static double[] Ranks(List<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (int first = 0, last; first < order.Length; first = last)
        {
            for (last = first; last < order.Length && values[order[last]] == values[order[first]]; last++)
            {
            }
            for (var i = first; i < last; i++)
                ranks[order[i]] = (first + 1 + last) / 2.0;
        }
        return ranks;
    }

    private static double Correlation(double[] a, double[] b)
    {
        if (a.Length < 2)
            return double.NaN;
        double meanA = a.Average(), meanB = b.Average(), both = 0, squaresA = 0, squaresB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return squaresA > 0 && squaresB > 0 ? both / Math.Sqrt(squaresA * squaresB) : double.NaN;
    }
}
