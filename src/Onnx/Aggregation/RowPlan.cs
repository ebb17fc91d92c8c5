namespace MLSeqGraph.Onnx;

/// <summary>
/// Sums the rows of a tensor that belong to one table row. The places of each table row are padded to one of a few widths;
/// each width is one Gather and one ReduceSum. Table rows read at more places than the widest list holds are cut into chunks
/// whose sums are then added the same way.
/// </summary>
internal sealed class RowPlan : HostInput
{
    // Wider steps cost padding, more steps cost operations: lists of words and characters are mostly short.
    private static readonly int[] Widths = [1, 2, 4, 8, 16, 64];

    private readonly Value[] _ids;
    private readonly Value _chunks;
    private readonly Value[] _buckets;
    private readonly Dictionary<long, int> _indexOfRow = [];
    private readonly List<long> _rows = [];
    private int[] _counts = [], _starts = [], _places = [], _order = [];

    internal RowPlan(Graph graph, string table, Value[] ids)
    {
        _ids = ids;
        Rows = graph.Input(table + "/rows", ElementType.Int64, [table + "_rows"]);
        _chunks = graph.Input(table + "/chunks", ElementType.Int64, [table + "_chunks", table + "_chunk"]);
        _buckets = [.. Widths.Select((_, i) => graph.Input($"{table}/places_{i}", ElementType.Int64, [$"{table}_rows_{i}", $"{table}_width_{i}"]))];
    }

    /// <summary>The table rows that were read, [rows] Int64, all different.</summary>
    internal Value Rows { get; }

    internal override IEnumerable<Value> Inputs => [Rows, _chunks, .. _buckets];

    /// <summary>[places, width] → [rows, width].</summary>
    internal Value Sum(Value x)
    {
        Dim width = x.Shape[1];
        var padded = Op.Concat(0, x, Op.Filled(0f, [1, width], x));
        var chunks = Op.ReduceSum(Op.Gather(padded, _chunks), [1], keepDims: false);
        var pool = Op.Concat(0, padded, chunks);
        var sums = Op.Concat(0, [.. _buckets.Select(bucket => Op.ReduceSum(Op.Gather(pool, bucket), [1], keepDims: false))]);
        // The buckets' rows together are the table rows read, which the shapes alone don't tell.
        return Op.Renamed(sums, [Rows.Shape[0], width]);
    }

    internal override void Fill(HostFeed feed)
    {
        CountRows(feed, out var places);
        var widest = Widths[^1];
        // A list too long for the widest bucket becomes at most that many chunks.
        var longest = _counts.AsSpan(0, _rows.Count).IsEmpty ? 0 : Max(_counts.AsSpan(0, _rows.Count));
        var chunkSize = Math.Max(widest, (longest + widest - 1) / widest);
        long chunkCount = 0;
        var bucketRows = new int[Widths.Length];
        for (var row = 0; row < _rows.Count; row++)
        {
            if (_counts[row] > widest)
                chunkCount += (_counts[row] + chunkSize - 1) / chunkSize;
            bucketRows[Bucket(ListLength(row))]++;
        }

        var chunks = feed.Write<long>(_chunks, chunkCount, chunkCount == 0 ? 1 : chunkSize);
        chunks.Fill(places);
        var rows = feed.Write<long>(Rows, _rows.Count);
        long chunk = 0;
        for (int bucket = 0, at = 0; bucket < Widths.Length; bucket++)
        {
            var index = feed.Write<long>(_buckets[bucket], bucketRows[bucket], Widths[bucket]);
            index.Fill(places);
            for (int row = 0, line = 0; row < _rows.Count; row++)
            {
                var length = ListLength(row);
                if (Bucket(length) != bucket)
                    continue;
                rows[at++] = _rows[row];
                var list = _places.AsSpan(_starts[row], _counts[row]);
                for (var i = 0; i < list.Length && length == list.Length; i++)
                    index[line * Widths[bucket] + i] = list[i];
                for (var i = 0; i < length && length != list.Length; i++, chunk++)
                {
                    var part = list.Slice(i * chunkSize, Math.Min(chunkSize, list.Length - i * chunkSize));
                    for (var j = 0; j < part.Length; j++)
                        chunks[(int)chunk * chunkSize + j] = part[j];
                    index[line * Widths[bucket] + i] = places + 1 + chunk;
                }
                line++;
            }
        }

        int ListLength(int row) => _counts[row] <= widest ? _counts[row] : (_counts[row] + chunkSize - 1) / chunkSize;
    }

    // Counting sort of the places by table row, rows in the order of their first place.
    private void CountRows(HostFeed feed, out int places)
    {
        _indexOfRow.Clear();
        _rows.Clear();
        places = 0;
        foreach (var ids in _ids)
            places += feed.Read<long>(ids).Length;
        Grow(ref _order, places);
        Grow(ref _places, places);
        var at = 0;
        foreach (var ids in _ids)
            foreach (var id in feed.Read<long>(ids))
            {
                if (!_indexOfRow.TryGetValue(id, out var row))
                {
                    _indexOfRow[id] = row = _rows.Count;
                    Grow(ref _counts, row + 1);
                    _counts[row] = 0;
                    _rows.Add(id);
                }
                _counts[row]++;
                _order[at++] = row;
            }
        Grow(ref _starts, _rows.Count);
        for (int row = 0, start = 0; row < _rows.Count; start += _counts[row++])
            _starts[row] = start;
        for (var place = 0; place < places; place++)
            _places[_starts[_order[place]]++] = place;
        for (var row = 0; row < _rows.Count; row++)
            _starts[row] -= _counts[row];
    }

    private static int Bucket(int length) => Array.FindIndex(Widths, width => length <= width);

    private static int Max(ReadOnlySpan<int> numbers)
    {
        var max = 0;
        foreach (var number in numbers)
            max = Math.Max(max, number);
        return max;
    }

    private static void Grow(ref int[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
    }
}
