using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Several models of one task, whose scores are averaged: <c>Score</c> is their mean, and <c>PredictedLabel</c> of classes the greatest of
/// it. It scores views in the rows' order; it isn't saved: <see cref="ExperimentResult.EnsembleModel(int)"/> makes one model of networks.
/// </summary>
public sealed class EnsembleTransformer : ITransformer, IDisposable
{
    internal EnsembleTransformer(IReadOnlyList<ITransformer> models) => Models = models;

    /// <summary>The models.</summary>
    public IReadOnlyList<ITransformer> Models { get; }

    /// <summary>False: rows by themselves aren't scored.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Transform(new EmptyView(inputSchema)).Schema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing, or the models know different classes.</exception>
    /// <exception cref="NotSupportedException">The models predict something else: true or false, or a label for each step.</exception>
    public IDataView Transform(IDataView input)
    {
        IDataView[] views = [.. Models.Select(model => model.Transform(input))];
        var score = views[0].Schema["Score"];
        if (views[0].Schema.GetColumnOrNull("PredictedLabel") is { } predicted
            && (predicted.Type is not KeyDataViewType || score.Type is not VectorDataViewType))
            throw new NotSupportedException($"Column 'PredictedLabel' is {predicted.Type} and 'Score' {score.Type}; an ensemble averages "
                + "scores of one of several classes, or numbers.");
        var names = views.Select(Classes).ToArray();
        if (names.Any(one => !one.SequenceEqual(names[0])))
            throw new ArgumentException("The models of the ensemble know different classes; expected models of the same rows.");
        var added = new DataViewSchema.Builder();
        if (score.Type is VectorDataViewType && views[0].Schema.GetColumnOrNull("PredictedLabel") is { Type: KeyDataViewType } label)
            added.AddColumn("PredictedLabel", label.Type, label.Annotations);
        added.AddColumn("Score", score.Type, score.Annotations);
        return new View(views, RowMapping.AddTo(views[0].Schema, added.ToSchema()));
    }

    /// <summary>Rows by themselves aren't scored.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("An ensemble scores views; a row by itself isn't scored.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("An ensemble isn't saved: save the models, or the best of them.");

    /// <summary>Unloads the models.</summary>
    public void Dispose()
    {
        foreach (var model in Models)
            TrialFit.Release(model);
    }

    private static string[] Classes(IDataView view)
    {
        if (view.Schema.GetColumnOrNull("PredictedLabel") is not { Type: KeyDataViewType } label
            || label.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return [];
        VBuffer<ReadOnlyMemory<char>> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private sealed class View(IDataView[] views, DataViewSchema schema) : SequentialDataView(schema)
    {
        public override long? GetRowCount() => views[0].GetRowCount();

        protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(views, Schema, active);
    }

    private sealed class Cursor : SequentialCursor
    {
        private readonly DataViewRowCursor[] _cursors;
        private readonly int _inner;

        internal Cursor(IDataView[] views, DataViewSchema schema, bool[] active) : base(schema, active)
        {
            _inner = views[0].Schema.Count;
            var isAveraged = active.AsSpan(_inner).Contains(true);
            _cursors = [.. views.Take(isAveraged ? views.Length : 1).Select((view, i) => view.GetRowCursor(
                view.Schema.Where(column => (i == 0 && active[column.Index])
                    || (isAveraged && column.Index == view.Schema["Score"].Index))))];
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _cursors[0].GetIdGetter();

        protected override bool MoveToNextRow() => _cursors.Count(cursor => cursor.MoveNextOrThrow()) == _cursors.Length;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < _inner)
                return _cursors[0].GetGetter<TValue>(_cursors[0].Schema[column.Index]);
            if (Schema["Score"].Type is not VectorDataViewType)
            {
                var singles = Getters<float>();
                ValueGetter<float> mean = (ref float value) => value = singles.Select(Value).Average();
                return (ValueGetter<TValue>)(Delegate)mean;
            }
            var vectors = Getters<VBuffer<float>>();
            if (column.Name == "Score")
            {
                ValueGetter<VBuffer<float>> scores = (ref VBuffer<float> value) =>
                {
                    var sum = Mean(vectors);
                    value = new(sum.Length, sum);
                };
                return (ValueGetter<TValue>)(Delegate)scores;
            }
            ValueGetter<uint> best = (ref uint value) =>
            {
                var sum = Mean(vectors);
                // A row that a model could not score has no prediction.
                value = sum.Length == 0 || sum.Any(float.IsNaN) ? 0 : (uint)Array.IndexOf(sum, sum.Max()) + 1;
            };
            return (ValueGetter<TValue>)(Delegate)best;
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var cursor in disposing ? _cursors : [])
                cursor.Dispose();
        }

        private ValueGetter<T>[] Getters<T>() => [.. _cursors.Select(cursor => cursor.GetGetter<T>(cursor.Schema["Score"]))];

        private static T Value<T>(ValueGetter<T> getter)
        {
            T value = default!;
            getter(ref value);
            return value;
        }

        private static float[] Mean(ValueGetter<VBuffer<float>>[] getters)
        {
            float[][] all = [.. getters.Select(getter => Value(getter).DenseValues().ToArray())];
            var sum = new float[all[0].Length];
            foreach (var scores in all)
                for (var i = 0; i < sum.Length; i++)
                    sum[i] += scores[i] / all.Length;
            return sum;
        }
    }
}
