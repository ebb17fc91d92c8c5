using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A pair of nodes, or an edge between them.</summary>
internal abstract class LinkRow
{
    public bool Label { get; set; }

    /// <summary>The relation, from 0: ML.NET makes keys, which count from 1, of rows' members.</summary>
    public uint Relation { get; set; }

    /// <summary>Pairs as a view whose columns have the names of the edges' columns.</summary>
    internal static IDataView View(DataOperationsCatalog catalog, GraphEdgeColumns columns, NodeIds ids, int relations,
        IReadOnlyList<(int Source, int Target, int Relation, bool Label)> pairs)
    {
        NodeId Id(int row) => ids.All is { } all ? all[row] : new(row, null);
        return ids.All is [{ Text: not null }, ..]
            ? Of(pairs.Select(pair =>
                new TextLinkRow
                {
                    Source = Id(pair.Source).Text!,
                    Target = Id(pair.Target).Text!,
                    Relation = (uint)pair.Relation,
                    Label = pair.Label,
                }))
            : Of(pairs.Select(pair =>
                new NumberLinkRow
                {
                    Source = Id(pair.Source).Number,
                    Target = Id(pair.Target).Number,
                    Relation = (uint)pair.Relation,
                    Label = pair.Label,
                }));

        IDataView Of<T>(IEnumerable<T> rows) where T : LinkRow
        {
            var schema = SchemaDefinition.Create(typeof(T));
            schema["Source"].ColumnName = columns.SourceColumnName;
            schema["Target"].ColumnName = columns.TargetColumnName;
            schema[nameof(Relation)].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(1, relations));
            schema[nameof(Relation)].ColumnName = columns.RelationColumnName ?? nameof(Relation);
            if (columns.RelationColumnName is null)
                schema.Remove(schema[nameof(Relation)]);
            return catalog.LoadFromEnumerable(rows.ToArray(), schema);
        }
    }

    private sealed class TextLinkRow : LinkRow
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private sealed class NumberLinkRow : LinkRow
    {
        public long Source { get; set; }

        public long Target { get; set; }
    }
}
