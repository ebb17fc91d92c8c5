namespace MLSeqGraph.Transforms;

/// <summary>What the steps of a sequence are.</summary>
public enum SequenceKind
{
    /// <summary>A step is one token, a whole number that stands for an entry of a vocabulary.</summary>
    Tokens,

    /// <summary>A step is a vector of real-valued features.</summary>
    Real,

    /// <summary>Real numbers of the row as a whole.</summary>
    Vector,

    /// <summary>A category of the row as a whole.</summary>
    Category,
}

/// <summary>What kinds of sequences have in common.</summary>
internal static class SequenceKinds
{
    /// <summary>Whether the items are real numbers; else they are ids.</summary>
    internal static bool IsReal(this SequenceKind kind) => kind is SequenceKind.Real or SequenceKind.Vector;

    /// <summary>Whether there is one item per row, without steps.</summary>
    internal static bool IsRow(this SequenceKind kind) => kind is SequenceKind.Vector or SequenceKind.Category;
}
