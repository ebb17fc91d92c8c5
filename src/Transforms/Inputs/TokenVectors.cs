using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The vectors that a network's tokens or categories start from, found by the key values of their column: those of words that were learned
/// before, or a number of its own for each.
/// </summary>
public sealed record TokenVectors
{
    // A vector for each of more would take more than 64 MB.
    private const int MostOneHot = 4096;

    private readonly WordVectors? _words;

    private TokenVectors(WordVectors? words, bool isFrozen) => (_words, IsFrozen) = (words, isFrozen);

    /// <summary>Learned vectors. A token that has none starts from a random one of their size, or has zeros where they are
    /// frozen.</summary>
    /// <param name="words">The vectors; their size is that of the network's input.</param>
    public TokenVectors(WordVectors words) : this(words ?? throw new ArgumentNullException(nameof(words)), false)
    {
    }

    /// <summary>
    /// A vector for each token that is 1 in one place and else 0; zeros for an unknown one. They are frozen. For at most 4,095 tokens.
    /// </summary>
    public static TokenVectors OneHot { get; } = new(null, true);

    /// <summary>Whether the vectors stay as they are; otherwise, as by default, they are trained with the network.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>The table for a column.</summary>
    /// <exception cref="ArgumentException">The column's tokens have no texts, none of them has a vector, or there are too many.</exception>
    internal TokenStart TableOf(DataViewSchema.Column column, int tokens)
    {
        if (_words is null)
            return OneHotTable(column, tokens);
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        var texts = item is KeyDataViewType && column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues)
            is { Type: VectorDataViewType { Size: > 0, ItemType: TextDataViewType } values }
            ? LabelType.Find(values.ItemType)!.Read(column)
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}: its tokens are found among words by their texts; "
                + "expected keys whose values are texts, as of MapValueToKey or TokenizeText.");
        var (size, table, found) = (_words.Size, new float[(long)tokens * _words.Size], 0);
        for (var token = 0; token < Math.Min(texts.Count, tokens - 1); token++)
        {
            var into = table.AsSpan((token + 1) * size, size);
            if (_words.TryGetVector(texts[token], into))
                found++;
            else if (!IsFrozen)
                into.Fill(float.NaN);
        }
        if (!IsFrozen)
            table.AsSpan(0, size).Fill(float.NaN);
        return found > 0 ? new(table, size, IsFrozen, found) : throw new ArgumentException($"Column '{column.Name}': none of its "
            + $"{texts.Count:N0} tokens, such as '{texts[0]}', is among the {_words.Words.Count:N0} words that have vectors, such as "
            + $"'{_words.Words[0]}'.");
    }

    private static TokenStart OneHotTable(DataViewSchema.Column column, int tokens)
    {
        if (tokens > MostOneHot)
            throw new ArgumentException($"Column '{column.Name}' has {tokens - 1} tokens; expected at most {MostOneHot - 1} where each has "
                + "a number of its own.");
        var (size, table) = (tokens - 1, new float[tokens * (tokens - 1)]);
        for (var token = 1; token < tokens; token++)
            table[token * size + token - 1] = 1;
        return new(table, size, true, size);
    }
}
