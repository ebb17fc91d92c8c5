using System.Numerics.Tensors;

namespace MLSeqGraph.Onnx;

/// <summary>
/// What a network trained by connectionist temporal classification says of one sequence: the probability of each class, the blank among
/// them, in each frame. From these come the labels, greedily or by beam search, and where each label stands.
/// </summary>
public sealed class CtcFrames
{
    private readonly float[] _logs;

    private CtcFrames(float[] logs, int classes, int blank) => (_logs, Classes, Blank) = (logs, classes, blank);

    /// <summary>Number of frames.</summary>
    public int Count => _logs.Length / Classes;

    /// <summary>Number of classes, the blank among them.</summary>
    public int Classes { get; }

    /// <summary>The class of the blank.</summary>
    public int Blank { get; }

    /// <summary>Reads unnormalized log-probabilities.</summary>
    /// <param name="logits">[frames × classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="ArgumentException">The blank is no class, the frames aren't whole, or a number is NaN or too high.</exception>
    public static CtcFrames FromLogits(ReadOnlySpan<float> logits, int classes, int blank)
    {
        var frames = Read(logits, classes, blank, nameof(logits));
        for (var frame = 0; frame < frames.Count; frame++)
        {
            var logs = frames._logs.AsSpan(frame * classes, classes);
            var most = TensorPrimitives.Max<float>(logs);
            var sum = 0.0;
            foreach (var log in logs)
                sum += Math.Exp(log - most);
            TensorPrimitives.Subtract(logs, (float)(most + Math.Log(sum)), logs);
        }
        return frames;
    }

    /// <summary>
    /// Reads probabilities, such as the column <c>Score</c> of <c>ml.Sequences().Alignment</c>, whose blank is the last class.
    /// </summary>
    /// <param name="probabilities">[frames × classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="ArgumentException">
    /// The blank is no class, the frames aren't whole, or a number is no probability.
    /// </exception>
    public static CtcFrames FromProbabilities(ReadOnlySpan<float> probabilities, int classes, int blank)
    {
        const float Slack = 1e-3f;
        foreach (var probability in probabilities)
            if (!(probability is >= 0 and <= 1 + Slack))
                throw new ArgumentException($"Expected probabilities, 0 to 1; got {probability}.", nameof(probabilities));
        var frames = Read(probabilities, classes, blank, nameof(probabilities));
        TensorPrimitives.Log(frames._logs, frames._logs);
        return frames;
    }

    /// <summary>The natural logarithm of each class's probability in a frame, [classes].</summary>
    public ReadOnlySpan<float> LogProbabilities(int frame) => _logs.AsSpan(frame * Classes, Classes);

    /// <summary>The labels of the path of each frame's most probable class, without repeats and blanks.</summary>
    public int[] Greedy()
    {
        var labels = new List<int>();
        var before = Blank;
        for (var frame = 0; frame < Count; frame++)
        {
            var best = TensorPrimitives.IndexOfMax(LogProbabilities(frame));
            if (best != before && best != Blank)
                labels.Add(best);
            before = best;
        }
        return [.. labels];
    }

    /// <summary>
    /// The most probable labels, each the sum over its paths (prefix beam search, Graves et al. 2006 and Hannun et al. 2014), with a model
    /// of what labels follow one another where one is given; the best first.
    /// </summary>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <returns>At most <see cref="CtcBeamOptions.Width"/> results, at least one.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the model knows another number of labels.</exception>
    public IReadOnlyList<CtcHypothesis> BeamSearch(CtcBeamOptions? options = null) => new CtcBeamSearch(this, options ?? new()).Run();

    /// <summary>The most probable path that becomes the labels (Viterbi): which frames belong to each label.</summary>
    /// <param name="labels">Classes, without blanks.</param>
    /// <exception cref="ArgumentException">
    /// A label is the blank or no class, or there are too few frames; or no path has a probability above 0.
    /// </exception>
    public CtcPath Align(ReadOnlySpan<int> labels) => CtcPath.Of(this, labels);

    /// <summary>
    /// Frames that labels need at least: one each, and one for the blank between two equal ones.
    /// </summary>
    public static int Needed(ReadOnlySpan<int> labels)
    {
        var needed = labels.Length;
        for (var i = 1; i < labels.Length; i++)
            if (labels[i] == labels[i - 1])
                needed++;
        return needed;
    }

    private static CtcFrames Read(ReadOnlySpan<float> numbers, int classes, int blank, string name)
    {
        if (classes < 1 || blank < 0 || blank >= classes)
            throw new ArgumentException($"The blank is {blank} of {classes} classes; expected 0 to {classes - 1}.", nameof(blank));
        if (numbers.Length % classes != 0)
            throw new ArgumentException($"{numbers.Length} numbers aren't whole frames of {classes} classes.", name);
        foreach (var number in numbers)
            if (!(number < float.PositiveInfinity))
                throw new ArgumentException($"Expected finite numbers; got {number}.", name);
        return new(numbers.ToArray(), classes, blank);
    }
}
