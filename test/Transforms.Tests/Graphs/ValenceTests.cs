namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Rules of valence, Kekulé's forms and SMILES that are written.</summary>
[TestClass]
public class ValenceTests
{
    [TestMethod]
    [DataRow("C")]
    [DataRow("CN(=O)=O")]
    [DataRow("C[N+](=O)[O-]")]
    [DataRow("OS(=O)(=O)O")]
    [DataRow("c1ccccc1")]
    [DataRow("c1cc[nH]c1")]
    [DataRow("Cn1cccc1")]
    [DataRow("c1ccc2ccccc2c1")]
    [DataRow("O=c1cc[nH]cc1")]
    [DataRow("c1cc[n+](C)cc1")]
    [DataRow("c1ccsc1")]
    [DataRow("OCl(=O)(=O)=O")]
    [DataRow("[Na+].[Cl-]")]
    [DataRow("F[P-](F)(F)(F)(F)F")]
    public void Molecules_that_can_be(string smiles) => Molecule.Parse(smiles).CheckValences();

    [TestMethod]
    [DataRow("CC(C)(C)(C)C", "atom 2, C, has 5 bonds, hydrogens among them; expected at most 4")]
    [DataRow("O=O=O", "atom 2, O, has 4 bonds")]
    [DataRow("FC#N(C)(C)C", "atom 3, N, has 6 bonds")]
    [DataRow("[CH5]", "atom 1, C, has 5 bonds")]
    [DataRow("C[O-]C", "atom 2, O with a charge of -1, has 2 bonds")]
    [DataRow("CF=C", "atom 2, F, has 3 bonds")]
    [DataRow("C1:C:C:C:C:C1", "the bond of atoms 1 and 2 is aromatic")]
    [DataRow("cc", "atom 1, C, is written as aromatic and is in no ring")]
    [DataRow("c1cccc1", "is aromatic but has no neighbor for a double bond")]
    [DataRow("c1ccncn1C", "is aromatic but has no neighbor for a double bond")]
    public void Molecules_that_can_not_be(string smiles, string message)
    {
        var molecule = Molecule.Parse(smiles);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(molecule.CheckValences).Message, message);
    }

    [TestMethod]
    [DataRow("c1ccccc1", "C1=CC=CC=C1")]
    [DataRow("Cc1cc[nH]c1", "CC1=CNC=C1")]
    [DataRow("[13CH3][N+](C)(C)C", "[13CH3][N+](C)(C)C")]
    [DataRow("C(=O)(O)C#N", "C(=O)(O)C#N")]
    [DataRow("[NH4+].[Cl-]", "[NH4+].[Cl-]")]
    [DataRow("C12CC1C2", "C12CC1C2")]
    public void Written_again(string smiles, string written)
    {
        var again = Molecule.Parse(smiles).ToSmiles();
        Assert.AreEqual(Shape(Molecule.Parse(written).Kekulized()), Shape(Molecule.Parse(again)), again);
    }

    [TestMethod]
    public void A_molecule_of_atoms_and_bonds_is_the_one_that_is_read()
    {
        foreach (var smiles in (string[])["C1CC1C=CC#N", "c1ccccc1C", "C1CC2CC1CO2.CC"])
        {
            var read = Molecule.Parse(smiles);
            var made = new Molecule([.. read.Atoms.Select(atom => new Atom(atom.Element, atom.IsAromatic, 0, atom.Hydrogens, 0, 0))],
                [.. read.Bonds.Select(bond => new Bond(bond.First, bond.Second, bond.Order))]);
            CollectionAssert.AreEqual(read.Atoms.ToArray(), made.Atoms.ToArray());
            CollectionAssert.AreEqual(read.Bonds.ToArray(), made.Bonds.ToArray());
            made.CheckValences();
        }
    }

    [TestMethod]
    [DataRow(0, 2, "Bond 1 is of atoms 0 and 2; expected atoms 0 to 1.")]
    [DataRow(1, 1, "Bond 1 is of atoms 1 and 1; expected two atoms.")]
    [DataRow(1, 0, "Bond 1 is of atoms 1 and 0; expected atoms that have no bond yet.")]
    public void Bonds_that_can_not_be(int first, int second, string message)
    {
        var atom = new Atom("C", false, 0, 3, 0, 0);
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => new Molecule([atom, atom],
            [new(0, 1, BondOrder.Single), new(first, second, BondOrder.Single)])).Message, message);
    }

    [TestMethod]
    public void Atoms_that_can_not_be()
    {
        foreach (var atom in (Atom?[])[new("c", true, 0, 0, 0, 0), new("", false, 0, 0, 0, 0), new("C", false, 0, -1, 0, 0),
            new("C", false, 0, 0, -3, 0), null])
            StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => new Molecule([atom!], [])).Message, "Atom 0 is ");
        var carbon = new Atom("C", false, 0, 3, 0, 0);
        foreach (var order in (BondOrder[])[BondOrder.Aromatic, (BondOrder)9])
            StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => new Molecule([carbon, carbon], [new(0, 1, order)]))
                .Message, $"Bond 0 of atoms 0 and 1 is {order}");
        Assert.ThrowsExactly<ArgumentNullException>(() => new Molecule(null!, []));
    }

    [TestMethod]
    public void Long_chains_are_written_without_running_out_of_stack()
    {
        var smiles = string.Concat(Enumerable.Repeat("CC(", 50_000)) + "O" + new string(')', 50_000);
        var molecule = Molecule.Parse(smiles);
        molecule.CheckValences();
        var again = Molecule.Parse(molecule.ToSmiles());
        Assert.HasCount(100_001, again.Atoms);
        Assert.AreEqual("O", again.Atoms.Single(atom => atom.Element != "C").Element);
    }

    [TestMethod]
    public void A_sphere_of_aromatic_rings_has_places_for_its_double_bonds()
    {
        // Buckminsterfullerene: no atom has fewer choices than others.
        var whole = Molecule.Parse("c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6c6c%11"
            + "c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41").Kekulized();
        Assert.HasCount(60, whole.Atoms);
        Assert.AreEqual((60, 30), (whole.Bonds.Count(bond => bond.Order == BondOrder.Single),
            whole.Bonds.Count(bond => bond.Order == BondOrder.Double)));
    }

    [TestMethod]
    public void Partners_are_found_wherever_all_atoms_can_have_one()
    {
        var random = new Random(1);
        var (found, none) = (0, 0);
        for (var trial = 0; trial < 3000; trial++)
        {
            var count = random.Next(2, 11);
            Bond[] bonds = [.. from i in Enumerable.Range(0, count) from j in Enumerable.Range(0, i)
                where random.Next(count) < 2 select new Bond(i, j, BondOrder.Aromatic)];
            bool[] gives = [.. Enumerable.Range(0, count).Select(_ => random.Next(6) > 0)];
            var partners = AromaticPairs.Of(new Molecule([.. gives.Select(_ => new Atom("C", true, 0, 0, 0, 0))], bonds), gives,
                out var left);
            var isPossible = CanMatch([.. gives], bonds);
            Assert.AreEqual(isPossible, partners is not null, $"trial {trial}");
            Assert.AreEqual(isPossible, left < 0);
            for (var atom = 0; atom < count && partners is not null; atom++)
                Assert.IsTrue(!gives[atom] ? partners[atom] < 0 : partners[partners[atom]] == atom && bonds.Any(bond =>
                    (bond.First, bond.Second) == (Math.Max(atom, partners[atom]), Math.Min(atom, partners[atom]))), $"trial {trial}");
            (found, none) = isPossible ? (found + 1, none) : (found, none + 1);
        }
        Assert.IsGreaterThan(200, Math.Min(found, none));

        static bool CanMatch(bool[] open, Bond[] bonds)
        {
            var first = Array.IndexOf(open, true);
            if (first < 0)
                return true;
            foreach (var bond in bonds.Where(bond => (bond.First == first || bond.Second == first) && open[bond.First]
                && open[bond.Second]))
            {
                bool[] rest = [.. open];
                rest[bond.First] = rest[bond.Second] = false;
                if (CanMatch(rest, bonds))
                    return true;
            }
            return false;
        }
    }

    [TestMethod]
    public void Molecules_of_the_data_sets_can_be_and_are_written_again()
    {
        if (SharedFolder.Data is not { } data || !File.Exists(Path.Combine(data, "molecules", "freesolv.csv")))
        {
            Assert.Inconclusive("No data set of molecules.");
            return;
        }
        var (count, refused) = (0, new List<string>());
        foreach (var (file, column) in ((string, int)[])[("freesolv.csv", 0), ("lipophilicity.csv", 0), ("esol_delaney.csv", 9)])
            foreach (var line in File.ReadLines(Path.Combine(data, "molecules", file)).Skip(1))
            {
                var smiles = (column == 0 ? line.Split(',')[0] : line.Split(',')[^1]).Trim();
                var molecule = Molecule.Parse(smiles);
                count++;
                try
                {
                    var again = Molecule.Parse(molecule.ToSmiles());
                    again.CheckValences();
                    Assert.AreEqual(Shape(molecule), Shape(again), smiles);
                }
                catch (FormatException error)
                {
                    refused.Add($"{smiles}: {error.Message}");
                }
            }
        Assert.IsGreaterThan(5_000, count);
        Assert.IsLessThan(6, refused.Count, string.Join('\n', refused));
    }

    // Atoms with their hydrogens and neighbors, whatever the order of bonds, and the number of electrons.
    private static string Shape(Molecule molecule)
    {
        var neighbors = molecule.Atoms.Select(_ => new List<string>()).ToArray();
        foreach (var bond in molecule.Bonds)
        {
            neighbors[bond.First].Add(Name(molecule.Atoms[bond.Second]));
            neighbors[bond.Second].Add(Name(molecule.Atoms[bond.First]));
        }
        return string.Join(' ', molecule.Atoms.Select((atom, i) =>
            $"{Name(atom)}({string.Join(',', neighbors[i].Order())})").Order());

        static string Name(Atom atom) => $"{atom.Isotope}{atom.Element}{atom.Charge}H{atom.Hydrogens}";
    }
}
