namespace MLSeqGraph.Transforms;

/// <summary>What an input column holds.</summary>
public enum SequenceKind
{
    /// <summary>A sequence whose steps are tokens, whole numbers that stand for entries of a vocabulary.</summary>
    Tokens,

    /// <summary>A sequence whose steps are vectors of real-valued features.</summary>
    Real,

    /// <summary>A vector of real numbers for the whole row.</summary>
    Vector,

    /// <summary>One of several categories for the whole row.</summary>
    Category,
}

/// <summary>Properties of the kinds.</summary>
internal static class SequenceKinds
{
    /// <summary>Whether the items are real numbers; else they are ids.</summary>
    internal static bool IsReal(this SequenceKind kind) => kind is SequenceKind.Real or SequenceKind.Vector;

    /// <summary>Whether there is one item per row, without steps.</summary>
    internal static bool IsRow(this SequenceKind kind) => kind is SequenceKind.Vector or SequenceKind.Category;
}
