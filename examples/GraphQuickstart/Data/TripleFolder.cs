using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder with a knowledge graph to be completed: <c>train</c>, <c>test</c> and perhaps <c>valid</c>, a triple (head, relation, tail) in
/// each line. An entity's only feature is which one it is.
/// </summary>
/// <param name="Data">The entities, and the triples to train on.</param>
/// <param name="Entities">Names of the entities.</param>
/// <param name="Relations">How many relations there are.</param>
/// <param name="Validation">Triples to choose the epoch on; perhaps none.</param>
/// <param name="Test">Triples to test on.</param>
internal sealed record TripleFolder(
    NodeData Data, IReadOnlyList<string> Entities, int Relations, IReadOnlyList<EdgeRow> Validation, IReadOnlyList<EdgeRow> Test)
{
    private const string Expected = "head, relation and tail";

    /// <summary>Whether train and test have three fields a line, of which the third names what the first names elsewhere.</summary>
    internal static bool Matches(string folder)
    {
        if (IdFile.Find(folder, "train") is not { } train || IdFile.Find(folder, "test") is null
            || IdFile.Find(folder, "triples") is not null)
            return false;
        Fields[] rows = [.. Table.ReadIds(train, comments: false)];
        if (rows.Length == 0 || rows.Count(row => row.Values.Length == 3) < 0.9 * rows.Length)
            return false;
        var heads = rows.Select(row => row.Values[0]).ToHashSet(StringComparer.Ordinal);
        string[] tails = [.. rows.Where(row => row.Values.Length == 3).Select(row => row.Values[2]).Distinct()];
        return tails.Count(heads.Contains) * 10 >= tails.Length;
    }

    /// <exception cref="InvalidDataException">A line has no three fields, or names what no line to train on names.</exception>
    internal static TripleFolder Load(MLContext ml, string folder)
    {
        string[] validation = [.. ((string[])["valid", "val", "validation", "dev"])
            .Where(name => IdFile.Find(folder, name) is not null).Take(1)];
        Fields[] Read(string name) => IdFile.Read(IdFile.Find(folder, name)!, 3, Expected);
        Fields[] train = Read("train"), valid = [.. validation.SelectMany(Read)], test = Read("test");
        string[] names = IdFile.Ordered(train.SelectMany(row => (string[])[row.Values[0], row.Values[2]]));
        string[] relations = IdFile.Ordered(train.Select(row => row.Values[1]));
        var known = names.ToHashSet(StringComparer.Ordinal);
        var numbers = relations.Select((name, at) => (name, at)).ToDictionary(pair => pair.name, pair => pair.at, StringComparer.Ordinal);
        EdgeRow Edge(Fields row)
        {
            if (row.Values.Length != 3)
                throw row.Error($"{row.Values.Length} fields, expected {Expected}");
            foreach (var entity in (string[])[row.Values[0], row.Values[2]])
                if (!known.Contains(entity))
                    throw row.Error($"entity '{entity}' is in no triple to train on, expected one of those {names.Length}");
            return numbers.TryGetValue(row.Values[1], out var relation)
                ? new() { Source = row.Values[0], Target = row.Values[2], Relation = (uint)relation }
                : throw row.Error($"relation '{row.Values[1]}' is in no triple to train on, expected one of those {relations.Length}");
        }
        EdgeRow[] edges = [.. train.Select(Edge)];
        var (features, width) = NodeData.WhichOne(names.Length);
        var data = NodeData.Of(ml, new DirectoryInfo(folder).Name,
            [.. names.Select((name, at) => new NodeRow { Id = name, Features = features[at], Split = "none" })], width, edges,
            relations.Length, [IdFile.Remark(names)]);
        return new(data, names, relations.Length, [.. valid.Select(Edge)], [.. test.Select(Edge)]);
    }

    /// <summary>Triples as rows like the edges.</summary>
    internal IDataView View(MLContext ml, IEnumerable<TripleRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(TripleRow));
        schema[nameof(TripleRow.Relation)].ColumnType = new KeyDataViewType(typeof(uint), Relations);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}

/// <summary>A triple that is true or not, and which question it answers.</summary>
internal sealed class TripleRow
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";

    /// <summary>The relation, from 0.</summary>
    public uint Relation { get; set; }

    public bool Label { get; set; }

    public int Query { get; set; }
}
