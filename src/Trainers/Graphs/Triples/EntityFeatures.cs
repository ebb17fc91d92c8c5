using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Features of entities that are known by their ids: of those that triples are of, and of more that no triple has.</summary>
/// <param name="Trained">Those of the triples' entities in the order of their numbers; an entity without a row has zeros.</param>
/// <param name="All">The triples, with the entities that have features alone behind those of their kind.</param>
/// <param name="OfAll">The features of these.</param>
internal sealed record EntityFeatures(FeatureMatrix Trained, TripleTable All, FeatureMatrix OfAll)
{
    /// <summary>Reads features.</summary>
    /// <param name="triples">The triples.</param>
    /// <param name="addsEntities">Whether entities that no triple has are added.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <param name="tables">
    /// Tables of features, their columns, and whether they are of tails where these are of another kind than heads; each table's features
    /// are columns of their own.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row can't be read, or none is of a known entity.</exception>
    internal static EntityFeatures Of(TripleTable triples, bool addsEntities, CancellationToken cancellationToken,
        params (IDataView View, NodeColumns Columns, bool AreTails)[] tables)
    {
        var read = Array.ConvertAll(tables, table => NodeTable.Read(table.View, table.Columns, cancellationToken));
        List<NodeId>[] more = [[], []];
        for (var i = 0; i < tables.Length; i++)
        {
            var ids = tables[i].AreTails ? triples.Tails : triples.Heads;
            NodeId[] unknown = [.. read[i].Ids.All!.Where(id => ids.Find(id) < 0)];
            if (unknown.Length == read[i].Count)
                throw new InvalidDataException($"Column '{tables[i].Columns.Id}' of the features: none of its {read[i].Count} "
                    + $"ids is one of the {ids.Count} that are trained on, such as {TripleScoring.TextOf(ids.All![0])}.");
            if (addsEntities)
                more[tables[i].AreTails ? 1 : 0].AddRange(unknown);
        }
        var (trained, all) = (Matrix(triples), triples.With(more[0], more[1]));
        return new(trained, all, all == triples ? trained : Matrix(all));

        FeatureMatrix Matrix(TripleTable of)
        {
            var row = new float[read.Sum(table => table.Features.ColumnCount)];
            var matrix = new FeatureMatrix.Builder(row.Length);
            for (var entity = 0; entity < of.EntityCount; entity++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Array.Clear(row);
                for (int i = 0, column = 0; i < tables.Length; column += read[i++].Features.ColumnCount)
                    if ((tables[i].AreTails ? Id(of.Tails, entity - of.FirstTail) : Id(of.Heads, entity)) is { } id
                        && read[i].Ids.Find(id) is >= 0 and var at)
                        read[i].Features.CopyRow(at, row.AsSpan(column, read[i].Features.ColumnCount));
                matrix.Add([], row);
            }
            return matrix.ToMatrix();
        }

        static NodeId? Id(NodeIds ids, int number) => (uint)number < (uint)ids.Count ? ids.All![number] : null;
    }
}
