namespace MLSeqGraph.Transforms;

/// <summary>An atom; hydrogens written with their neighbor are not atoms of their own.</summary>
/// <param name="Element">Its symbol, such as <c>Cl</c>; <c>*</c> for any.</param>
/// <param name="IsAromatic">Whether it is written in lower case.</param>
/// <param name="Charge">Its formal charge.</param>
/// <param name="Hydrogens">Hydrogens attached to it, those left to be inferred included.</param>
/// <param name="Isotope">Its mass number; 0 where not given.</param>
/// <param name="Chirality">0 for none, 1 for <c>@</c>, 2 for <c>@@</c>.</param>
public sealed record Atom(string Element, bool IsAromatic, int Charge, int Hydrogens, int Isotope, int Chirality)
{
    /// <summary>Number of bonds to other atoms of the molecule.</summary>
    public int Degree { get; internal init; }

    /// <summary>Whether it is part of a ring.</summary>
    public bool IsInRing { get; internal init; }
}
