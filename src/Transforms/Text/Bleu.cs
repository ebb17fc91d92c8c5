using System.Text;
using System.Text.RegularExpressions;

namespace MLSeqGraph.Transforms;

/// <summary>
/// BLEU of a corpus (Papineni et al. 2002) with the conventions of Post 2018, "A Call for Clarity in Reporting BLEU Scores": 13a
/// tokenization, case kept, 1- to 4-grams, exponential smoothing, the closest reference's length.
/// </summary>
public sealed class Bleu
{
    private const int Orders = 4;

    private Bleu(double score, double[] precisions, double brevityPenalty, long systemLength, long referenceLength) =>
        (Score, Precisions, BrevityPenalty, SystemLength, ReferenceLength) =
            (score, precisions, brevityPenalty, systemLength, referenceLength);

    /// <summary>The BLEU score, 0 to 100.</summary>
    public double Score { get; }

    /// <summary>The precisions of 1- to 4-grams, 0 to 100, smoothed.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>The brevity penalty: 1, or exp(1 − reference length / system length) where the system's texts are shorter.</summary>
    public double BrevityPenalty { get; }

    /// <summary>Tokens in the system's texts.</summary>
    public long SystemLength { get; }

    /// <summary>
    /// Tokens in the references: for each text those of the reference closest in length, the shorter of two equally close ones.
    /// </summary>
    public long ReferenceLength { get; }

    /// <summary>Compares each text with one reference.</summary>
    /// <param name="system">The texts of the system.</param>
    /// <param name="references">A reference for each.</param>
    /// <exception cref="ArgumentException">There are no texts, or the numbers differ.</exception>
    public static Bleu Of(IReadOnlyList<string> system, IReadOnlyList<string> references) =>
        Of(system, [.. references.Select(text => new[] { text })]);

    /// <summary>Compares each text with one or several references.</summary>
    /// <param name="system">The texts of the system.</param>
    /// <param name="references">The references for each, at least one.</param>
    /// <exception cref="ArgumentException">There are no texts, the numbers differ, or a text has no reference.</exception>
    public static Bleu Of(IReadOnlyList<string> system, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(references);
        if (system.Count == 0)
            throw new ArgumentException("There are no texts to compare.", nameof(system));
        if (system.Count != references.Count)
            throw new ArgumentException($"There are {system.Count} texts and references for {references.Count}; expected as many.",
                nameof(references));
        long[] matches = new long[Orders], totals = new long[Orders];
        long systemLength = 0, referenceLength = 0;
        for (int i = 0; i < system.Count; i++)
        {
            if (references[i].Count == 0)
                throw new ArgumentException($"Text {i} has no reference.", nameof(references));
            string[] words = Tokenize(system[i]);
            string[][] others = [.. references[i].Select(Tokenize)];
            systemLength += words.Length;
            referenceLength += others.Select(other => other.Length).OrderBy(length => Math.Abs(length - words.Length))
                .ThenBy(length => length).First();
            for (int order = 1; order <= Orders; order++)
            {
                totals[order - 1] += Math.Max(0, words.Length - order + 1);
                var counts = others.Select(other => Count(other, order)).ToArray();
                foreach (var (gram, count) in Count(words, order))
                    matches[order - 1] += Math.Min(count, counts.Max(other => other.GetValueOrDefault(gram)));
            }
        }

        return Score4(matches, totals, systemLength, referenceLength);
    }

    private static Bleu Score4(long[] matches, long[] totals, long systemLength, long referenceLength)
    {
        double penalty = systemLength >= referenceLength ? 1 : systemLength == 0 ? 0 : Math.Exp(1 - (double)referenceLength / systemLength);
        double[] precisions = new double[Orders];
        // Without any match there is no smoothing.
        if (matches.All(count => count == 0))
            return new Bleu(0, precisions, penalty, systemLength, referenceLength);
        double divisor = 1;
        for (int i = 0; i < Orders && totals[i] > 0; i++)
        {
            if (matches[i] == 0)
                divisor *= 2;
            precisions[i] = matches[i] == 0 ? 100 / (divisor * totals[i]) : 100.0 * matches[i] / totals[i];
        }

        // The geometric mean of a precision of 0, where no text has as many words, is 0.
        double score = precisions.Contains(0) ? 0 : penalty * Math.Exp(precisions.Average(Math.Log));
        return new Bleu(score, precisions, penalty, systemLength, referenceLength);
    }

    /// <summary>The 13a tokenization of the NIST's mteval script.</summary>
    internal static string[] Tokenize(string text)
    {
        text = text.TrimEnd().Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal)
            .Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        // ASCII symbols except apostrophe, comma, hyphen and full stop become tokens of their own,
        var spaced = new StringBuilder(" ");
        foreach (char one in text)
        {
            if (one is >= '!' and <= '&' or >= '(' and <= '+' or '/' or >= ':' and <= '@' or >= '[' and <= '`' or >= '{' and <= '~')
                spaced.Append(' ').Append(one).Append(' ');
            else
                spaced.Append(one);
        }

        text = spaced.Append(' ').ToString();
        // full stops and commas unless between digits, and hyphens after a digit.
        text = Regex.Replace(text, "([^0-9])([.,])", "$1 $2 ");
        text = Regex.Replace(text, "([.,])([^0-9])", " $1 $2");
        text = Regex.Replace(text, "([0-9])(-)", "$1 $2 ");
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static Dictionary<string, int> Count(string[] words, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + order <= words.Length; i++)
        {
            string gram = string.Join(' ', words, i, order);
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }
}
