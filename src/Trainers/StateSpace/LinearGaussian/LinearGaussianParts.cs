namespace MLSeqGraph.Trainers;

/// <summary>Parts of a linear dynamical system that are learned.</summary>
[Flags]
public enum LinearGaussianParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>F and, where there are inputs, B.</summary>
    Transition = 1,

    /// <summary>H and, where there are inputs, D.</summary>
    Observation = 2,

    /// <summary>Q.</summary>
    TransitionCovariance = 4,

    /// <summary>R.</summary>
    ObservationCovariance = 8,

    /// <summary>Mean and covariance of the first state.</summary>
    Initial = 16,

    /// <summary>D alone, with H as it is.</summary>
    InputFeedthrough = 32,

    /// <summary>Q and R.</summary>
    Noise = TransitionCovariance | ObservationCovariance,

    /// <summary>All.</summary>
    All = Transition | Observation | InputFeedthrough | Noise | Initial,
}
