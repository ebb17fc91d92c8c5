using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The names of tokens.</summary>
internal sealed class TokensRow
{
    public const string ColumnName = SavedChain.Prefix + "tokens";

    [ColumnName(ColumnName)]
    public string[]? Names { get; set; }
}
