namespace KnowledgeGraph.Data;

/// <summary>Generated families: who is whose parent, spouse, sibling, grandparent and cousin; a tenth is tested on.</summary>
internal static class Family
{
    private const int Founders = 6, Generations = 4;

    internal static TripleData Generate(int seed)
    {
        var random = new Random(seed);
        var parents = new Dictionary<int, (int Father, int Mother)>();
        List<(int A, int B)> couples = [.. Enumerable.Range(0, Founders).Select(couple => (2 * couple, 2 * couple + 1))];
        List<(int Head, string Relation, int Tail)> facts = [];
        var people = 2 * Founders;
        for (var generation = 0; generation < Generations; generation++)
        {
            List<int> born = [];
            foreach (var couple in couples)
            {
                facts.AddRange([(couple.A, "married_to", couple.B), (couple.B, "married_to", couple.A)]);
                for (var child = 0; child < 2 + random.Next(2); child++)
                {
                    parents[people] = couple;
                    born.Add(people++);
                }
            }
            var single = born.ToArray();
            random.Shuffle(single);
            couples = [.. single.Chunk(2).Where(pair => pair.Length == 2 && parents[pair[0]] != parents[pair[1]])
                .Select(pair => (pair[0], pair[1]))];
        }
        int[] ParentsOf(int person) => parents.TryGetValue(person, out var found) ? [found.Father, found.Mother] : [];
        var all = Enumerable.Range(0, people).ToArray();
        foreach (var person in all)
        {
            foreach (var parent in ParentsOf(person))
            {
                facts.AddRange([(parent, "parent_of", person), (person, "child_of", parent)]);
                facts.AddRange(ParentsOf(parent).Select(grandparent => (grandparent, "grandparent_of", person)));
            }
            facts.AddRange(all.Where(other => other != person && ParentsOf(other).Intersect(ParentsOf(person)).Any())
                .Select(other => (person, "sibling_of", other)));
            facts.AddRange(all.Where(other => other != person && !ParentsOf(other).Intersect(ParentsOf(person)).Any()
                && ParentsOf(other).SelectMany(ParentsOf).Intersect(ParentsOf(person).SelectMany(ParentsOf)).Any())
                .Select(other => (person, "cousin_of", other)));
        }
        TripleRow[] rows = [.. facts.Select(fact =>
            new TripleRow { Head = $"p{fact.Head}", Relation = fact.Relation, Tail = $"p{fact.Tail}" })];
        random.Shuffle(rows);
        int tested = rows.Length / 10, validated = rows.Length / 20;
        return new("families", rows[(tested + validated)..], rows[tested..(tested + validated)], [("test", rows[..tested])],
            new Dictionary<string, string>());
    }
}
