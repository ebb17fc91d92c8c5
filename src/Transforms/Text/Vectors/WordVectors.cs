using System.Numerics.Tensors;

namespace MLSeqGraph.Transforms;

/// <summary>A word and how similar it is, as the cosine of the angle between vectors.</summary>
/// <param name="Word">The word.</param>
/// <param name="Similarity">−1 to 1.</param>
public readonly record struct WordSimilarity(string Word, double Similarity);

/// <summary>
/// Vectors of words: learned by <c>ml.Sequences().WordVectors</c>, or read from a file of word2vec or GloVe. Words whose meanings are
/// similar have similar vectors.
/// </summary>
public sealed partial class WordVectors
{
    private readonly float[] _vectors;
    private readonly float[]? _ngrams;
    private readonly Dictionary<string, int> _rows;
    private readonly Lazy<float[]> _units;

    /// <summary>Vectors of some words.</summary>
    /// <param name="words">The words, all different; by custom the most frequent first.</param>
    /// <param name="vectors">[words × size].</param>
    /// <exception cref="ArgumentException">
    /// There are no words, one is there twice, the vectors don't divide among them, or a number isn't finite.
    /// </exception>
    public WordVectors(IReadOnlyList<string> words, float[] vectors) : this(words, vectors, null, null)
    {
    }

