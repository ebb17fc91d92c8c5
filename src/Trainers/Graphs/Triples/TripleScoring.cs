using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What transformers around a <see cref="TripleModel"/> have in common: columns of triples, ids, best answers, saving.</summary>
internal sealed class TripleScoring(TripleModel model, BadRows badRows, Action<string> log)
{
    // Rows that are scored at a time.
    private const int Window = 4096;

    /// <summary>Ids as text, in the order of their numbers.</summary>
    internal static string[] IdsOf(NodeIds ids) => [.. Enumerable.Range(0, ids.Count).Select(row => TextOf(ids.All![row]))];

    /// <summary>Names of the relations, or numbers from 0.</summary>
    internal static string[] NamesOf(TripleTable triples) => triples.RelationNames
        ?? [.. Enumerable.Range(0, triples.RelationCount).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    internal static string TextOf(NodeId id) => id.Text ?? id.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of an entity given by its id as text; -1 where it isn't known.</summary>
    internal static int Find(NodeIds ids, string id) => ids.Find(new(0, id)) is >= 0 and var text ? text
        : long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? ids.Find(new(number, null)) : -1;

    /// <summary>The mapping of single rows.</summary>
    internal RowMapping Map(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var reads = Reads(schema);
        return new(schema, reads, model.Prediction.Added, row =>
        {
            var read = Reader(row, reads);
            var prediction = new GraphPrediction(1, 0);
            return column => model.Prediction.Getter(column.Index - schema.Count, () =>
            {
                var (head, tail, relation) = read();
                prediction.Scores = new(model.Score([head], [tail], [relation]));
                prediction.Row = float.IsNaN(prediction.Scores.Score[0]) ? -1 : 0;
                return prediction;
            });
        });
    }

    /// <summary>A view of triples with the columns that are added; they are scored in windows when first asked for.</summary>
    internal IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var reads = Reads(input.Schema);
        var all = new Lazy<float[]>(() => Score(input, reads));
        return new RowMapping(input.Schema, [], model.Prediction.Added, row =>
        {
            var prediction = new GraphPrediction(1, 0);
            return column => model.Prediction.Getter(column.Index - input.Schema.Count, () =>
            {
                prediction.Scores = new(all.Value);
                prediction.Row = float.IsNaN(all.Value[row.Position]) ? -1 : row.Position;
                return prediction;
            });
        }).Map(input, byPosition: true);
    }

    /// <summary>The best answers to one question, from the highest score down.</summary>
    /// <param name="known">The known entity, by its number among all.</param>
    /// <param name="relation">The relation, from 0.</param>
    /// <param name="isTail">Whether tails are asked for.</param>
    /// <param name="excluded">Answers to leave out, by their numbers among all entities.</param>
    /// <param name="count">The most answers.</param>
    /// <param name="ids">Ids of the answers.</param>
    internal ScoredAnswer[] Best(int known, int relation, bool isTail, int[] excluded, int count, NodeIds ids)
    {
        ScoredAnswer[] best = [];
        var first = isTail ? model.Triples.FirstTail : 0;
        model.ForEachQuestion([known], [relation], isTail, (_, scores) =>
        {
            var left = scores.ToArray();
            foreach (var answer in excluded)
                left[answer - first] = float.NegativeInfinity;
            best = [.. Enumerable.Range(0, left.Length).Where(answer => !float.IsNegativeInfinity(left[answer]))
                .OrderByDescending(answer => left[answer]).ThenBy(answer => answer).Take(count)
                .Select(answer => new ScoredAnswer(TextOf(ids.All![answer]), left[answer]))];
        });
        return best;
    }

