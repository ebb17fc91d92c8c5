namespace MLSeqGraph.Transforms;

/// <summary>
/// Runs of windows and of bands that are hidden at random, so that a network doesn't rely on any (SpecAugment, Park et al. 2019).
/// </summary>
/// <param name="Times">Number of runs of windows, 2 by default.</param>
/// <param name="TimeWidth">The most windows of a run, 10 by default; at most a quarter of a row.</param>
/// <param name="BandRuns">Number of runs of bands, 2 by default.</param>
/// <param name="BandWidth">The most bands of a run, 8 by default.</param>
/// <param name="Seed">Decides, with a row's samples, which ones.</param>
public sealed record SpectrogramMasks(int Times = 2, int TimeWidth = 10, int BandRuns = 2, int BandWidth = 8, int Seed = 0)
{
    internal void Validate()
    {
        if (Times < 0 || TimeWidth < 0 || BandRuns < 0 || BandWidth < 0)
            throw new ArgumentException($"{nameof(SpectrogramMasks)} are {Times} of {TimeWidth} windows and {BandRuns} of {BandWidth} "
                + "bands; expected at least 0.", nameof(SpeechOptions.Masks));
    }
}
