using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>Adds the column that a mapping reads where no answer's start is given.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NoStartFactory : CustomMappingFactory<SavedChain.NothingRow, NoStartFactory.Row>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.NoAnswerStart";

    public override Action<SavedChain.NothingRow, Row> GetMapping() => static (_, row) => row.Start = 0;

    /// <summary>The column written.</summary>
    public sealed class Row
    {
        [ColumnName(AnswerFindingMapping.Start)]
        public int Start { get; set; }
    }
}
