using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A graph of timed events, and questions about its future: does a source meet a target at a time? Each question carries the last events
/// before its time of its source, of its target and of the context, step by step, so that a row says all that a network reads. No question
/// sees events at or after its time, whatever batch it is in, and nothing passes from row to row: rows may be shuffled in training, new
/// events and new nodes are added by <see cref="Append"/> without training again, and the model is a function of a row in any program.
/// </summary>
/// <remarks>
/// The columns of a view of questions:
/// <list type="table">
/// <item><term><c>SourceEvents</c>, <c>TargetEvents</c></term><description>Single [events + 1, <see cref="FeatureCount"/>]: a start step,
/// then the last events of the node, oldest first. A node without a history has the start step alone.</description></item>
/// <item><term><c>ContextEvents</c></term><description>The same of the context, where there are contexts.</description></item>
/// <item><term><c>Label</c></term><description>Boolean: whether it happened.</description></item>
/// <item><term><c>Query</c></term><description>Int64: the number of the event, or of the pair, that is asked about.</description></item>
/// <item><term><c>Source</c>, <c>Target</c></term><description>Text: the nodes' ids.</description></item>
/// <item><term><c>Time</c></term><description>Double: the time of the question, for dates in seconds.</description></item>
/// </list>
/// Features of a step: 1 for the start step; whether the node (of a context: a node) was the event's source; whether the event had a
/// target;
/// whether its source is the question's source, the question's target; the same of its target; whether it was in the question's context;
/// log(1 + Δ / unit) of the time to the question, and since the event before in the same history; log(1 + number) of earlier events of the
/// node on the other side, and log(1 + Δ / unit) since the last of them; then the event's own features. The start step has the number of
/// all events of the node in place of that of the other side.
/// </remarks>
public sealed partial class TemporalGraph
{
    private readonly DataOperationsCatalog _catalog;
    private readonly TemporalEventColumns _columns;
    private readonly TemporalGraphOptions _options;
    private readonly Dictionary<NodeId, int> _nodes = [], _contexts = [];
    private readonly List<NodeId> _names = [];
    private readonly Dictionary<NodeId, (long Key, string Text)>? _begins;
    private readonly TemporalEvents _events;
    private readonly Type _timeType;
    private readonly int _eventFeatures;
    private long _last = long.MinValue;

    internal TemporalGraph(DataOperationsCatalog catalog, IDataView events, TemporalEventColumns columns, TemporalGraphOptions options,
        CancellationToken cancellationToken)
    {
        options.Check();
        (_catalog, _columns, _options) = (catalog, columns, options);
        var reader = new TemporalEventReader(columns, "events");
        var rows = reader.Read(events, hasFeatures: true, cancellationToken);
        (_timeType, _eventFeatures) = (reader.TimeType!.RawType, reader.FeatureCount);
        _events = new(options.OnlyTargetsAreCandidates, reader.FeatureCount);
        _begins = columns.Nodes is { } nodes ? Begins(nodes) : null;
        Add(rows, reader.TimeType);
    }

    /// <summary>How many events it has.</summary>
    public int EventCount => _events.Count;

    /// <summary>How many nodes took part in them.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>Features of a step of a history.</summary>
    public int FeatureCount => BuiltIn + _eventFeatures;

    /// <summary>Whether events are in contexts, so that questions have the column <c>ContextEvents</c>.</summary>
    public bool HasContexts => _columns.ContextColumnName is not null;

    /// <summary>Adds later events, of known and new nodes; from then on questions see them. Without an error all are added.</summary>
    /// <param name="events">The events, with the same columns.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">Times go backwards, an event is before its node, or a row is no event.</exception>
    public void Append(IDataView events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var reader = new TemporalEventReader(_columns, "events");
        var rows = reader.Read(events, hasFeatures: true, cancellationToken);
        CheckTimes(reader);
        if (reader.FeatureCount != _eventFeatures)
            throw new ArgumentException($"Column '{_columns.FeaturesColumnName}' of the events has {reader.FeatureCount} numbers here, but "
                + $"{_eventFeatures} before.");
        Add(rows, reader.TimeType!);
    }

