using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="GraphPositionalFeaturesTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class GraphPositionalMapping : CustomMappingFactory<GraphPositionalMapping.Source, GraphPositionalMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.GraphPositionalFeatures";

    /// <summary>The names under which columns are read and written.</summary>
    public const string NodeFeatures = SavedChain.Prefix + "nodeFeatures", Edges = SavedChain.Prefix + "edges",
        Output = SavedChain.Prefix + "positional";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<Settings>(bytes => JsonSerializer.Deserialize<Settings>(bytes)!);
        return (row, result) =>
        {
            var with = settings.Get(row.Payload);
            var graph = new GraphRow(with.NodeFeatures, with.Edges, row.NodeFeatures, row.Edges);
            var columns = new GraphColumns { NodeFeaturesColumnName = with.NodeFeatures, EdgesColumnName = with.Edges,
                NodeFeatureCount = with.FeatureCount };
            var table = GraphTable.Empty(GraphSchema.Bind(graph.Schema, columns));
            table.Reader(graph)();
            VBuffer<float> value = default;
            Write(table, with.Options, $"Column '{with.Output}'", ref value);
            result.Value = value;
        };
    }

    /// <summary>Writes the features of a table's only graph, [nodes, features + new ones].</summary>
    internal static void Write(GraphTable graph, PositionalFeatureOptions options, string place, ref VBuffer<float> value)
    {
        int nodes = graph.NodeStart[1], width = graph.Schema.NodeFeatureCount;
        FeatureTable added;
        try
        {
            added = PositionalFeatures.Of(SimpleGraph.Of(nodes, graph.Sources.ToArray(), graph.Targets.ToArray()), options);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{place}: {error.Message}", error);
        }
        var editor = VBufferEditor.Create(ref value, nodes * (width + added.ColumnCount));
        for (var node = 0; node < nodes; node++)
        {
            var into = editor.Values.Slice(node * (width + added.ColumnCount));
            for (var i = 0; i < width; i++)
                into[i] = graph.NodeFeatures[node * width + i];
            added.Row(node).CopyTo(into[width..]);
        }
        value = editor.Commit();
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(PositionalFeatureOptions Options, string NodeFeatures, string Edges, string Output, int FeatureCount);

    /// <summary>The columns read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(GraphPositionalMapping.NodeFeatures)]
        public VBuffer<float> NodeFeatures { get; set; }

        [ColumnName(GraphPositionalMapping.Edges)]
        public VBuffer<int> Edges { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(GraphPositionalMapping.Output)]
        public VBuffer<float> Value { get; set; }
    }

    /// <summary>The graph as a row, which is how tables read graphs. It has no row number.</summary>
    private sealed class GraphRow(string nodeFeatures, string edges, VBuffer<float> features, VBuffer<int> ends) : DataViewRow
    {
        public override DataViewSchema Schema { get; } = MakeSchema(nodeFeatures, edges);

        public override long Position => -1;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = default;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Index == 0
                ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = features)
                : (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) => value = ends);
            return (ValueGetter<TValue>)getter;
        }

        private static DataViewSchema MakeSchema(string nodeFeatures, string edges)
        {
            var builder = new DataViewSchema.Builder();
            builder.AddColumn(nodeFeatures, new VectorDataViewType(NumberDataViewType.Single));
            builder.AddColumn(edges, new VectorDataViewType(NumberDataViewType.Int32));
            return builder.ToSchema();
        }
    }
}
