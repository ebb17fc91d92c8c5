using Proteins.Data;

namespace Proteins;

/// <summary>The states of residues by naive Bayes over windows of letters, to compare with.</summary>
internal static class NaiveBayes
{
    private const int Reach = 8;
    private const string Three = "HEC";

    /// <summary>The share of residues with the right one of three states.</summary>
    internal static double Q3(Chain[] train, Chain[] test)
    {
        var letters = Residues.Letters.Length + 2;      // an unknown one, and none beyond the ends
        var counts = new double[3, 2 * Reach + 1, letters];
        var states = new double[3];
        foreach (var (state, chain, place) in Known(train))
        {
            states[state]++;
            for (var offset = -Reach; offset <= Reach; offset++)
                counts[state, offset + Reach, Letter(chain, place + offset)]++;
        }
        var (right, count) = (0, 0);
        foreach (var (state, chain, place) in Known(test))
        {
            var best = Enumerable.Range(0, 3).MaxBy(of => Math.Log(states[of] + 1) + Enumerable.Range(-Reach, 2 * Reach + 1).Sum(offset =>
                Math.Log((counts[of, offset + Reach, Letter(chain, place + offset)] + 1) / (states[of] + letters))));
            (right, count) = (right + (best == state ? 1 : 0), count + 1);
        }
        return right / (double)count;

        int Letter(string chain, int place) => place < 0 || place >= chain.Length ? letters - 1
            : Residues.Letters.IndexOf(chain[place]) is >= 0 and var letter ? letter : letters - 2;
    }

    private static IEnumerable<(int State, string Chain, int Place)> Known(Chain[] chains) =>
        from chain in chains
        from place in Enumerable.Range(0, chain.Length)
        let state = Three.IndexOf(chain.States![place])
        where state >= 0
        select (state, chain.Sequence, place);
}
