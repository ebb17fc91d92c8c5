namespace MLSeqGraph.Trainers;

/// <summary>Counts spans of IOB2 tags (<c>B-PER</c>, <c>I-PER</c>, <c>O</c>), as conlleval does.</summary>
internal sealed class SpanCounter
{
    private readonly Tag[] _tags;
    private readonly string[] _types;
    private readonly long[] _labels;
    private readonly long[] _predictions;
    private readonly long[] _correct;
    private readonly List<Span> _ofLabels = [];
    private readonly List<Span> _ofPredictions = [];

    private SpanCounter(Tag[] tags, string[] types)
    {
        (_tags, _types) = (tags, types);
        (_labels, _predictions, _correct) = (new long[types.Length], new long[types.Length], new long[types.Length]);
    }

    /// <summary>A counter for classes with these names; null where they aren't tags.</summary>
    internal static SpanCounter? TryCreate(IReadOnlyList<string> names)
    {
        var types = new List<string>();
        var tags = new Tag[names.Count];
        for (int i = 0; i < tags.Length; i++)
        {
            if (names[i] == "O")
            {
                tags[i] = Tag.Outside;
                continue;
            }

            if (names[i] is not ("B" or "I") && !names[i].StartsWith("B-", StringComparison.Ordinal)
                && !names[i].StartsWith("I-", StringComparison.Ordinal))
                return null;
            string type = names[i].Length > 2 ? names[i][2..] : "";
            int known = types.IndexOf(type);
            if (known < 0)
            {
                known = types.Count;
                types.Add(type);
            }

            tags[i] = new Tag(known, names[i][0] == 'B');
        }

        return types.Count > 0 ? new SpanCounter(tags, [.. types]) : null;
    }

    /// <summary>Counts the spans of a sequence.</summary>
    /// <param name="labels">The class of each step.</param>
    /// <param name="predictions">The class predicted for each step; -1, for none, is outside all spans.</param>
    internal void Add(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions)
    {
        Find(labels, _ofLabels);
        Find(predictions, _ofPredictions);
        foreach (var span in _ofLabels)
            _labels[span.Type]++;
        int at = 0;
        foreach (var span in _ofPredictions)
        {
            _predictions[span.Type]++;
            while (at < _ofLabels.Count && _ofLabels[at].Start < span.Start)
                at++;
            if (at < _ofLabels.Count && _ofLabels[at] == span)
                _correct[span.Type]++;
        }
    }

    internal SpanMetrics ToMetrics() => new([.. _types
        .Select((type, i) => new ClassMetrics(type, _labels[i], _predictions[i], _correct[i]))
        .Where(type => type.LabelCount + type.PredictedCount > 0)
        .OrderBy(type => type.Name, StringComparer.Ordinal)]);

    private void Find(ReadOnlySpan<int> steps, List<Span> spans)
    {
        spans.Clear();
        int start = 0;
        var open = Tag.Outside;
        for (int step = 0; step <= steps.Length; step++)
        {
            var tag = step == steps.Length || steps[step] < 0 ? Tag.Outside : _tags[steps[step]];
            if (tag.Type == open.Type && !tag.IsBegin)
                continue;
            if (open.Type >= 0)
                spans.Add(new Span(open.Type, start, step));
            (open, start) = (tag, step);
        }
    }

    private readonly record struct Tag(int Type, bool IsBegin)
    {
        internal static Tag Outside => new(-1, false);
    }

    private readonly record struct Span(int Type, int Start, int End);
}
