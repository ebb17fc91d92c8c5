namespace MLSeqGraph.Onnx;

/// <summary>
/// Lets the first steps of a training count in running averages by 1 / steps so far at least, so that these are means of what was seen
/// rather than still near where they began. Until disposed of; where averages are recomputed it does nothing.
/// </summary>
internal readonly struct StatisticWarmUp : IDisposable
{
    // Means that are wrong by a few percent are wrong by much where a feature hardly varies.
    private const long Steps = 1000;

    private readonly float[]? _share;

    /// <param name="share">The number that is fed as <see cref="TrainingModel.StatisticShare"/>; 0 stands for the layers' momentum.</param>
    /// <param name="stepsBefore">Steps that were taken already.</param>
    internal StatisticWarmUp(float[] share, long stepsBefore)
    {
        if (share[0] != 0 || stepsBefore >= Steps)
            return;
        _share = share;
        share[0] = -1f / (stepsBefore + 1);
    }

    /// <summary>Back to the layers' momentum.</summary>
    public void Dispose()
    {
        if (_share is not null)
            _share[0] = 0;
    }
}
