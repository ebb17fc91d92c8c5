using Examples;

namespace MLSeqGraph.CommandLine;

/// <summary>A line of a file.</summary>
internal sealed class TableRow
{
    [Microsoft.ML.Data.NoColumn]
    public Fields Line { get; init; } = null!;

    public string Label { get; init; } = "";

    public float Number { get; init; }

    public string Text { get; init; } = "";

    public float[] Features { get; init; } = [];
}
