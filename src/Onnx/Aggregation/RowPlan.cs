namespace MLSeqGraph.Onnx;

/// <summary>
/// Sums the rows of a tensor that belong to one table row. The places of each table row are padded to one of a few widths;
/// each width is one Gather and one ReduceSum. Table rows read at more places than the widest list holds are cut into chunks
/// whose sums are added the same way, in groups where there are very many chunks. A kernel reads the places as lists of any length.
/// </summary>
internal sealed class RowPlan : HostInput
{
    // Wider steps cost padding, more steps cost operations: lists of words and characters are mostly short.
    private static readonly int[] Widths = [1, 2, 4, 8, 16, 32, ChunkSize];
    private const int ChunkSize = 64;

    private readonly string _table;
    private readonly Value[] _ids;
    private readonly Value[] _buckets = [];
    private readonly Value? _start, _columns;
    private readonly Value _chunks = null!, _groups = null!, _large = null!;
    private readonly int[] _indexOfRow; // in _rows; -1 for rows not read
    private readonly List<int> _rows = [];
    private int[] _counts = [], _starts = [], _places = [], _order = [];

    internal RowPlan(Graph graph, Value table, Value[] ids)
    {
        _table = table.Name;
        _ids = ids;
        _indexOfRow = new int[table.Shape[0].Size];
        Array.Fill(_indexOfRow, -1);
        Value Index(string name, string lists, Dim width) =>
            graph.Input($"{_table}/{name}", ElementType.Int64, [$"{_table}_{lists}", width]);
        Rows = graph.Input(_table + "/rows", ElementType.Int64, [_table + "_rows"]);
        if (graph.UsesKernels)
        {
            _start = graph.Input(_table + "/start", ElementType.Int32, [_table + "_rows_1"]);
            _columns = graph.Input(_table + "/columns", ElementType.Int32, [_table + "_places"]);
            return;
        }
        _buckets = [.. Widths.Select(width => Index($"places_{width}", $"rows_{width}", width))];
        _chunks = Index("chunks", "chunks", ChunkSize);
        _groups = Index("groups", "groups", _table + "_group");
        _large = Index("large", "large_rows", ChunkSize);
    }

    /// <summary>The table rows that were read, [rows] Int64, all different.</summary>
    internal Value Rows { get; }

    internal override IEnumerable<Value> Inputs =>
        _start is not null ? [Rows, _start, _columns!] : [Rows, .. _buckets, _chunks, _groups, _large];

    /// <summary>[places, width] → [rows, width].</summary>
    internal Value Sum(Value x)
    {
        Dim width = x.Shape[1];
        if (_start is not null)
            return GatherSum.Of(x, _start, _columns!, [Rows.Shape[0], width]);
        var zero = Op.Filled(0f, [1, width], x);
        var places = Op.Concat(0, x, zero);
        var chunks = Op.Concat(0, SumOf(places, _chunks), zero);
        var groups = Op.Concat(0, chunks, SumOf(chunks, _groups));
        var sums = Op.Concat(0, [.. _buckets.Select(bucket => SumOf(places, bucket)), SumOf(groups, _large)]);
        // The buckets' rows together are the table rows read, which the shapes don't show.
        return Op.Renamed(sums, [Rows.Shape[0], width]);
    }

    internal override void Fill(HostFeed feed)
    {
        var places = SortPlaces(feed);
        var rows = feed.Write<long>(Rows, _rows.Count);
        if (_start is not null)
        {
            FillLists(feed, rows, places);
            return;
        }
        var at = 0;
        for (int bucket = 0, above = 0; bucket < Widths.Length; above = Widths[bucket++])
        {
            var width = Widths[bucket];
            var lists = feed.Write<long>(_buckets[bucket], CountRows(above + 1, width), width);
            lists.Fill(places);
            for (int row = 0, list = 0; row < _rows.Count; row++)
                if (_counts[row] > above && _counts[row] <= width)
                {
                    rows[at++] = _rows[row];
                    Copy(PlacesOf(row), lists.Slice(list++ * width, width));
                }
        }
        FillLarge(feed, places, rows[at..]);
        foreach (var row in _rows)
            _indexOfRow[row] = -1;
    }

