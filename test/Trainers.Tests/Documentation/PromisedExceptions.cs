using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Documentation;

/// <summary>Whether estimators and their transformers throw what is documented for data that isn't there or is wrong.</summary>
internal static class PromisedExceptions
{
    /// <summary>The promises broken, each with what was thrown instead.</summary>
    internal static IEnumerable<string> Broken(IEstimator<ITransformer> estimator, ITransformer model, IDataView data)
    {
        Type missing = typeof(ArgumentNullException), wrong = typeof(ArgumentException);
        var (none, others) = (new Rowless(new DataViewSchema.Builder().ToSchema()), Rowless.OfDates(data.Schema));
        List<(string Name, Type Expected, Action Act)> all =
        [
            ("Fit(null)", missing, () => estimator.Fit(null!)),
            ("GetOutputSchema(null shape)", missing, () => estimator.GetOutputSchema(null!)),
            ("Transform(null)", missing, () => model.Transform(null!)),
            ("GetOutputSchema(null)", missing, () => model.GetOutputSchema(null!)),
        ];
        foreach (var (name, view) in ((string, IDataView)[])[("no columns", none), ("columns of dates", others)])
        {
            // Embeddings of nodes that are known by their row read no column.
            if (estimator is NodeEmbeddingTrainer)
                break;
            var shape = SchemaShapes.FromSchema(view.Schema);
            all.Add(($"Fit, {name}", wrong, () => estimator.Fit(view)));
            all.Add(($"GetOutputSchema of the estimator, {name}", wrong, () => estimator.GetOutputSchema(shape)));
            // A model of links reads nodes too, whose columns of features it checks with their rows.
            if (view == none || estimator is not LinkPredictionTrainer)
            {
                all.Add(($"Transform, {name}", wrong, () => model.Transform(view)));
                all.Add(($"GetOutputSchema, {name}", wrong, () => model.GetOutputSchema(view.Schema)));
            }
            if (MapsRows(model, data))
                all.Add(($"GetRowToRowMapper, {name}", wrong, () => model.GetRowToRowMapper(view.Schema)));
        }
        if (MapsRows(model, data))
            all.Add(("GetRowToRowMapper(null)", missing, () => model.GetRowToRowMapper(null!)));
        return all.Select(promise => (promise.Name, Problem: Instead(promise.Expected, promise.Act)))
            .Where(found => found.Problem is not null).Select(found => $"{estimator.GetType().Name}: {found.Name}: {found.Problem}");
    }

    // Where it doesn't, one of the documented exceptions says so for any schema.
    private static bool MapsRows(ITransformer model, IDataView data)
    {
        try
        {
            return model.GetRowToRowMapper(data.Schema) is not null;
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What is thrown in place of an exception; null where it is thrown, with a message.</summary>
    internal static string? Instead(Type expected, Action act)
    {
        try
        {
            act();
        }
        catch (Exception error)
        {
            return expected.IsInstanceOfType(error) && error.Message.Length > 10 ? null
                : $"{error.GetType().Name} in place of {expected.Name}: {error.Message} "
                    + error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("MLSeqGraph"))?.Trim();
        }
        return $"nothing thrown in place of {expected.Name}";
    }

    /// <summary>A view without rows.</summary>
    internal sealed class Rowless(DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => schema;

        /// <summary>Columns of the same names, all of a type that nothing reads.</summary>
        internal static Rowless OfDates(DataViewSchema schema)
        {
            var builder = new DataViewSchema.Builder();
            foreach (var name in schema.Select(column => column.Name).Distinct())
                builder.AddColumn(name, DateTimeOffsetDataViewType.Instance);
            return new(builder.ToSchema());
        }

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            throw new AssertFailedException("rows are read before the columns are checked");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }
}
