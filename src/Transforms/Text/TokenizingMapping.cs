using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="TextTransformer"/> does with a text. A stock MapValueToKey turns the tokens' names into keys.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TokenizingMapping : CustomMappingFactory<TokenizingMapping.Source, TokensRow>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.TokenizeText";

    /// <summary>The name under which the text is read.</summary>
    public const string Text = SavedChain.Prefix + "text";

    public override Action<Source, TokensRow> GetMapping()
    {
        var settings = new PayloadReader<TokenizingSettings>(TokenizingSettings.Parse);
        return (row, tokens) =>
        {
            var with = settings.Get(row.Payload);
            tokens.Names = Array.ConvertAll(with.Tokenize(row.Text.ToString(), null), id => with.Tokenizer.Vocabulary[id]);
        };
    }

    /// <summary>What is read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(TokenizingMapping.Text)]
        public ReadOnlyMemory<char> Text { get; set; }
    }
}

/// <summary>What a saved <see cref="TextTransformer"/> does with a pair of texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PairTokenizingMapping : CustomMappingFactory<PairTokenizingMapping.Source, TokensRow>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.TokenizePair";

    /// <summary>The name under which the second text is read.</summary>
    public const string Second = SavedChain.Prefix + "second_text";

    public override Action<Source, TokensRow> GetMapping()
    {
        var settings = new PayloadReader<TokenizingSettings>(TokenizingSettings.Parse);
        return (row, tokens) =>
        {
            var with = settings.Get(row.Payload);
            tokens.Names = Array.ConvertAll(with.TokenizePair(row.Text.ToString(), row.SecondText.ToString(), null),
                id => with.Tokenizer.Vocabulary[id]);
        };
    }

    /// <summary>What is read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(TokenizingMapping.Text)]
        public ReadOnlyMemory<char> Text { get; set; }

        [ColumnName(PairTokenizingMapping.Second)]
        public ReadOnlyMemory<char> SecondText { get; set; }
    }
}

/// <summary>What a saved <see cref="TextTransformer"/> does with tokens, whose keys a stock MapKeyToValue turned into names.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DetokenizingMapping : CustomMappingFactory<DetokenizingMapping.Source, DetokenizingMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.DetokenizeText";

    /// <summary>The name under which the text is written.</summary>
    public const string Text = SavedChain.Prefix + "decoded";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<TokenizingSettings>(TokenizingSettings.Parse);
        return (row, text) =>
        {
            var with = settings.Get(row.Payload);
            var ids = (row.Names ?? []).Select(name => with.Tokenizer.Vocabulary.TryGetId(name ?? "", out var id) ? id : -1);
            text.Text = with.Detokenize(ids, null);
        };
    }

    /// <summary>What is read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(TokensRow.ColumnName)]
        public string[]? Names { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(DetokenizingMapping.Text)]
        public string? Text { get; set; }
    }
}

/// <summary>The names of tokens.</summary>
internal sealed class TokensRow
{
    public const string ColumnName = SavedChain.Prefix + "tokens";

    [ColumnName(ColumnName)]
    public string[]? Names { get; set; }
}
