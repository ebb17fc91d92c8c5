using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Features of entities that are known by their ids.</summary>
internal static class EntityFeatures
{
    /// <summary>The features of entities in the order of their numbers; an entity without a row has zeros.</summary>
    /// <param name="entities">Number of entities.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <param name="tables">
    /// Tables of features, their columns, the ids of the entities that each is of, and the number of the first; each table's features are
    /// columns of their own.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row can't be read, or none is of a known entity.</exception>
    internal static FeatureMatrix Of(int entities, CancellationToken cancellationToken,
        params (IDataView View, NodeColumns Columns, NodeIds Ids, int First)[] tables)
    {
        var read = Array.ConvertAll(tables, table => NodeTable.Read(table.View, table.Columns, cancellationToken));
        var matrix = new FeatureMatrix.Builder(read.Sum(table => table.Features.ColumnCount));
        var row = new float[read.Sum(table => table.Features.ColumnCount)];
        var found = new int[tables.Length];
        for (var entity = 0; entity < entities; entity++)
        {
            Array.Clear(row);
            for (int i = 0, column = 0; i < tables.Length; column += read[i++].Features.ColumnCount)
            {
                var (_, _, ids, first) = tables[i];
                var at = entity < first || entity >= first + ids.Count ? -1 : read[i].Ids.Find(ids.All![entity - first]);
                if (at < 0)
                    continue;
                found[i]++;
                read[i].Features.CopyRow(at, row.AsSpan(column, read[i].Features.ColumnCount));
            }
            matrix.Add([], row);
        }
        if (Array.IndexOf(found, 0) is var none and >= 0)
            throw new InvalidDataException($"Column '{tables[none].Columns.Id}' of the features: none of its {read[none].Count} "
                + $"ids is one of the {tables[none].Ids.Count} that are trained on, such as "
                + $"{TripleScoring.TextOf(tables[none].Ids.All![0])}.");
        return matrix.ToMatrix();
    }
}
