using System.Text.Json;
using GraphGeneration.Data;
using MLSeqGraph.Transforms;

namespace Examples.Tests;

/// <summary>The example of new graphs and molecules.</summary>
[TestClass]
public sealed class GraphGenerationTests
{
    [TestMethod]
    public void New_trees_and_molecules_are_made()
    {
        using var folder = new TemporaryFolder();
        JsonElement Run(string task, string epochs)
        {
            var (code, _, error) = ExampleProgram.Run("GraphGeneration", "--task", task, "--threads", "1", "--epochs", epochs, "--orders",
                "10", "--width", "96", "--count", "30", "--output", folder.Path, "--json", folder["figures.json"]);
            Assert.AreEqual(0, code, error);
            return JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        }
        var molecules = Run("molecules", "1");
        Assert.AreEqual("molecule-generation", molecules.GetProperty("task").GetString());
        Assert.IsGreaterThan(0.9, molecules.GetProperty("valid").GetDouble());
        var figures = Run("trees", "8");
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.AreEqual("graph-generation", figures.GetProperty("task").GetString());
        Assert.IsGreaterThan(0.5, Of("valid"));
        Assert.IsGreaterThan(0.8, Of("novel"));
        Assert.IsTrue(Of("unique") > 0 && Of("degree_mmd") < 0.2 && Of("halves_degree_mmd") < 0.01 && Of("orbit_mmd") >= 0);
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        foreach (var file in (string[])["trees-lstm.svg", "trees.svg", "molecules-lstm.svg", "trees-lstm/decoder.onnx"])
            Assert.IsTrue(File.Exists(folder[file]), file);
        foreach (var smiles in File.ReadLines(folder["molecules-lstm.smi"]))
            Molecule.Parse(smiles).CheckValences();
    }

