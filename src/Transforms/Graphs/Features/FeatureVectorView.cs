using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One row per node, grouped from rows that hold one feature each; all are read when the first is asked for.</summary>
/// <typeparam name="T">The raw type of ids.</typeparam>
internal sealed class FeatureVectorView<T> : SequentialDataView where T : notnull
{
    private readonly Lazy<List<Node>> _nodes;
    private readonly int? _nodeCount;
    private CarriedColumn[] _carried = [];

    public FeatureVectorView(DataViewSchema schema, IDataView input, FeatureVectorGroupingEstimator.Options options, int featureCount)
        : base(schema)
    {
        _nodeCount = options.NodeCount;
        _nodes = new(() => Read(input, options, featureCount));
    }

    public override long? GetRowCount() => _nodeCount ?? (_nodes.IsValueCreated ? _nodes.Value.Count : null);

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(this, active);

    private List<Node> Read(IDataView input, FeatureVectorGroupingEstimator.Options options, int featureCount)
    {
        var schema = input.Schema;
        DataViewSchema.Column node = schema[options.NodeColumnName], feature = schema[options.FeatureColumnName];
        DataViewSchema.Column? value = options.ValueColumnName is null ? null : schema[options.ValueColumnName];
        DataViewSchema.Column[] kept = [.. options.CarriedColumnNames.Select(name => schema[name])];
        using var cursor = input.GetRowCursor(new[] { node, feature, value }.OfType<DataViewSchema.Column>().Concat(kept));
        _carried = [.. kept.Select(column => (CarriedColumn)SeriesColumn.CreateCarried(cursor, column))];
        var met = 0;
        var checkId = NodeId.Reader(cursor, node);
        var readId = cursor.GetGetter<T>(node);
        var readFeature = FeatureTripleReader.Numbers(cursor, feature, featureCount - 1);
        var readValue = value is { } of ? cursor.GetGetter<float>(of) : null;
        var ids = ColumnValues.Of<T>();
        List<Node> nodes = [];
        for (var row = 0; row < options.NodeCount; row++)
            nodes.Add(new((T)Convert.ChangeType(row, typeof(T), CultureInfo.InvariantCulture)));
        var rows = new Dictionary<T, Node>(nodes.Select(one => KeyValuePair.Create(one.Id, one)), ids);
        T id = default!;
        while (cursor.MoveNextOrThrow())
        {
            // A missing id is an error.
            var name = checkId();
            readId(ref id);
            if (!rows.TryGetValue(id, out var found))
            {
                if (options.NodeCount is { } count)
                    throw new InvalidDataException($"Column '{node.Name}', {RowName.Of(cursor)}: the node is {name}; expected 0 to "
                        + $"{count - 1}.");
                nodes.Add(found = new(ids.Copy(id)));
                rows.Add(found.Id, found);
            }
            if (found.Carried < 0)
                found.Carried = met++;
            foreach (var carried in _carried)
                carried.Observe(found.Carried, () => $"node {name}");
            var number = 1f;
            readValue?.Invoke(ref number);
            if (!float.IsFinite(number))
                throw new InvalidDataException($"Column '{value!.Value.Name}', {RowName.Of(cursor)}: the value is {number}; expected a "
                    + "finite number.");
            var column = readFeature();
            if (!found.Features.TryAdd(column, number))
                throw new InvalidDataException($"Column '{feature.Name}', {RowName.Of(cursor)}: node {name} has feature {column} already; "
                    + "expected it once.");
        }
        return nodes;
    }

    private sealed record Node(T Id)
    {
        internal SortedList<int, float> Features { get; } = [];

        /// <summary>The node's number among the nodes that have rows; -1 if it has none.</summary>
        internal int Carried { get; set; } = -1;
    }

    private sealed class Cursor(FeatureVectorView<T> view, bool[] active) : SequentialCursor(view.Schema, active)
    {
        private int _row = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        protected override bool MoveToNextRow() => ++_row < view._nodes.Value.Count;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index > 1 && view._nodes.Value is { } nodes)
                return view._carried[column.Index - 2].CreateGetter<TValue>(() => nodes[_row].Carried);
            Delegate getter = column.Index == 0 ? (ValueGetter<T>)((ref T value) => value = view._nodes.Value[_row].Id)
                : (ValueGetter<VBuffer<float>>)Write;
            return (ValueGetter<TValue>)getter;
        }

        private void Write(ref VBuffer<float> value)
        {
            var features = view._nodes.Value[_row].Features;
            var editor = VBufferEditor.Create(ref value, ((VectorDataViewType)view.Schema[1].Type).Size, features.Count);
            for (var i = 0; i < features.Count; i++)
            {
                editor.Values[i] = features.Values[i];
                // A vector with all its elements has no indices.
                if (features.Count < ((VectorDataViewType)view.Schema[1].Type).Size)
                    editor.Indices[i] = features.Keys[i];
            }
            value = editor.Commit();
        }
    }
}