    private void FillLists(HostFeed feed, Span<long> rows, int places)
    {
        var start = feed.Write<int>(_start!, _rows.Count + 1);
        _starts.AsSpan(0, _rows.Count).CopyTo(start);
        start[_rows.Count] = places;
        _places.AsSpan(0, places).CopyTo(feed.Write<int>(_columns!, places));
        for (var row = 0; row < _rows.Count; row++)
        {
            rows[row] = _rows[row];
            _indexOfRow[_rows[row]] = -1;
        }
    }

    private void FillLarge(HostFeed feed, int places, Span<long> rows)
    {
        int chunkCount = 0, mostChunks = 0;
        for (var row = 0; row < _rows.Count; row++)
            if (ChunksOf(row) is > 1 and var count)
                (chunkCount, mostChunks) = (chunkCount + count, Math.Max(mostChunks, count));
        // Groups are wide enough that no row has more of them than a list holds.
        var groupSize = Math.Max(ChunkSize, Ceiling(mostChunks, ChunkSize));
        var groupCount = 0;
        for (var row = 0; row < _rows.Count; row++)
            if (ChunksOf(row) is > ChunkSize and var count)
                groupCount += Ceiling(count, groupSize);

        var chunks = feed.Write<long>(_chunks, chunkCount, ChunkSize);
        var groups = feed.Write<long>(_groups, groupCount, groupSize);
        var lists = feed.Write<long>(_large, rows.Length, ChunkSize);
        chunks.Fill(places);
        groups.Fill(chunkCount);
        lists.Fill(chunkCount);
        int chunk = 0, group = 0, list = 0;
        for (var row = 0; row < _rows.Count; row++)
        {
            var count = ChunksOf(row);
            if (count <= 1)
                continue;
            Copy(PlacesOf(row), chunks[(chunk * ChunkSize)..]);
            rows[list] = _rows[row];
            var parts = lists.Slice(list++ * ChunkSize, ChunkSize);
            if (count <= ChunkSize)
            {
                Count(parts[..count], chunk);
            }
            else
            {
                Count(groups.Slice(group * groupSize, count), chunk);
                var groupsOfRow = Ceiling(count, groupSize);
                Count(parts[..groupsOfRow], chunkCount + 1 + group);
                group += groupsOfRow;
            }
            chunk += count;
        }
    }

    // Counting sort of the places by table row, rows in the order of their first place.
    private int SortPlaces(HostFeed feed)
    {
        _rows.Clear();
        var places = 0;
        foreach (var ids in _ids)
            places += CheckIds(ids, feed.Read<long>(ids));
        Grow(ref _order, places);
        Grow(ref _places, places);
        var at = 0;
        foreach (var ids in _ids)
            foreach (var id in feed.Read<long>(ids))
            {
                ref var row = ref _indexOfRow[id];
                if (row < 0)
                {
                    row = _rows.Count;
                    Grow(ref _counts, row + 1);
                    _counts[row] = 0;
                    _rows.Add((int)id);
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
        return places;
    }

    private int CheckIds(Value input, ReadOnlySpan<long> ids)
    {
        for (var i = 0; i < ids.Length; i++)
            if ((ulong)ids[i] >= (ulong)_indexOfRow.Length)
                throw new ArgumentException(
                    $"Input '{input.Name}': found row number {ids[i]} at place {i}; expected 0 to {_indexOfRow.Length - 1}, the rows of "
                        + $"table '{_table}'.");
        return ids.Length;
    }

    private int CountRows(int from, int to)
    {
        var count = 0;
        foreach (var places in _counts.AsSpan(0, _rows.Count))
            if (places >= from && places <= to)
                count++;
        return count;
    }

    private ReadOnlySpan<int> PlacesOf(int row) => _places.AsSpan(_starts[row], _counts[row]);

    private int ChunksOf(int row) => Ceiling(_counts[row], ChunkSize);

    private static Value SumOf(Value x, Value lists) =>
        lists.Shape[1] == 1 ? Op.Gather(x, Op.Squeeze(lists, 1)) : Op.ReduceSum(Op.Gather(x, lists), [1], keepDims: false);

    private static int Ceiling(int number, int divisor) => (number + divisor - 1) / divisor;

    private static void Copy(ReadOnlySpan<int> from, Span<long> to)
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = from[i];
    }

    private static void Count(Span<long> numbers, int from)
    {
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = from + i;
    }

    private static void Grow(ref int[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
    }
}
