namespace MLSeqGraph.Onnx;

/// <summary>
/// A model of the next label after the last ones, from counts, interpolated from long contexts to short ones by the number of different
/// labels that follow (Witten and Bell 1991): p(x | c) = (n(c x) + d(c) p(x | c')) / (n(c) + d(c)), where n(c) counts what follows c,
/// d(c) the different ones, and c' is c without its first label. Without context each label and the end have the same probability.
/// </summary>
public sealed class NgramModel : ILabelModel
{
    private const int MostOrder = 16;
    private readonly Dictionary<Context, Counts> _counts = [];
    private readonly int _order;

    /// <summary>Counts sequences.</summary>
    /// <param name="sequences">Labels from 0.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="order">Labels of an n-gram: one more than those that the next one depends on.</param>
    /// <exception cref="ArgumentException">A label is none of them, or the order is not 1 to 16.</exception>
    public NgramModel(IEnumerable<IReadOnlyList<int>> sequences, int labels, int order = 5)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        if (order is < 1 or > MostOrder)
            throw new ArgumentException($"The order is {order}; expected 1 to {MostOrder}.", nameof(order));
        (Labels, _order) = (labels, order);
        var number = 0L;
        foreach (var sequence in sequences)
        {
            foreach (var label in sequence)
                if (label < 0 || label >= labels)
                    throw new ArgumentException($"Sequence {number} has the label {label}; expected 0 to {labels - 1}.", nameof(sequences));
            number++;
            for (var at = 0; at <= sequence.Count; at++)
                for (var length = 0; length < order && length <= at + 1; length++)
                    Of(Context.Before(sequence, at, length)).Add(at == sequence.Count ? labels : sequence[at]);
        }
    }

    /// <inheritdoc/>
    public int Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> LogProbabilities(IReadOnlyList<int> prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var probabilities = new double[Labels + 1];
        Array.Fill(probabilities, 1.0 / probabilities.Length);
        for (var length = 0; length < _order && length <= prefix.Count + 1; length++)
        {
            if (!_counts.TryGetValue(Context.Before(prefix, prefix.Count, length), out var counts))
                break;
            double different = counts.Next.Count, scale = 1 / (counts.Total + different);
            for (var i = 0; i < probabilities.Length; i++)
                probabilities[i] *= different * scale;
            foreach (var (label, count) in counts.Next)
                probabilities[label] += count * scale;
        }
        return Array.ConvertAll(probabilities, Math.Log);
    }

    private Counts Of(Context context) => _counts.TryGetValue(context, out var counts) ? counts : _counts[context] = new();

    private sealed class Counts
    {
        internal Dictionary<int, long> Next { get; } = [];

        internal long Total { get; private set; }

        internal void Add(int label)
        {
            Next[label] = Next.GetValueOrDefault(label) + 1;
            Total++;
        }
    }

    // The labels before a place, the start of the sequence among them; text compares by value.
    private readonly record struct Context(string Labels)
    {
        private const char Start = '^';

        internal static Context Before(IReadOnlyList<int> sequence, int at, int length) =>
            new(string.Concat(Enumerable.Range(at - length, length).Select(i => i < 0 ? $"{Start}" : $"{sequence[i]},")));
    }
}