    private void CheckTimes(TemporalEventReader reader)
    {
        if (reader.TimeType!.RawType != _timeType)
            throw new ArgumentException($"Column '{_columns.TimeColumnName}' is {reader.TimeType} here; expected times of type "
                + $"{_timeType.Name}, as before.");
    }

    private void CheckKind(NodeId node)
    {
        if (_names.Count == 0)
            return;
        var isText = _names[0].Text is not null;
        if ((node.Text is not null) != isText)
            throw new ArgumentException($"Column '{_columns.SourceColumnName}' has {(isText ? "numbers" : "text")} here, but "
                + $"{(isText ? "text" : "numbers")} before: expected ids of nodes of one kind.");
    }

    // All rows are checked before the first is added.
    private void Add(List<(ReadEvent Event, string Row)> rows, DataViewType timeType)
    {
        var last = _last;
        foreach (var (added, row) in rows)
        {
            if (added.Key < last)
                throw new InvalidDataException($"Column '{_columns.TimeColumnName}', {row}: the time is "
                    + $"{TimeKey.Describe(added.Key, timeType)}, but the event before was at {TimeKey.Describe(last, timeType)}; expected "
                    + "events in the order of time.");
            CheckKind(added.Source);
            last = added.Key;
            CheckBegin(added.Source, _columns.SourceColumnName, added.Key, row, timeType);
            if (added.Target is { } target)
                CheckBegin(target, _columns.TargetColumnName, added.Key, row, timeType);
        }
        foreach (var (added, _) in rows)
            _events.Add(new(added.Time, Number(added.Source), added.Target is { } target ? Number(target) : -1,
                added.Context is { } context ? Numbered(_contexts, context) : 0), added.Features);
        _last = last;
    }

    private void CheckBegin(NodeId node, string column, long key, string row, DataViewType timeType)
    {
        if (_begins is null)
            return;
        if (!_begins.TryGetValue(node, out var begin))
            throw new InvalidDataException($"Column '{column}', {row}: node {node} is not in column '{_columns.NodeIdColumnName}' of the "
                + $"nodes; expected one of its {_begins.Count} nodes.");
        if (key < begin.Key)
            throw new InvalidDataException($"Column '{column}', {row}: node {node} takes part in an event at "
                + $"{TimeKey.Describe(key, timeType)}, but by column '{_columns.NodeTimeColumnName}' of the nodes it begins at "
                + $"{begin.Text}; "
                + "expected events from then on.");
    }

    private Dictionary<NodeId, (long, string)> Begins(IDataView nodes)
    {
        var id = nodes.Schema.Require(_columns.NodeIdColumnName, of: "nodes");
        var time = TemporalEventReader.TimeColumn(nodes.Schema, _columns.NodeTimeColumnName, "nodes");
        if (time.Type.RawType != _timeType)
            throw new ArgumentException($"Column '{time.Name}' of the nodes is {time.Type}; expected times of type "
                + $"{_timeType.Name}, as the "
                + "events have.");
        using var cursor = nodes.GetRowCursor([id, time]);
        var (readId, readTime) = (NodeId.Reader(cursor, id), TimeKey.Reader(cursor, time));
        Dictionary<NodeId, (long, string)> begins = [];
        while (cursor.MoveNextOrThrow())
            if (readId() is var node && readTime() is var key && !begins.TryAdd(node, (key, TimeKey.Describe(key, time.Type))))
                throw new InvalidDataException($"Column '{id.Name}' of the nodes, {RowName.Of(cursor)}: node {node} is there twice; "
                    + "expected "
                    + "ids that differ.");
        return begins;
    }

    private int Number(NodeId node)
    {
        var number = Numbered(_nodes, node);
        if (number == _names.Count)
            _names.Add(node);
        return number;
    }

    private static int Numbered(Dictionary<NodeId, int> numbers, NodeId id)
    {
        if (!numbers.TryGetValue(id, out var number))
            numbers.Add(id, number = numbers.Count);
        return number;
    }
}
