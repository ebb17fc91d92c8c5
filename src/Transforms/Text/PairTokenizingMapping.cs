using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

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
