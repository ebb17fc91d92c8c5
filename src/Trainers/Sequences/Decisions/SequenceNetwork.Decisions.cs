namespace MLSeqGraph.Trainers;

// Networks that act.
public abstract partial record SequenceNetwork
{
    /// <summary>How it acts step by step with states; null where it doesn't.</summary>
    internal virtual DecisionNetwork? Stepwise => null;
}
