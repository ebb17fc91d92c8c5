using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The features of some nodes as a network's input, dense, sparse or as numbers of rows, as it reads them, and what is beside them.
/// </summary>
internal sealed class FeatureRows
{
    private readonly FeatureMatrix _features;
    private readonly Rows<float> _dense, _values;
    private readonly Rows<int> _numbers;
    private readonly EdgePlan? _elements;
    private readonly SideRows _sides;
    private int[] _rowOf = [], _columnOf = [];
    private int _rows, _count;

    internal FeatureRows(Func<string, bool> reads, string name, FeatureMatrix features)
    {
        (_features, _sides) = (features, new(reads, features.Sides));
        _numbers = new(reads, GraphNetworkModel.Rows);
        var sparse = name + NetworkBuilder.SparseSuffix;
        (_dense, _values) = (new(reads, name), new(reads, sparse + "/values"));
        if (features.IsSparse && reads(sparse + "/values"))
            _elements = new(reads, sparse);
    }

    internal void Fill(ReadOnlySpan<int> nodes)
    {
        _rows = nodes.Length;
        _sides.Fill(nodes);
        if (_numbers.TryResize(nodes.Length) is { } numbers)
            nodes.CopyTo(numbers);
        if (_dense.TryResize(checked(nodes.Length * _features.ColumnCount)) is { } dense)
            for (var i = 0; i < nodes.Length; i++)
                _features.CopyRow(nodes[i], dense.AsSpan(i * _features.ColumnCount, _features.ColumnCount));
        if (_elements is null)
            return;
        var start = _features.RowStart!;
        _count = 0;
        foreach (var node in nodes)
            _count += start[node + 1] - start[node];
        var values = _values.TryResize(_count)!;
        if (_rowOf.Length < _count)
            (_rowOf, _columnOf) = (new int[values.Length], new int[values.Length]);
        for (int i = 0, at = 0; i < nodes.Length; i++)
        {
            int from = start[nodes[i]], length = start[nodes[i] + 1] - from;
            _features.Values.AsSpan(from, length).CopyTo(values.AsSpan(at));
            _features.Columns.AsSpan(from, length).CopyTo(_columnOf.AsSpan(at));
            _rowOf.AsSpan(at, length).Fill(i);
            at += length;
        }
        _elements.Build(_columnOf.AsMemory(0, _count), _rowOf.AsMemory(0, _count), _features.ColumnCount, _rows);
    }

    internal void FeedTo(IInputFeed feed)
    {
        _dense.FeedTo(feed, _rows, _features.ColumnCount);
        if (_numbers.IsRead)
            feed.Feed(GraphNetworkModel.AllFeatures, _features.Values.AsMemory(), _features.RowCount, _features.ColumnCount);
        _numbers.FeedTo(feed, _rows);
        _sides.FeedTo(feed);
        if (_elements is null)
            return;
        _elements.FeedTo(feed);
        _values.FeedTo(feed, _count);
    }
}