    internal WordVectors(IReadOnlyList<string> words, float[] vectors, WordSubwords? subwords, float[]? ngrams)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(vectors);
        if (words.Count == 0 || vectors.Length == 0 || vectors.Length % words.Count != 0)
            throw new ArgumentException($"{vectors.Length} numbers for {words.Count} words; expected vectors of one length, of at least "
                + "one word.", nameof(vectors));
        _rows = new(words.Count, StringComparer.Ordinal);
        for (var row = 0; row < words.Count; row++)
            if (!_rows.TryAdd(words[row] ?? throw new ArgumentException($"Word {row} is null.", nameof(words)), row))
                throw new ArgumentException($"The word '{words[row]}' is there twice, as word {_rows[words[row]]} and {row}; expected "
                    + "different words.", nameof(words));
        foreach (var value in vectors)
            if (!float.IsFinite(value))
                throw new ArgumentException($"A vector has {value} in it; expected finite numbers.", nameof(vectors));
        (Words, _vectors, Size) = (words, vectors, vectors.Length / words.Count);
        (Subwords, _ngrams) = (subwords, ngrams);
        if (subwords is not null && ngrams?.Length != (long)subwords.Buckets * Size)
            throw new ArgumentException($"{ngrams?.Length ?? 0} numbers for {subwords.Buckets} n-grams; expected {Size} for each.",
                nameof(ngrams));
        _units = new(Units);
    }

    /// <summary>The words in the order of their vectors.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Size { get; }

    /// <summary>How words that aren't among <see cref="Words"/> get vectors from their n-grams; null where they get none.</summary>
    public WordSubwords? Subwords { get; }

    internal ReadOnlySpan<float> NgramVectors => _ngrams;

    internal ReadOnlySpan<float> All => _vectors;

    /// <summary>A vector by its place, [size].</summary>
    public ReadOnlySpan<float> this[int word] => _vectors.AsSpan(word * Size, Size);

    /// <summary>The place of a word among <see cref="Words"/>; −1 where it is none of them.</summary>
    public int PlaceOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _rows.GetValueOrDefault(word, -1);
    }

    /// <summary>
    /// Writes a word's vector, or that of an unknown word's n-grams where <see cref="Subwords"/> are known.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="vector">Where to, [size].</param>
    /// <returns>Whether it has one; else zeros are written.</returns>
    public bool TryGetVector(string word, Span<float> vector)
    {
        if (vector.Length != Size)
            throw new ArgumentException($"A place for {vector.Length} numbers; expected {Size}.", nameof(vector));
        if (PlaceOf(word) is >= 0 and var place)
        {
            this[place].CopyTo(vector);
            return true;
        }
        vector.Clear();
        if (Subwords?.NumbersOf(word) is not [_, ..] numbers)
            return false;
        foreach (var number in numbers)
            TensorPrimitives.Add(vector, _ngrams.AsSpan(number * Size, Size), vector);
        TensorPrimitives.Divide(vector, numbers.Count, vector);
        return true;
    }

    /// <summary>A word's vector, [size].</summary>
    /// <exception cref="KeyNotFoundException">The word has none.</exception>
    public float[] VectorOf(string word)
    {
        var vector = new float[Size];
        return TryGetVector(word, vector) ? vector : throw new KeyNotFoundException(
            $"There is no vector of the word '{word}' among those of {Words.Count:N0} words.");
    }

    /// <summary>How similar two words are: the cosine of the angle between their vectors, −1 to 1.</summary>
    /// <exception cref="KeyNotFoundException">A word has no vector.</exception>
    public double Similarity(string first, string second)
    {
        float[] a = Unit(first), b = Unit(second);
        return Math.Clamp(TensorPrimitives.Dot<float>(a, b), -1, 1);
    }

    /// <summary>The words most similar to one, without it, the most similar first.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="KeyNotFoundException">The word has no vector.</exception>
    public IReadOnlyList<WordSimilarity> Nearest(string word, int count = 10) => Nearest(VectorOf(word), count, word);

    /// <summary>The words whose vectors are most similar to one.</summary>
    /// <param name="vector">The vector, [size].</param>
    /// <param name="count">How many words.</param>
    /// <param name="without">Words to leave out.</param>
    /// <exception cref="ArgumentException">The vector is of another size, or the count below 1.</exception>
    public IReadOnlyList<WordSimilarity> Nearest(ReadOnlySpan<float> vector, int count = 10, params string[] without)
    {
        ArgumentNullException.ThrowIfNull(without);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (vector.Length != Size)
            throw new ArgumentException($"A vector of {vector.Length} numbers; expected {Size}.", nameof(vector));
        float[] unit = vector.ToArray();
        Shorten(unit);
        var best = new PriorityQueue<int, (double, int)>();
        for (var word = 0; word < Words.Count; word++)
        {
            // Of equal ones those that come first stay.
            best.Enqueue(word, (TensorPrimitives.Dot(unit, _units.Value.AsSpan(word * Size, Size)), -word));
            if (best.Count > (long)count + without.Length)
                best.Dequeue();
        }
        List<WordSimilarity> nearest = [];
        while (best.TryDequeue(out var word, out var similarity))
            if (!without.Contains(Words[word]))
                nearest.Add(new(Words[word], Math.Clamp(similarity.Item1, -1, 1)));
        nearest.Reverse();
        return nearest.Count > count ? nearest.GetRange(0, count) : nearest;
    }

    /// <summary>
    /// What is to <paramref name="like"/> as <paramref name="to"/> is to <paramref name="from"/>: the words nearest to to − from + like,
    /// of vectors of length 1, without the three (Mikolov et al. 2013; 3CosAdd of Levy and Goldberg 2014).
    /// </summary>
    /// <param name="from">Such as "man".</param>
    /// <param name="to">Such as "king".</param>
    /// <param name="like">Such as "woman".</param>
    /// <param name="count">How many words.</param>
    /// <exception cref="KeyNotFoundException">A word has no vector.</exception>
    public IReadOnlyList<WordSimilarity> Analogy(string from, string to, string like, int count = 10)
    {
        float[] wanted = Unit(to), less = Unit(from);
        TensorPrimitives.Subtract(wanted, less, wanted);
        TensorPrimitives.Add(wanted, Unit(like), wanted);
        return Nearest(wanted, count, from, to, like);
    }

    private float[] Unit(string word)
    {
        var vector = VectorOf(word);
        Shorten(vector);
        return vector;
    }

    private float[] Units()
    {
        var units = (float[])_vectors.Clone();
        for (var word = 0; word < Words.Count; word++)
            Shorten(units.AsSpan(word * Size, Size));
        return units;
    }

    // To length 1; by the largest number first, since squares of very large or small ones are no numbers of this type.
    private static void Shorten(Span<float> vector)
    {
        if (Math.Abs(TensorPrimitives.MaxMagnitude<float>(vector)) is not (> 0 and var largest))
            return;
        TensorPrimitives.Divide(vector, largest, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
    }
}
