using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The custom mappings between the stock transformers of a tokenizing chain. They get the tokenizer as a column of text that is the
/// same in every row.
/// </summary>
internal static class TextMappings
{
    public const string Text = "mlseqgraph.text", One = "mlseqgraph.one", Tokenizer = "mlseqgraph.tokenizer", Tokens = "mlseqgraph.tokens",
        Decoded = "mlseqgraph.decoded";

    public sealed class TextRow
    {
        [ColumnName(Text)]
        public ReadOnlyMemory<char> Value { get; set; }
    }

    public sealed class TokenRow
    {
        [ColumnName(Tokens)]
        public string[]? Values { get; set; }
    }

    public sealed class OneRow
    {
        [ColumnName(One)]
        public int Value { get; set; }
    }

    public sealed class TextToCut
    {
        [ColumnName(Text)]
        public ReadOnlyMemory<char> Value { get; set; }

        [ColumnName(Tokenizer)]
        public ReadOnlyMemory<char> Settings { get; set; }
    }

    public sealed class TokensToJoin
    {
        [ColumnName(Tokens)]
        public string[]? Values { get; set; }

        [ColumnName(Tokenizer)]
        public ReadOnlyMemory<char> Settings { get; set; }
    }

    public sealed class DecodedRow
    {
        [ColumnName(Decoded)]
        public string? Value { get; set; }
    }

    /// <summary>A column of ones: a stock map makes the tokenizer of it.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    public sealed class OneOfText : CustomMappingFactory<TextRow, OneRow>
    {
        public const string Contract = "MLSeqGraph.OneOfText";

        public override Action<TextRow, OneRow> GetMapping() => static (_, one) => one.Value = 1;
    }

    /// <inheritdoc cref="OneOfText"/>
    [CustomMappingFactoryAttribute(Contract)]
    public sealed class OneOfTokens : CustomMappingFactory<TokenRow, OneRow>
    {
        public const string Contract = "MLSeqGraph.OneOfTokens";

        public override Action<TokenRow, OneRow> GetMapping() => static (_, one) => one.Value = 1;
    }

    /// <summary>Cuts text into the names of tokens.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    public sealed class Cut : CustomMappingFactory<TextToCut, TokenRow>
    {
        public const string Contract = "MLSeqGraph.TokenizeText";

        public override Action<TextToCut, TokenRow> GetMapping()
        {
            var cache = new TextMappingCache();
            return (row, tokens) => tokens.Values = cache.Get(row.Settings).Tokenize(row.Value.ToString());
        }
    }

    /// <summary>Makes text of the names of tokens.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    public sealed class Join : CustomMappingFactory<TokensToJoin, DecodedRow>
    {
        public const string Contract = "MLSeqGraph.DetokenizeText";

        public override Action<TokensToJoin, DecodedRow> GetMapping()
        {
            var cache = new TextMappingCache();
            return (row, text) => text.Value = cache.Get(row.Settings).Detokenize(row.Values ?? []);
        }
    }

    /// <summary>Keeps the tokenizer that the last row had: parsing it for every row would take longer than all else.</summary>
    private sealed class TextMappingCache
    {
        private Tuple<ReadOnlyMemory<char>, TextMappingSettings>? _last;

        public TextMappingSettings Get(ReadOnlyMemory<char> text)
        {
            var last = Volatile.Read(ref _last);
            // The same memory nearly always, which is quicker to see than the same text.
            if (last is not null && (last.Item1.Equals(text) || last.Item1.Span.SequenceEqual(text.Span)))
                return last.Item2;
            last = Tuple.Create(text, TextMappingSettings.Parse(text.ToString()));
            Volatile.Write(ref _last, last);
            return last.Item2;
        }
    }
}
