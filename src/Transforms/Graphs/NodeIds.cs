using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>What identifies a node: a whole number, or text (a key's value, where it has one).</summary>
internal readonly record struct NodeId(long Number, string? Text)
{
    public override string ToString() => Text is null ? Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"'{Text}'";

    /// <summary>Reads ids from a column; a missing one throws an <see cref="InvalidDataException"/>.</summary>
    /// <exception cref="ArgumentException">The column is of another type.</exception>
    internal static Func<NodeId> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var read = OptionalReader(row, column);
        return () => read() ?? throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: the node's id is missing; "
            + "expected a value.");
    }

    /// <summary>Reads ids from a column, null for a missing one: empty text or key 0.</summary>
    /// <exception cref="ArgumentException">The column is of another type.</exception>
    internal static Func<NodeId?> OptionalReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType)
        {
            var key = NumberReader(row, column)!;
            if (column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is { Type: VectorDataViewType values }
                && LabelType.Find(values.ItemType) is { } type)
            {
                var texts = type.Read(column);
                return () => key() is var number && number > 0 ? new(0, texts[(int)number - 1]) : null;
            }
            return () => key() is var number && number > 0 ? new(number - 1, null) : null;
        }
        if (column.Type is TextDataViewType)
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getter(ref text);
                return text.IsEmpty ? null : new(0, text.ToString());
            };
        }
        var reader = NumberReader(row, column)
            ?? throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected ids of nodes: text, a key, Int32, Int64 "
                + "or UInt32.");
        return () => new(reader(), null);
    }

    /// <summary>Reads keys of any width as numbers from 1, 0 for a missing one.</summary>
    internal static Func<long> KeyReader(DataViewRow row, DataViewSchema.Column column) => NumberReader(row, column)!;

    /// <summary>The values that a key column's keys stand for, in their order; null where it has none.</summary>
    internal static string[]? KeyNames(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is { Type: VectorDataViewType values }
            && LabelType.Find(values.ItemType) is { } type ? [.. type.Read(column)] : null;

    /// <summary>Reads keys as the numbers that their values have in another view, from 1, 0 for a missing one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The keys: those of one view may have another order than those of the other.</param>
    /// <param name="known">The other view's values; null to read the keys as they are.</param>
    /// <returns>What throws an <see cref="InvalidDataException"/> for a value that isn't known.</returns>
    /// <exception cref="ArgumentException">The column doesn't say what its keys stand for, although the other does.</exception>
    internal static Func<long> KeyReader(DataViewRow row, DataViewSchema.Column column, string[]? known)
    {
        var key = KeyReader(row, column);
        if (known is null)
            return key;
        var names = KeyNames(column) ?? throw new ArgumentException($"Column '{column.Name}' is {column.Type} without values; expected "
            + $"keys with the values that they stand for, as in training ({Listed(known)}).");
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < known.Length; i++)
            numbers.TryAdd(known[i], i + 1);
        var found = Array.ConvertAll(names, name => numbers.GetValueOrDefault(name));
        return () => key() is var number && number <= 0 ? 0
            : number <= found.Length && found[number - 1] is > 0 and var of ? of
            : throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: found "
                + $"{(number <= names.Length ? $"'{names[number - 1]}'" : $"key {number}")}; expected one that was trained on "
                + $"({Listed(known)}).");
    }

    private static string Listed(string[] names) =>
        string.Join(", ", names.Take(5).Select(name => $"'{name}'")) + (names.Length > 5 ? $" and {names.Length - 5} others" : "");

    private static Func<long>? NumberReader(DataViewRow row, DataViewSchema.Column column)
    {
        Func<long> Of<T>(Func<T, long> convert)
        {
            var getter = row.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return convert(value);
            };
        }
        var type = column.Type.RawType;
        return type == typeof(int) ? Of<int>(value => value)
            : type == typeof(long) ? Of<long>(value => value)
            : type == typeof(uint) ? Of<uint>(value => value)
            : type == typeof(byte) ? Of<byte>(value => value)
            : type == typeof(ushort) ? Of<ushort>(value => value)
            : type == typeof(ulong) ? Of<ulong>(value => checked((long)value))
            : null;
    }
}

/// <summary>The nodes of a view by their ids, or by row number where there is no id column.</summary>
internal sealed class NodeIds
{
    private readonly Dictionary<NodeId, int>? _rows;
    private readonly string? _column;

    private NodeIds(int count, string? column, Dictionary<NodeId, int>? rows, NodeId[]? all) =>
        (Count, _column, _rows, All) = (count, column, rows, all);

    internal int Count { get; }

    /// <summary>The ids in the order of the rows; null where nodes have only row numbers.</summary>
    internal NodeId[]? All { get; }

    internal static NodeIds Numbered(int count) => new(count, null, null, null);

    /// <summary>The nodes of a view, by a column of ids or by row number.</summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">An id is missing or there twice.</exception>
    internal static NodeIds Read(IDataView nodes, string? idColumn)
    {
        if (idColumn is null && nodes.GetRowCount() is { } known)
            return Numbered((int)known);
        DataViewSchema.Column[] columns = idColumn is null ? [] : [nodes.Schema.Require(idColumn)];
        using var cursor = nodes.GetRowCursor(columns);
        var read = idColumn is null ? null : NodeId.Reader(cursor, columns[0]);
        List<NodeId> ids = [];
        var count = 0;
        for (; cursor.MoveNextOrThrow(); count++)
            if (read is not null)
                ids.Add(read());
        return idColumn is null ? Numbered(count) : Of(idColumn, ids);
    }

    /// <exception cref="InvalidDataException">An id is there twice.</exception>
    internal static NodeIds Of(string column, IReadOnlyList<NodeId> ids)
    {
        var rows = new Dictionary<NodeId, int>(ids.Count);
        for (var row = 0; row < ids.Count; row++)
            if (!rows.TryAdd(ids[row], row))
                throw new InvalidDataException($"Column '{column}', row {row}: the node id {ids[row]} is that of row {rows[ids[row]]} "
                    + "already; expected ids that differ.");
        return new(ids.Count, column, rows, [.. ids]);
    }

    /// <summary>These nodes, which have ids, and others after them.</summary>
    internal NodeIds With(IReadOnlyCollection<NodeId> more) => more.Count == 0 ? this : Of(_column!, [.. All!, .. more]);

    /// <summary>The row of a node; -1 where there is no such node.</summary>
    internal int Find(NodeId id) => _rows is not null ? _rows.GetValueOrDefault(id, -1)
        : id.Text is null && (ulong)id.Number < (ulong)Count ? (int)id.Number : -1;

    /// <summary>The row of a node that an edge names, or a row of pairs.</summary>
    /// <exception cref="InvalidDataException">There is no such node.</exception>
    internal int RowOf(NodeId id, DataViewRow edge, string column, string of = "edges")
    {
        if (Find(id) is >= 0 and var row)
            return row;
        throw new InvalidDataException($"Column '{column}' of the {of}, {RowName.Of(edge)}: found node {id}, "
            + (_rows is not null ? $"which column '{_column}' of the nodes doesn't have; expected one of its {Count} nodes"
                : $"expected a row number of the nodes, 0 to {Count - 1}, since no column of their ids (nodeIdColumnName) was named")
            + (of == "edges" ? ". A trained model is given a graph with other nodes by WithGraph." : "."));
    }
}
