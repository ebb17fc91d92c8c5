namespace MLSeqGraph.Trainers;

/// <summary>What filter and smoother say of a sequence: every state, knowing all observations.</summary>
public sealed class KalmanSmoothed
{
    internal KalmanSmoothed(KalmanFiltered filtered)
    {
        Filtered = filtered;
        (MeanArray, CovarianceArray) = ([.. filtered.FilteredMeans], [.. filtered.FilteredCovariances]);
        CrossArray = new double[Math.Max(0, MeanArray.Length - 1)][];
    }

    /// <summary>What the filter said.</summary>
    public KalmanFiltered Filtered { get; }

    /// <summary>Smoothed means of the states, [steps][states].</summary>
    public IReadOnlyList<double[]> Means => MeanArray;

    /// <summary>Smoothed covariances, [steps][states · states].</summary>
    public IReadOnlyList<double[]> Covariances => CovarianceArray;

    /// <summary>Cov(z[t + 1], z[t] | all observations), [steps - 1][states · states].</summary>
    public IReadOnlyList<double[]> CrossCovariances => CrossArray;

    /// <summary>log p(x), of the values that aren't missing.</summary>
    public double LogLikelihood => Filtered.LogLikelihood;

    internal double[][] MeanArray { get; }

    internal double[][] CovarianceArray { get; }

    internal double[][] CrossArray { get; }
}
