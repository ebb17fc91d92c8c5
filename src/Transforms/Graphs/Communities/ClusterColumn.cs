using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Clusters of nodes as a column of keys.</summary>
internal static class ClusterColumn
{
    /// <summary>A view with the cluster of each row beside its columns: keys from 1.</summary>
    internal static IDataView Add(IDataView nodes, string name, int[] clusters)
    {
        var type = new KeyDataViewType(typeof(uint), clusters.Max() + 1);
        return new RowMapping(nodes.Schema, [], name, type, row => (ValueGetter<uint>)((ref uint value) =>
            value = (uint)clusters[row.Position] + 1)).Map(nodes, byPosition: true);
    }

    /// <summary>The clusters of a column of keys, from 0.</summary>
    /// <exception cref="ArgumentException">The column is missing or not one of keys.</exception>
    /// <exception cref="InvalidDataException">A key is missing.</exception>
    internal static int[] Read(IDataView nodes, string name)
    {
        var column = nodes.Schema.Require(name);
        if (column.Type is not KeyDataViewType)
            throw new ArgumentException($"Column '{name}' is {column.Type}; expected a key, the cluster of each node.");
        List<int> clusters = [];
        using var cursor = nodes.GetRowCursor([column]);
        var read = NodeId.KeyReader(cursor, column);
        while (cursor.MoveNextOrThrow())
            clusters.Add(read() is > 0 and var key ? (int)key - 1
                : throw new InvalidDataException($"Column '{name}', {RowName.Of(cursor)}: the cluster is missing; expected a key."));
        return [.. clusters];
    }
}
