using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

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
