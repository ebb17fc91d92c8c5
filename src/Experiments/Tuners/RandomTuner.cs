namespace MLSeqGraph.Experiments;

/// <summary>Points evenly at random (Bergstra and Bengio 2012).</summary>
public sealed record RandomTuner : Tuner
{
    /// <inheritdoc/>
    public override double[] Propose(TunerContext context) => RandomPoint(context);
}
