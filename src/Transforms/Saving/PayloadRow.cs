using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>What a mapping of a <see cref="SavedChain"/> reads from a row; derived classes add columns.</summary>
internal abstract class PayloadRow
{
    /// <summary>The column's name.</summary>
    public const string ColumnName = SavedChain.Prefix + "payload";

    /// <summary>The payload in base 64, the same in every row; a <see cref="PayloadReader{T}"/> reads it.</summary>
    [ColumnName(ColumnName)]
    public ReadOnlyMemory<char> Payload { get; set; }
}
