using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Turns nodes' ids into numbers with ML.NET's own transformers; saved models look up known nodes by them.</summary>
internal static class NodeNumbers
{
    /// <summary>Whether a column is a key with values by which it can be looked up.</summary>
    internal static bool Takes(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is { Type: VectorDataViewType { ItemType: var type } }
            && (type is TextDataViewType || type.RawType == typeof(int) || type.RawType == typeof(long) || type.RawType == typeof(uint));

    /// <summary>Adds transformers that turn a node's id into the number of its row, from 1, and an unknown id into 0.</summary>
    /// <param name="chain">The chain to append to, which has the column.</param>
    /// <param name="column">Ids, or row numbers: text, a key with values, Int32, Int64 or UInt32.</param>
    /// <param name="nodes">The nodes that are known.</param>
    /// <param name="output">The new column, Int64.</param>
    /// <exception cref="NotSupportedException">The column is of another type.</exception>
    internal static void AddTo(SavedChain chain, string column, NodeIds nodes, string output)
    {
        var ids = chain.Schema[column];
        var input = column;
        if (ids.Type is KeyDataViewType && ids.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is not null)
            chain.Add(chain.Transforms.Conversion.MapKeyToValue(input = output + "_name", column));
        IEstimator<ITransformer> Of<T>(Func<NodeId, T?> idOf) => chain.Transforms.Conversion.MapValue(output,
            Enumerable.Range(0, nodes.Count).Select(row => (Id: idOf(nodes.All?[row] ?? new(row, null)), Row: row + 1L))
                .Where(known => known.Id is not null).Select(known => KeyValuePair.Create(known.Id!, known.Row)), input);
        IEstimator<ITransformer> Whole<T>(Func<long, T> convert) where T : struct =>
            chain.Transforms.Conversion.MapValue(output, Numbers(nodes).Select(known => KeyValuePair.Create(convert(known.Id), known.Row)),
                input);
        var type = chain.Schema[input].Type;
        chain.Add(type switch
        {
            TextDataViewType => Of(id => id.Text),
            NumberDataViewType when type.RawType == typeof(int) => Whole(id => (int)id),
            NumberDataViewType when type.RawType == typeof(long) => Whole(id => id),
            NumberDataViewType when type.RawType == typeof(uint) => Whole(id => (uint)id),
            _ => throw new NotSupportedException($"Column '{column}' is {ids.Type}: nodes are saved by ids that are text, keys of text, "
                + "Int32, Int64 or UInt32."),
        });
    }

    // For keys whose values are numbers, the id is the number as text.
    private static IEnumerable<(long Id, long Row)> Numbers(NodeIds nodes)
    {
        for (var row = 0; row < nodes.Count; row++)
            if (nodes.All is not { } all)
                yield return (row, row + 1L);
            else if (all[row].Text is not { } text)
                yield return (all[row].Number, row + 1L);
            else if (long.TryParse(text, CultureInfo.InvariantCulture, out var number))
                yield return (number, row + 1L);
    }
}
