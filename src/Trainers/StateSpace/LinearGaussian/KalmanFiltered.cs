namespace MLSeqGraph.Trainers;

/// <summary>What the Kalman filter says of a sequence. A step's prediction knows the steps before it, its filtered state the step
/// too.</summary>
public sealed class KalmanFiltered
{
    internal KalmanFiltered(ObservedSequence x, ObservedSequence? inputs) => (Observations, Inputs) = (x, inputs);

    /// <summary>Predicted means of the states, [steps][states].</summary>
    public IReadOnlyList<double[]> PredictedMeans => PredictedMeanList;

    /// <summary>Predicted covariances, [steps][states · states].</summary>
    public IReadOnlyList<double[]> PredictedCovariances => PredictedCovarianceList;

    /// <summary>Filtered means of the states, [steps][states].</summary>
    public IReadOnlyList<double[]> FilteredMeans => FilteredMeanList;

    /// <summary>Filtered covariances, [steps][states · states].</summary>
    public IReadOnlyList<double[]> FilteredCovariances => FilteredCovarianceList;

    /// <summary>log p(x), of the values that aren't missing.</summary>
    public double LogLikelihood { get; internal set; }

    internal ObservedSequence Observations { get; }

    internal ObservedSequence? Inputs { get; }

    internal List<double[]> PredictedMeanList { get; } = [];

    internal List<double[]> PredictedCovarianceList { get; } = [];

    internal List<double[]> FilteredMeanList { get; } = [];

    internal List<double[]> FilteredCovarianceList { get; } = [];
}
