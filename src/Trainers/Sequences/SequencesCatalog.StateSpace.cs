namespace MLSeqGraph.Trainers;

// The classical models of sequences, which are fitted without gradients.
public sealed partial class SequencesCatalog
{
    /// <summary>
    /// Hidden Markov models of symbols or vectors: the states of steps, tags of steps, classes or clusters of sequences.
    /// </summary>
    public HiddenMarkovEstimator HiddenMarkov(HiddenMarkovEstimator.Options? options = null) => new(_ml, options ?? new());

    /// <summary>A linear dynamical system of series: a level, a trend, seasons, or states of which everything is learned.</summary>
    public LinearGaussianEstimator LinearDynamicalSystem(LinearGaussianEstimator.Options? options = null) => new(_ml, options ?? new());

    /// <summary>An echo state network: classes of series, or what follows them.</summary>
    public EchoStateEstimator EchoState(EchoStateEstimator.Options? options = null) => new(_ml, options ?? new());
}
