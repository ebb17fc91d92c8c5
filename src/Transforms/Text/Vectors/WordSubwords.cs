using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Vectors of the character n-grams of words (Bojanowski et al. 2017), from which words that weren't seen get vectors: an n-gram's number
/// is a hash, so that n-grams share a limited number of vectors.
/// </summary>
/// <param name="MinimumLength">The fewest characters of an n-gram, 3 by default.</param>
/// <param name="MaximumLength">The most, 6 by default.</param>
/// <param name="Buckets">Number of vectors that all n-grams share, 200,000 by default.</param>
public sealed record WordSubwords(int MinimumLength = 3, int MaximumLength = 6, int Buckets = 200_000)
{
    private const char Begin = '<', End = '>';

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (MinimumLength < 1 || MaximumLength < MinimumLength)
            throw new ArgumentException($"N-grams have {MinimumLength} to {MaximumLength} characters; expected 1 or more, and at most as "
                + $"many at least as at most.", nameof(MaximumLength));
        if (Buckets is < 1 or > 1 << 24)
            throw new ArgumentException($"{nameof(Buckets)} is {Buckets}; expected 1 to {1 << 24}.", nameof(Buckets));
    }

    /// <summary>The numbers of a word's n-grams, 0 to <see cref="Buckets"/> − 1: of &lt;word&gt; with its ends marked.</summary>
    public IReadOnlyList<int> NumbersOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        Rune[] runes = [new(Begin), .. word.EnumerateRunes(), new(End)];
        List<int> numbers = [];
        Span<byte> bytes = stackalloc byte[4];
        for (var start = 0; start < runes.Length; start++)
        {
            // FNV-1a over the bytes of UTF-8.
            var hash = 2166136261u;
            for (var length = 1; length <= MaximumLength && start + length <= runes.Length; length++)
            {
                foreach (var one in bytes[..runes[start + length - 1].EncodeToUtf8(bytes)])
                    hash = (hash ^ one) * 16777619u;
                // The whole word has a vector of its own.
                if (length >= MinimumLength && length < runes.Length && !(length == 1 && (start == 0 || start == runes.Length - 1)))
                    numbers.Add((int)(hash % (uint)Buckets));
            }
        }
        return numbers;
    }
}
