using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

[TestClass]
public class SmilesTests
{
    [TestMethod]
    [DataRow("C", 1, 0, "4")]
    [DataRow("CCO", 3, 2, "3 2 1")]
    [DataRow("C=C", 2, 1, "2 2")]
    [DataRow("C#N", 2, 1, "1 0")]
    [DataRow("c1ccccc1", 6, 6, "1 1 1 1 1 1")]
    [DataRow("c1cc[nH]c1", 5, 5, "1 1 1 1 1")]
    [DataRow("c1ccncc1", 6, 6, "1 1 1 0 1 1")]
    [DataRow("CC(=O)O", 4, 3, "3 0 0 1")]
    [DataRow("C[N+](C)(C)C", 5, 4, "3 0 3 3 3")]
    [DataRow("[NH4+]", 1, 0, "4")]
    [DataRow("[13CH3][C@@H](F)Cl", 4, 3, "3 1 0 0")]
    [DataRow("O=S(=O)(O)O", 5, 4, "0 0 0 1 1")]
    [DataRow("CN(=O)=O", 4, 3, "3 0 0 0")]
    [DataRow("[Na+].[Cl-]", 2, 0, "0 0")]
    [DataRow("C%12CCCCC%12", 6, 6, "2 2 2 2 2 2")]
    [DataRow("C1CC=1", 3, 3, "1 2 1")]
    [DataRow("F/C=C\\F", 4, 3, "0 1 1 0")]
    [DataRow(" CC=O\r\n", 3, 2, "3 1 0")]
    [DataRow("CO methanol, 99 %", 2, 1, "3 1")]
    [DataRow("\tC\t[title]", 1, 0, "4")]
    [DataRow("[Og].[Rf].[Nh+]", 3, 0, "0 0 0")]
    public void Atoms_bonds_and_hydrogens(string smiles, int atoms, int bonds, string hydrogens)
    {
        var molecule = Molecule.Parse(smiles);
        Assert.HasCount(atoms, molecule.Atoms);
        Assert.HasCount(bonds, molecule.Bonds);
        Assert.AreEqual(hydrogens, string.Join(' ', molecule.Atoms.Select(atom => atom.Hydrogens)));
    }

    [TestMethod]
    public void Details_of_atoms_and_bonds()
    {
        var molecule = Molecule.Parse("C[O-].c1ccc(cc1)-c1ccccc1");
        Assert.AreEqual(-1, molecule.Atoms[1].Charge);
        Assert.AreEqual(11 + 2, molecule.Bonds.Count(bond => bond.Order == BondOrder.Aromatic) + 1);
        Assert.AreEqual(12, molecule.Bonds.Count(bond => bond.IsInRing));
        var between = molecule.Bonds.Single(bond => bond.Order == BondOrder.Single && bond.First > 1);
        Assert.IsFalse(between.IsInRing);
        Assert.IsTrue(between.IsConjugated);
        Assert.IsTrue(molecule.Atoms.Skip(2).All(atom => atom is { IsInRing: true, IsAromatic: true }));
        Assert.IsFalse(molecule.Atoms[0].IsInRing);
        Assert.AreEqual(13, Molecule.Parse("[13CH4]").Atoms[0].Isotope);
        Assert.AreEqual(2, Molecule.Parse("[C@@H](F)(Cl)Br").Atoms[0].Chirality);
    }

