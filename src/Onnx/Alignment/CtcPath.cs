namespace MLSeqGraph.Onnx;

/// <summary>Which class each frame belongs to, given the labels: <see cref="CtcFrames.Align"/>.</summary>
/// <param name="Classes">The class of each frame, blanks among them.</param>
/// <param name="Labels">Of each label its frames, from the first to before the end.</param>
/// <param name="LogProbability">The natural logarithm of the path's probability.</param>
public sealed record CtcPath(IReadOnlyList<int> Classes, IReadOnlyList<(int Start, int End)> Labels, double LogProbability)
{
    // States are a blank and a label in turn. A path goes on, moves to the next state, or skips a blank between different labels.
    internal static CtcPath Of(CtcFrames frames, ReadOnlySpan<int> labels)
    {
        Check(frames, labels);
        var states = 2 * labels.Length + 1;
        var classes = new int[states];
        Array.Fill(classes, frames.Blank);
        for (var i = 0; i < labels.Length; i++)
            classes[2 * i + 1] = labels[i];
        var (best, next) = (new double[states], new double[states]);
        Array.Fill(best, double.NegativeInfinity);
        best[0] = 0;
        var from = new int[frames.Count, states];
        for (var frame = 0; frame < frames.Count; frame++)
        {
            var logs = frames.LogProbabilities(frame);
            for (var state = 0; state < states; state++)
            {
                var source = state;
                if (state > 0 && best[state - 1] > best[source])
                    source = state - 1;
                if (state > 2 && state % 2 == 1 && classes[state] != classes[state - 2] && best[state - 2] > best[source])
                    source = state - 2;
                (from[frame, state], next[state]) = (source, best[source] + logs[classes[state]]);
            }
            (best, next) = (next, best);
        }
        var last = states > 1 && best[states - 2] > best[states - 1] ? states - 2 : states - 1;
        if (double.IsNegativeInfinity(best[last]))
            throw new ArgumentException("No path with a probability above 0 becomes the labels.", nameof(labels));
        var path = new int[frames.Count];
        var spans = new (int Start, int End)[labels.Length];
        var at = last;
        for (var frame = frames.Count - 1; frame >= 0; at = from[frame--, at])
        {
            path[frame] = classes[at];
            if (at % 2 == 1)
                spans[at / 2] = (frame, spans[at / 2].End == 0 ? frame + 1 : spans[at / 2].End);
        }
        return new(path, spans, best[last]);
    }

    private static void Check(CtcFrames frames, ReadOnlySpan<int> labels)
    {
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] < 0 || labels[i] >= frames.Classes || labels[i] == frames.Blank)
                throw new ArgumentException($"Label {i} is {labels[i]}{(labels[i] == frames.Blank ? ", the blank" : "")}; expected a class "
                    + $"from 0 to {frames.Classes - 1} other than the blank, {frames.Blank}.", nameof(labels));
        var needed = CtcFrames.Needed(labels);
        if (frames.Count < needed)
            throw new ArgumentException($"{labels.Length} labels, {needed - labels.Length} of them equal to the one before, need {needed} "
                + $"frames; there are {frames.Count}.", nameof(labels));
    }
}
