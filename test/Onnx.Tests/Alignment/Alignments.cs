namespace MLSeqGraph.Onnx.Tests;

/// <summary>Paths of classes over frames, one by one.</summary>
internal static class Alignments
{
    /// <summary>All paths.</summary>
    internal static IEnumerable<int[]> Paths(int frames, int classes)
    {
        for (var number = 0; number < (int)Math.Pow(classes, frames); number++)
            yield return [.. Enumerable.Range(0, frames).Select(frame => number / (int)Math.Pow(classes, frame) % classes)];
    }

    /// <summary>A path without repeats and then without blanks.</summary>
    internal static long[] Collapse(int[] path, int blank) =>
        [.. path.Where((number, i) => number != blank && (i == 0 || path[i - 1] != number)).Select(number => (long)number)];

    /// <summary>The log-probability of a path under logits [batch, time, classes].</summary>
    internal static double LogProbability(TensorData logits, int row, int[] path)
    {
        int time = (int)logits.Sizes[1], classes = (int)logits.Sizes[2];
        return path.Select((number, frame) =>
        {
            var frameLogits = logits.As<float>().AsSpan((row * time + frame) * classes, classes).ToArray();
            return frameLogits[number] - Math.Log(frameLogits.Sum(x => Math.Exp(x)));
        }).Sum();
    }
}