    /// <summary>Ids and vectors of entities, a row each.</summary>
    /// <param name="ml">Makes the view.</param>
    /// <param name="ids">The entities.</param>
    /// <param name="first">The number of the first among all.</param>
    internal IDataView Vectors(MLContext ml, NodeIds ids, int first)
    {
        var schema = SchemaDefinition.Create(typeof(VectorRow));
        schema[nameof(VectorRow.Embedding)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, model.Width);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, ids.Count).Select(row => new VectorRow
        {
            Id = TextOf(ids.All![row]),
            Embedding = model.Embeddings.AsSpan((first + row) * model.Width, model.Width).ToArray(),
        }).ToArray(), schema);
    }

    /// <exception cref="NotSupportedException">Ids are of a type that can't be saved.</exception>
    internal void Save(ModelSaveContext context) => LinkLookup.Save(context, model.Lookup(), model.Columns, model.Triples.Heads,
        model.ReadsRelations ? (LinkHead.PairTypes, model.RelationCount, model.Triples.RelationNames) : null, model.Triples.Tails,
        model.IsRegression ? ModelTask.Regression : ModelTask.Binary);

    private string[] Reads(DataViewSchema schema)
    {
        string[] reads = [model.Columns.SourceColumnName, model.Columns.TargetColumnName,
            .. model.ReadsRelations ? [model.Columns.RelationColumnName!] : (string[])[]];
        TripleColumns.Require(schema, model.Columns, model.ReadsRelations);
        return reads;
    }

    private float[] Score(IDataView input, string[] reads)
    {
        var skipped = new SkippedRows();
        var scores = new List<float>();
        List<long> heads = [], tails = [], relations = [];
        using var cursor = input.GetRowCursor(reads.Select(name => input.Schema.Require(name)));
        var read = Reader(cursor, reads, skipped);
        void Run()
        {
            if (heads.Count > 0)
                scores.AddRange(model.Score([.. heads], [.. tails], [.. relations]));
            heads.Clear();
            tails.Clear();
            relations.Clear();
        }
        while (cursor.MoveNextOrThrow())
        {
            var (head, tail, relation) = read();
            heads.Add(head);
            tails.Add(tail);
            relations.Add(relation);
            if (heads.Count == Window)
                Run();
        }
        Run();
        if (skipped.Count > 0)
            log(skipped.ToString());
        return [.. scores];
    }

    // Numbers from 1; zeros where one isn't known and bad rows have no prediction.
    private Func<(long Head, long Tail, long Relation)> Reader(DataViewRow row, string[] reads, SkippedRows? skipped = null)
    {
        Func<NodeId> head = NodeId.Reader(row, row.Schema[reads[0]]), tail = NodeId.Reader(row, row.Schema[reads[1]]);
        var relation = reads.Length > 2 ? NodeId.KeyReader(row, row.Schema[reads[2]], model.Triples.RelationNames)
            : null;
        return () =>
        {
            try
            {
                var of = relation?.Invoke() ?? 1;
                if (of == 0 || of > Math.Max(1, model.RelationCount))
                    throw new InvalidDataException($"Column '{reads[2]}', {RowName.Of(row)}: the relation is "
                        + $"{(of == 0 ? "missing or unknown" : $"the {of}th")}; expected one of {model.RelationCount}.");
                return (Number(model.Triples.Heads, head, reads[0]), Number(model.Triples.Tails, tail, reads[1]), of);
            }
            catch (InvalidDataException exception) when (badRows == BadRows.Skip)
            {
                skipped?.Add(exception);
                return (0, 0, 0);
            }
        };

        // Of ratings one that isn't known, or is missing, counts as an average one, as in a saved model.
        long Number(NodeIds ids, Func<NodeId> read, string column)
        {
            if (!model.IsRegression || badRows == BadRows.Error)
                return ids.RowOf(read(), row, column, "triples") + 1;
            try
            {
                return ids.Find(read()) + 1;
            }
            catch (InvalidDataException exception)
            {
                skipped?.Add(exception);
                return 0;
            }
        }
    }

    private sealed class VectorRow
    {
        public string Id { get; set; } = "";

        public float[] Embedding { get; set; } = [];
    }
}
