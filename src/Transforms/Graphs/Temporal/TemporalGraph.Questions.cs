using Microsoft.ML;

namespace MLSeqGraph.Transforms;

// Views of questions.
public sealed partial class TemporalGraph
{
    // As many last events of a context are searched for recent candidates.
    private const int RecentEvents = 200;

    /// <summary>
    /// Questions to train on: each event with a target, and for each as many other candidates of its time and context. By default half of
    /// these are drawn from those that took part in the last events, which are harder to tell from the target, and the others from all.
    /// </summary>
    /// <param name="firstEvent">The number of the first event, from 0.</param>
    /// <param name="endEvent">The number behind that of the last one.</param>
    /// <param name="negatives">Other candidates for each event; fewer where there are fewer.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="recentShare">The share of recent candidates, 0 to 1; 0 to measure, since scores depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such events, or a number is out of range.</exception>
    /// <exception cref="InvalidDataException">None of them has a target.</exception>
    public IDataView Questions(int firstEvent, int endEvent, int negatives = 10, int seed = 0, float recentShare = 0.5f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(negatives, 1);
        if (!(recentShare is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(recentShare), recentShare, "Expected 0 to 1.");
        var asked = Asked(firstEvent, endEvent);
        IEnumerable<Question> All()
        {
            var random = new Random(seed);
            foreach (var number in asked)
            {
                var one = _events[number];
                yield return new(number, one.Time, one.Source, one.Target, one.Context, true);
                foreach (var other in Drawn(one, negatives, (int)Math.Ceiling(recentShare * negatives), random))
                    yield return new(number, one.Time, one.Source, other, one.Context, false);
            }
        }
        return View(All());
    }

    /// <summary>
    /// Questions to rank: for each event with a target that target, and every other candidate of its time and context, without the source.
    /// </summary>
    /// <param name="firstEvent">The number of the first event, from 0.</param>
    /// <param name="endEvent">The number behind that of the last one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such events.</exception>
    /// <exception cref="InvalidDataException">None of them has a target.</exception>
    public IDataView Candidates(int firstEvent, int endEvent)
    {
        var asked = Asked(firstEvent, endEvent);
        IEnumerable<Question> All()
        {
            foreach (var number in asked)
            {
                var one = _events[number];
                yield return new(number, one.Time, one.Source, one.Target, one.Context, true);
                foreach (var other in _events.Candidates(one.Context, one.Time).ToArray())
                    if (other.Node != one.Source && other.Node != one.Target)
                        yield return new(number, one.Time, one.Source, other.Node, one.Context, false);
            }
        }
        return View(All());
    }

    /// <summary>
    /// Questions about pairs of your own, a row each, in their order: columns of source, target, time and, where there are contexts,
    /// context, as the events have. Nodes that had no event may be asked about. The column <c>Label</c> is false.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of another type, or ids are numbers where those of the events are text, or the other way round.
    /// </exception>
    /// <exception cref="InvalidDataException">A row has no source, target or time.</exception>
    public IDataView Ask(IDataView pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var reader = new TemporalEventReader(_columns, "pairs");
        var rows = reader.Read(pairs, hasFeatures: false, cancellationToken);
        CheckTimes(reader);
        if (rows.Count > 0)
            CheckKind(rows[0].Event.Source);
        Question[] questions = [.. rows.Select((pair, at) => new Question(at, pair.Event.Time, Find(pair.Event.Source), Find(
            pair.Event.Target ?? throw new InvalidDataException($"Column '{_columns.TargetColumnName}' of the pairs, {pair.Row}: the "
                + "node's id is missing; expected a value.")),
            pair.Event.Context is { } context ? _contexts.GetValueOrDefault(context, -1) : 0, false))];
        return View(questions, number => (Text(rows[number].Event.Source), Text(rows[number].Event.Target!.Value)));
    }

    private int Find(NodeId node) => _nodes.GetValueOrDefault(node, -1);

    private static string Text(NodeId node) => node.Text ?? node.ToString();

    private int[] Asked(int first, int end)
    {
        if (first < 0 || end > EventCount || first >= end)
            throw new ArgumentOutOfRangeException(nameof(first), $"Events {first} to before {end} of {EventCount}: there are none; "
                + "expected "
                + $"a first event from 0, and an end above it and at most {EventCount}.");
        int[] asked = [.. Enumerable.Range(first, end - first).Where(number => _events[number].Target >= 0)];
        return asked.Length > 0 ? asked : throw new InvalidDataException($"Column '{_columns.TargetColumnName}': none of the "
            + $"events {first} "
            + $"to {end - 1} has a target; there is nothing to ask about.");
    }

    private List<int> Drawn(TemporalEvent one, int count, int recentCount, Random random)
    {
        var all = _events.Candidates(one.Context, one.Time);
        bool IsOther(int node) => node != one.Source && node != one.Target;
        HashSet<int> drawn = [];
        List<int> recent = [];
        var before = _events.OfContext(one.Context, one.Time);
        for (var at = before.Length - 1; at >= Math.Max(0, before.Length - RecentEvents) && recent.Count < 2 * count; at--)
        {
            var (_, source, target, _) = _events[before[at]];
            foreach (var node in _options.OnlyTargetsAreCandidates ? [target] : (int[])[target, source])
                if (node >= 0 && IsOther(node) && drawn.Add(node))
                    recent.Add(node);
        }
        // The nearest first, but not always the same.
        List<int> kept = [.. recent.Select((node, at) => (node, at + random.NextDouble() * count)).OrderBy(pair => pair.Item2)
            .Take(recentCount).Select(pair => pair.node)];
        drawn = [.. kept];
        for (var draws = 0; kept.Count < count && draws < 4 * count && all.Length > 0; draws++)
            if (all[random.Next(all.Length)].Node is var node && IsOther(node) && drawn.Add(node))
                kept.Add(node);
        return kept;
    }

    // Rows are made when they are read, and again for each reading.
    private IDataView View(IEnumerable<Question> questions, Func<int, (string, string)>? names = null) => HasContexts
        ? _catalog.LoadFromEnumerable(questions.Select(question => Fill(new ContextQuestionRow
        {
            ContextEvents = History(_events.OfContext(question.Context, question.Time), question, null),
        }, question, names)))
        : _catalog.LoadFromEnumerable(questions.Select(question => Fill(new QuestionRow(), question, names)));

    private T Fill<T>(T row, Question question, Func<int, (string, string)>? names) where T : QuestionRow
    {
        (row.Query, row.Label, row.Time) = (question.Query, question.Label, question.Time);
        (row.Source, row.Target) = names?.Invoke(question.Query) ?? (Text(_names[question.Source]), Text(_names[question.Target]));
        row.SourceEvents = History(_events.OfNode(question.Source, question.Time), question, question.Source);
        row.TargetEvents = History(_events.OfNode(question.Target, question.Time), question, question.Target);
        return row;
    }

    private class QuestionRow
    {
        public long Query { get; set; }

        public bool Label { get; set; }

        public double Time { get; set; }

        public string Source { get; set; } = "";

        public string Target { get; set; } = "";

        public float[] SourceEvents { get; set; } = [];

        public float[] TargetEvents { get; set; } = [];
    }

    private sealed class ContextQuestionRow : QuestionRow
    {
        public float[] ContextEvents { get; set; } = [];
    }
}
