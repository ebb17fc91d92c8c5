namespace MLSeqGraph.Trainers;

/// <summary>What a Baum-Welch step adds up over the sequences, and the emission that makes the most of it.</summary>
internal abstract class HiddenMarkovSums
{
    /// <param name="x">A sequence.</param>
    /// <param name="posterior">The states' probabilities in each step, or their weights, [steps, states].</param>
    internal abstract void Add(ObservedSequence x, ReadOnlySpan<double> posterior);

    /// <summary>The new emission. A state that nothing was added to keeps what it has.</summary>
    /// <param name="pseudoCount">Added to each count of symbols and mixture weights.</param>
    /// <param name="leastVariance">The least variance in each dimension or direction.</param>
    internal abstract HiddenMarkovEmission Maximize(double pseudoCount, double leastVariance);
}
