namespace KnowledgeGraph.Data;

/// <summary>An entity and what is written of it.</summary>
internal sealed class EntityRow
{
    public string Id { get; set; } = "";

    public float[] Features { get; set; } = [];
}