    [TestMethod]
    public void Small_molecules_are_drawn_at_once()
    {
        using var folder = new TemporaryFolder();
        var (code, text, error) = ExampleProgram.Run("GraphGeneration", "--task", "molecules", "--network", "vae", "--threads", "1",
            "--epochs", "30", "--count", "100", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(text, "have at most 10 atoms");
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(0.9, Of("valid"));
        Assert.IsGreaterThan(0.4, Of("valid_as_written"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.ReadLines(folder["molecules-vae.smi"]).All(smiles => Molecule.Parse(smiles).Atoms.Count <= 10));
        var (wrong, _, said) = ExampleProgram.Run("GraphGeneration", "--task", "trees", "--network", "vae");
        Assert.AreEqual(1, wrong);
        StringAssert.Contains(said, "expected lstm, gru or transformer for trees");
    }

    [TestMethod]
    public void Places_hold_any_small_graph()
    {
        var slots = new Slots(4, 2, 3, 5);
        var graph = new SmallGraph([1, 0, 1], new Dictionary<(int, int), int> { [(0, 1)] = 2, [(1, 2)] = 0 });
        var row = slots.Of(graph);
        Assert.AreEqual((10, 7), (slots.Count, slots.Classes));
        Assert.HasCount(2 * 24, row.Edges);
        CollectionAssert.AreEqual((uint[])[3, 2, 3, 1, 7, 4, 5, 4, 4, 4], row.Label);
        // What stands at a place is the most probable class of its kind: others don't count.
        float[] scores = [.. row.Label.Select((label, place) => Enumerable.Range(0, 7).Select(i => i + 1 == label ? 1f
            : place < 4 == i < 3 ? 0 : 2)).SelectMany(of => of)];
        var again = slots.Read(scores)!;
        CollectionAssert.AreEqual(graph.Labels, again.Labels);
        CollectionAssert.AreEquivalent(graph.Edges.ToArray(), again.Edges.ToArray());
        Assert.IsNull(slots.Read(slots.Of(new([], new Dictionary<(int, int), int>())).Label.SelectMany(label =>
            Enumerable.Range(0, 7).Select(i => i + 1 == label ? 1f : 0)).ToArray()));
        var drawn = slots.Drawn(() => 0.5);
        Assert.AreEqual(0.5f * 5 + 1 + (4 + 6 * 3), drawn.NodeFeatures.Sum(), 1e-5f);
        Assert.IsTrue(drawn.Label.All(label => label == 0));
    }

    [TestMethod]
    public void Graphs_of_one_node_are_learned_and_made()
    {
        CollectionAssert.AreEqual((long[])[1], GraphTokens.Encode(SmallGraph.Of(1, []), new Random(1)));
        Assert.AreEqual(1, GraphTokens.Decode([1])!.Count);
        using var folder = new TemporaryFolder(("ones.txt", "6\n" + string.Concat(Enumerable.Repeat("1 0\n0 0\n", 6))));
        var (code, _, error) = ExampleProgram.Run("GraphGeneration", "--data", folder["ones.txt"], "--threads", "1", "--epochs", "1",
            "--count", "4", "--output", folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        Assert.IsLessThan(0.01, figures.GetProperty("halves_degree_mmd").GetDouble());
    }

    [TestMethod]
    public void Sequences_give_the_graph_again()
    {
        var random = new Random(2);
        foreach (var name in GraphSets.Names)
        {
            var set = GraphSets.Make(name, 3);
            foreach (var graph in set.Graphs.Take(20))
            {
                Assert.AreEqual(graph.Fingerprint(), GraphTokens.Decode(GraphTokens.Encode(graph, random))!.Fingerprint());
                Assert.IsTrue(set.IsValid(graph), name);
            }
        }
        Assert.IsNull(GraphTokens.Decode([]));
        Assert.IsNull(GraphTokens.Decode([2]));
        Assert.IsNull(GraphTokens.Decode([1, 1, 3]));
        Assert.IsFalse(GraphSets.IsGrid(GraphSets.Make("trees", 1).Graphs[0]));
        Assert.IsFalse(GraphSets.AreCommunities(GraphSets.Grid(4, 4)));
        Assert.AreNotEqual(SmallGraph.Of(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]).Fingerprint(),
            SmallGraph.Of(6, [(0, 1), (1, 2), (2, 3), (3, 4), (3, 5)]).Fingerprint());
    }

    [TestMethod]
    public void Any_sequence_of_atoms_and_bonds_is_a_molecule()
    {
        var made = MoleculeSet.Make(200, 1);
        var tokens = new MoleculeTokens(made.Molecules);
        foreach (var molecule in made.Molecules)
        {
            var again = tokens.Decode(tokens.Encode(molecule))!.Value;
            Assert.AreEqual(0, again.Changed);
            Assert.AreEqual(MoleculeSet.Graph(molecule).Fingerprint(), MoleculeSet.Graph(again.Molecule).Fingerprint());
        }
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var noise = Enumerable.Range(0, 30).Select(_ => (long)random.Next(1, tokens.Count + 1)).ToArray();
            if (tokens.Decode(noise) is { } molecule)
                Assert.IsTrue(MoleculeSet.IsValid(molecule.Molecule.ToSmiles()), molecule.Molecule.ToSmiles());
        }
    }

    [TestMethod]
    public void Wrong_files_are_named()
    {
        using var folder = new TemporaryFolder(("a.csv", "smiles,x\nCCO,1\nC(,2\n"), ("b.csv", "smiles,x\nCCO,1\nCC(C)(C)(C)C,2\n"),
            ("c.csv", "x,y\n1,2\n"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MoleculeSet.Read(folder["a.csv"])).Message, "line 3");
        StringAssert.Contains(MoleculeSet.Read(folder["b.csv"])!.Remarks, "1 that break the rules of valence");
        var (code, _, error) = ExampleProgram.Run("GraphGeneration", "--data", folder["c.csv"]);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "has nothing to learn from");
    }
}
