namespace Proteins.Data;

/// <summary>A protein chain.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Sequence">A letter for each residue; letters beside the 20 standard ones, and <c>-</c>, are unknown residues.</param>
internal sealed record Chain(string Name, string Sequence)
{
    /// <summary>H (helix), E (strand) or C (neither) for each residue, <c>?</c> where it isn't known; null where no residue's is.</summary>
    internal string? States { get; init; }

    /// <summary>The eight states of DSSP likewise; null where they aren't known.</summary>
    internal string? Dssp { get; init; }

    /// <summary>Places that decide contacts, x, y and z of each residue in angstrom, NaN where it wasn't seen; null for none.</summary>
    internal float[]? Beta { get; init; }

    /// <summary>Places of the C-alpha atoms likewise.</summary>
    internal float[]? Alpha { get; init; }

    internal int Length => Sequence.Length;

    /// <summary>Some residues of it, one after another.</summary>
    internal Chain Piece(int from, int size) => new(Name, Sequence.Substring(from, size))
    {
        States = States?.Substring(from, size), Dssp = Dssp?.Substring(from, size), Beta = Beta?[(3 * from)..(3 * (from + size))],
        Alpha = Alpha?[(3 * from)..(3 * (from + size))],
    };

    /// <summary>The state of three that one of eight belongs to; one that isn't known stays so.</summary>
    internal static char Merged(char state) => state switch { 'H' or 'G' or 'I' => 'H', 'E' or 'B' => 'E', '?' => '?', _ => 'C' };

    /// <summary>
    /// Whether one of three states can be one of eight: some count helices beside H, and bridges, as neither helix nor strand.
    /// </summary>
    internal static bool Agree(char ofThree, char ofEight) => ofThree == '?' || ofEight == '?' || ofThree == Merged(ofEight)
        || (ofThree == 'C' && ofEight is 'G' or 'I' or 'B');

    /// <summary>Whether the places of both residues are known.</summary>
    internal bool HasPlaces(int first, int second) => !float.IsNaN(Beta![3 * first]) && !float.IsNaN(Beta[3 * second]);

    /// <summary>How far apart two residues are, in angstrom.</summary>
    internal double Distance(int first, int second) => Math.Sqrt(Enumerable.Range(0, 3).Sum(axis =>
        Math.Pow(Beta![3 * first + axis] - Beta[3 * second + axis], 2)));
}