    [TestMethod]
    [DataRow("", "empty")]
    [DataRow(" \t", "empty")]
    [DataRow(" CX C", "position 3", "'X'")]
    [DataRow("[Na ]", "position 4", "the end")]
    [DataRow("CC(", "position 3", "branch")]
    [DataRow("CC)C", "position 3", "')'")]
    [DataRow("C1CC", "position 2", "ring bond 1")]
    [DataRow("C=", "position 3", "the end", "atom")]
    [DataRow("C==C", "position 3", "'='")]
    [DataRow("CXC", "position 2", "'X'")]
    [DataRow("C[Xx]C", "position 3", "element")]
    [DataRow("[CH4", "position 5", "']'")]
    [DataRow("C11", "position 3", "itself")]
    [DataRow("C%1C", "position 2", "two digits")]
    [DataRow("C-1CC=1", "position 7", "double", "single")]
    [DataRow("1CC1", "position 1", "atom before")]
    public void Errors_tell_the_position(string smiles, params string[] parts)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => Molecule.Parse(smiles));
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void A_column_becomes_graphs()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new Row { Smiles = "CO" }, new Row { Smiles = "C" }]);
        var graphs = ml.Transforms.SmilesToGraph().Fit(data).Transform(data);
        CollectionAssert.AreEqual((int[])[0, 1, 1, 0], graphs.GetColumn<int[]>("Edges").First());
        Assert.IsEmpty(graphs.GetColumn<int[]>("Edges").Last());
        Assert.HasCount(2 * MoleculeFeatures.AtomCount, graphs.GetColumn<float[]>("NodeFeatures").First());
        Assert.HasCount(2 * MoleculeFeatures.BondCount, graphs.GetColumn<float[]>("EdgeFeatures").First());
        // carbon, degree 1, three hydrogens
        CollectionAssert.AreEqual((int[])[1, 13 + 1, 13 + 6 + 3],
            graphs.GetColumn<float[]>("NodeFeatures").First().Take(MoleculeFeatures.AtomCount).Index().Where(pair => pair.Item == 1)
            .Select(pair => pair.Index).ToArray());
    }

    [TestMethod]
    public void A_saved_pipeline_makes_the_same_graphs_row_by_row()
    {
        var ml = new MLContext();
        Row[] rows = [new() { Smiles = "CO" }, new() { Smiles = "C" }, new() { Smiles = "c1cc[nH]c1" }];
        var data = ml.Data.LoadFromEnumerable(rows);
        var model = ml.Transforms.CopyColumns("Molecule", "Smiles").Append(ml.Transforms.SmilesToGraph("Molecule")).Fit(data);
        var (loaded, schema) = SavedModels.Reload(model, data.Schema);
        var other = new MLContext();
        SavedModels.SameColumns(model.Transform(data), loaded.Transform(data), "NodeFeatures", "Edges", "EdgeFeatures");
        foreach (var one in (ITransformer[])[model, loaded])
        {
            using var engine = other.Model.CreatePredictionEngine<Row, Graph>(one, schema);
            foreach (var row in rows)
            {
                var molecule = Molecule.Parse(row.Smiles);
                var graph = engine.Predict(row);
                Assert.HasCount(molecule.Atoms.Count * MoleculeFeatures.AtomCount, graph.NodeFeatures ?? []);
                Assert.HasCount(4 * molecule.Bonds.Count, graph.Edges ?? []);
                Assert.HasCount(2 * molecule.Bonds.Count * MoleculeFeatures.BondCount, graph.EdgeFeatures ?? []);
            }
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(new() { Smiles = "C(" })).Message,
                "Column 'Molecule'");
        }
    }

    [TestMethod]
    public void A_row_that_can_not_be_read_is_named()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new Row { Smiles = "CO" }, new Row { Smiles = "C(" }]);
        var graphs = ml.Transforms.SmilesToGraph().Fit(data).Transform(data);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => graphs.GetColumn<int[]>("Edges").ToArray());
        StringAssert.Contains(error.Message, "Column 'Smiles', row 1");
        StringAssert.Contains(error.Message, "position 2");
    }

    [TestMethod]
    public void Real_molecules_can_be_read()
    {
        if (SharedFolder.Data is not { } folder)
        {
            Assert.Inconclusive(SharedFolder.NoData);
            return;
        }
        var read = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "molecules"), "*.csv"))
        {
            string[] lines = File.ReadAllLines(file);
            var column = lines[0].Split(',') is var names && Array.IndexOf(names, "smiles") is var index && index == names.Length - 1
                ? index : 0;
            foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
            {
                // names may be quoted and hold commas; SMILES never do
                var smiles = column == 0 ? line[..line.IndexOf(',')] : line[(line.LastIndexOf(',') + 1)..];
                Assert.IsGreaterThan(0, Molecule.Parse(smiles.Trim()).Atoms.Count);
                read++;
            }
        }
        Assert.IsGreaterThan(5000, read);
    }

    private sealed class Row
    {
        public string Smiles { get; set; } = "";
    }

    private sealed class Graph
    {
        public float[]? NodeFeatures { get; set; }

        public int[]? Edges { get; set; }

        public float[]? EdgeFeatures { get; set; }
    }
}
