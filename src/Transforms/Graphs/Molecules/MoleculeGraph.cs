using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A molecule's graph as the columns of a row: a node per atom, and per bond an edge in each direction.</summary>
internal static class MoleculeGraph
{
    /// <summary>Names of the columns.</summary>
    public const string NodeFeatures = "NodeFeatures", Edges = "Edges", EdgeFeatures = "EdgeFeatures";

    /// <summary>Features of the atoms, [atoms, features].</summary>
    public static void WriteAtoms(Molecule molecule, ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, molecule.Atoms.Count * MoleculeFeatures.AtomCount);
        for (var i = 0; i < molecule.Atoms.Count; i++)
            MoleculeFeatures.Write(molecule.Atoms[i], editor.Values.Slice(i * MoleculeFeatures.AtomCount, MoleculeFeatures.AtomCount));
        value = editor.Commit();
    }

    /// <summary>Sources, then targets, [2, edges]; the two directions of a bond stand side by side.</summary>
    public static void WriteEdges(Molecule molecule, ref VBuffer<int> value)
    {
        var count = 2 * molecule.Bonds.Count;
        var editor = VBufferEditor.Create(ref value, 2 * count);
        for (var i = 0; i < molecule.Bonds.Count; i++)
        {
            var bond = molecule.Bonds[i];
            (editor.Values[2 * i], editor.Values[2 * i + 1]) = (bond.First, bond.Second);
            (editor.Values[count + 2 * i], editor.Values[count + 2 * i + 1]) = (bond.Second, bond.First);
        }
        value = editor.Commit();
    }

    /// <summary>Features of the edges, [edges, features].</summary>
    public static void WriteBonds(Molecule molecule, ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, 2 * molecule.Bonds.Count * MoleculeFeatures.BondCount);
        for (var i = 0; i < 2 * molecule.Bonds.Count; i++)
            MoleculeFeatures.Write(molecule.Bonds[i / 2], editor.Values.Slice(i * MoleculeFeatures.BondCount, MoleculeFeatures.BondCount));
        value = editor.Commit();
    }
}
