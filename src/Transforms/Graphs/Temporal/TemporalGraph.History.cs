namespace MLSeqGraph.Transforms;

// Histories, step by step.
public sealed partial class TemporalGraph
{
    /// <summary>The columns of histories in a view of questions.</summary>
    internal const string SourceEvents = "SourceEvents", TargetEvents = "TargetEvents", ContextEvents = "ContextEvents";

    /// <summary>Features of a step before those of the event: that of the time to the question, that of the time since the event
    /// before.</summary>
    internal const int BuiltIn = 12, UntilQuestion = 8, SincePrevious = 9;

    /// <summary>A question: does a source meet a target?</summary>
    private readonly record struct Question(int Query, double Time, int Source, int Target, int Context, bool Label);

    // [events + 1, features]; a history of a node, or of a context where that is null.
    private float[] History(ReadOnlySpan<int> before, Question question, int? node)
    {
        var kept = before.Length > _options.HistoryLength ? before[^_options.HistoryLength..] : before;
        var steps = new float[(kept.Length + 1) * FeatureCount];
        steps[0] = 1;
        steps[10] = MathF.Log(1 + before.Length);
        for (var i = 0; i < kept.Length; i++)
        {
            var number = kept[i];
            var one = _events[number];
            var step = steps.AsSpan((i + 1) * FeatureCount, FeatureCount);
            var isSource = node is null || one.Source == node;
            var other = node is { } self ? one.Beside(self) : one.Source;
            step[1] = isSource ? 1 : 0;
            step[2] = one.Target >= 0 ? 1 : 0;
            step[3] = Same(one.Source, question.Source);
            step[4] = Same(one.Source, question.Target);
            step[5] = Same(one.Target, question.Source);
            step[6] = Same(one.Target, question.Target);
            step[7] = one.Context == question.Context ? 1 : 0;
            step[UntilQuestion] = Gap(question.Time - one.Time);
            // The position among all events of the history, of which the first has none before it.
            var at = before.Length - kept.Length + i;
            step[SincePrevious] = at == 0 ? 0 : Gap(one.Time - _events[before[at - 1]].Time);
            if (other >= 0 && _events.Before(number, other) is { Count: > 0 } known)
            {
                step[10] = MathF.Log(1 + known.Count);
                step[11] = Gap(one.Time - known.Last);
            }
            _events.Features(number).CopyTo(step[BuiltIn..]);
        }
        return steps;
    }

    private static float Same(int node, int asked) => node >= 0 && node == asked ? 1 : 0;

    private float Gap(double time) => (float)Math.Log(1 + time / _options.TimeUnit);
}
