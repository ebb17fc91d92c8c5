using Examples;
using MLSeqGraph.Transforms;

namespace GraphGeneration.Data;

/// <summary>Molecules to learn from, with single and double bonds in place of aromatic ones.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Molecules">The molecules.</param>
/// <param name="Remarks">What was left out; empty for nothing.</param>
internal sealed record MoleculeSet(string Name, Molecule[] Molecules, string Remarks = "")
{
    // Groups that hang on a chain or a ring of the molecules that are built in.
    private static readonly string[] Groups = ["O", "N", "Cl", "F", "Br", "C(=O)O", "C#N", "OC", "C(=O)N", "C(C)C", "CC", "N(C)C",
        "S(=O)(=O)N", "C(=O)C", "OCC", "CO", "C=C", "NC(=O)C", "[N+](=O)[O-]"];

    private static readonly string[][] Rings = [["c1c", "c", "c", "c", "c1"], ["C1C", "C", "C", "C", "C1"], ["c1n", "c", "c", "c", "c1"],
        ["C1O", "C", "C", "C", "C1"], ["c1s", "c", "c", "c1"], ["C1N", "C", "C", "N", "C", "C1"]];

    /// <summary>Molecules of chains, rings and groups, drawn at random.</summary>
    internal static MoleculeSet Make(int count, int seed)
    {
        var random = new Random(seed);
        return new("made molecules", [.. Enumerable.Range(0, count).Select(_ =>
            Molecule.Parse(Chain(random) + (random.Next(3) == 0 ? "" : Ring(random))).Kekulized())]);

        static string Chain(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            random.Next(3) == 0 ? $"C({Groups[random.Next(Groups.Length)]})" : "C"));

        static string Ring(Random random) => string.Concat(Rings[random.Next(Rings.Length)].Select((part, i) =>
            i > 0 && part is "c" or "C" && random.Next(4) == 0 ? $"{part}({Groups[random.Next(Groups.Length)]})" : part));
    }

    /// <summary>All tables with a column smiles in a folder, or one file; null where there is none.</summary>
    /// <exception cref="InvalidDataException">A molecule can't be read: the message names file and line.</exception>
    internal static MoleculeSet? Read(string path)
    {
        Dictionary<string, Molecule> all = [];
        var refused = 0;
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.csv").Order(StringComparer.Ordinal)] : [path];
        foreach (var file in files)
        {
            if (TextFile.Lines(file).FirstOrDefault()?.Contains("smiles", StringComparison.OrdinalIgnoreCase) != true)
                continue;
            Fields[] lines = [.. Table.Read(file).Rows];
            var column = Array.FindIndex(lines[0].Values, name => name.Trim().Equals("smiles", StringComparison.OrdinalIgnoreCase));
            if (column < 0)
                throw lines[0].Error($"found the columns {string.Join(", ", lines[0].Values)}, expected a column smiles");
            foreach (var line in lines[1..])
            {
                line.Require(lines[0].Values.Length);
                var molecule = Parse(line, line.Values[column].Trim());
                if (Problem(molecule) is null)
                    all[line.Values[column].Trim()] = molecule.Kekulized();
                else
                    refused++;
            }
        }
        return all.Count == 0 ? null : new(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), [.. all.Values],
            refused > 0 ? $"; {refused} that break the rules of valence are left out" : "");
    }

    /// <summary>Why a molecule can't be; null where it can.</summary>
    internal static string? Problem(Molecule molecule)
    {
        try
        {
            molecule.CheckValences();
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    /// <summary>Whether SMILES can be read and keep the rules of valence.</summary>
    internal static bool IsValid(string smiles)
    {
        try
        {
            return Problem(Molecule.Parse(smiles)) is null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>A molecule as a graph of its atoms, without the orders of bonds, which differ between forms of one molecule.</summary>
    internal static SmallGraph Graph(Molecule molecule) => new([.. molecule.Atoms.Select(atom =>
        atom.Element.Aggregate(0, (sum, letter) => sum * 128 + letter) * 1000 + (atom.Charge + 10) * 20 + atom.Hydrogens)],
        molecule.Bonds.ToDictionary(bond => (Math.Min(bond.First, bond.Second), Math.Max(bond.First, bond.Second)), _ => 0));

    private static Molecule Parse(Fields line, string smiles)
    {
        try
        {
            return Molecule.Parse(smiles);
        }
        catch (FormatException error)
        {
            throw line.Error(error.Message.TrimEnd('.'));
        }
    }
}
