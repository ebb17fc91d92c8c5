namespace MLSeqGraph.Transforms;

/// <summary>How random walks go. With p = q = 1 each step is to a neighbor at random (DeepWalk, Perozzi et al. 2014).</summary>
public sealed record RandomWalkOptions
{
    /// <summary>Nodes per walk, its start included. 80 by default.</summary>
    public int Length { get; init; } = 80;

    /// <summary>
    /// p of node2vec (Grover and Leskovec 2016): a step back to the previous node is 1/p times as likely as one to a neighbor of that
    /// node. Above 1, walks return less often. 1 by default.
    /// </summary>
    public double ReturnParameter { get; init; } = 1;

    /// <summary>
    /// q of node2vec: a step to a node that the previous node has no edge to is 1/q times as likely. Below 1, walks go far. 1 by default.
    /// </summary>
    public double InOutParameter { get; init; } = 1;

    /// <summary>Whether steps depend on the previous node.</summary>
    public bool IsBiased => ReturnParameter != 1 || InOutParameter != 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Length < 1)
            throw new ArgumentException($"{nameof(Length)} is {Length}; expected at least 1.", nameof(Length));
        Positive(nameof(ReturnParameter), ReturnParameter);
        Positive(nameof(InOutParameter), InOutParameter);
    }

    private static void Positive(string option, double found)
    {
        // Beyond these, 1/p and 1/q are no longer good multiples of a weight.
        if (!(found is >= 1e-9 and <= 1e9))
            throw new ArgumentException(FormattableString.Invariant($"{option} is {found}; expected 1e-9 to 1e9."), option);
    }
}
