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
