namespace Proteins.Data;

/// <summary>A chain and the partner that it is docked to.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="IsInterface">Which of its residues are within 10 Å of one of the partner's.</param>
/// <param name="Partner">Where the partner's residues are, as far as their places are known, one behind the other.</param>
internal sealed record Complex(Chain Chain, bool[] IsInterface, (double X, double Y, double Z)[] Partner);
