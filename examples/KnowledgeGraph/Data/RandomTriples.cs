namespace KnowledgeGraph.Data;

/// <summary>Triples of random entities, to measure how fast they are trained on: there is nothing to learn.</summary>
internal static class RandomTriples
{
    private const int Relations = 20, PerEntity = 10, Tested = 100;

    internal static TripleData Generate(int entities, int seed)
    {
        var random = new Random(seed);
        TripleRow[] rows = [.. Enumerable.Range(0, entities * PerEntity).Select(row => new TripleRow
        {
            Head = $"e{(row < entities ? row : random.Next(entities))}", Relation = $"r{row % Relations}",
            Tail = $"e{random.Next(entities)}",
        })];
        return new("random", rows, [], [("test", rows[..Tested])], new Dictionary<string, string>());
    }
}
