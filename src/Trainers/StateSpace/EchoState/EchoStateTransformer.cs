using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A fitted echo state network in a pipeline.</summary>
/// <inheritdoc/>
public sealed class EchoStateTransformer : SequenceScoringTransformer
{
    internal EchoStateTransformer(ModelFile file, SequenceScoringOptions options, double ridge) : base(file, options) => Ridge = ridge;

    /// <summary>The ridge of the readout, given or chosen by generalized cross-validation.</summary>
    public double Ridge { get; }
}
