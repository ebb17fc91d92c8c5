namespace MLSeqGraph.Transforms;

/// <summary>How a deployed model was compared with the trained network.</summary>
/// <param name="Tolerance">The largest relative difference allowed.</param>
/// <param name="LargestDifference">The largest one seen.</param>
/// <param name="Cases">The number of batches compared.</param>
public sealed record ModelVerification(double Tolerance, double LargestDifference, int Cases);
