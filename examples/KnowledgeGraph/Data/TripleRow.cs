namespace KnowledgeGraph.Data;

/// <summary>A triple by names.</summary>
internal sealed class TripleRow
{
    public string Head { get; set; } = "";

    public string Relation { get; set; } = "";

    public string Tail { get; set; } = "";
}
