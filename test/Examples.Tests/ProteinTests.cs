using System.Text.Json;
using Proteins.Data;

namespace Examples.Tests;

/// <summary>The example of proteins, and what it makes of files.</summary>
[TestClass]
public sealed class ProteinTests
{
    private static JsonElement Run(TemporaryFolder folder, params string[] args)
    {
        var (code, _, error) = ExampleProgram.Run("Proteins", [.. args, "--threads", "1", "--output", folder["out"], "--json",
            folder["figures.json"]]);
        Assert.AreEqual(0, code, error);
        return JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
    }

    private static TemporaryFolder Chains(string line) =>
        new(("train.tsv", Good + Good + line), ("val.tsv", Good), ("test.tsv", Good));

    private static readonly string Brief = "a\tACDEFGHIKLMNPQRSTVWY\t" + string.Join(' ', Enumerable.Range(0, 20).Select(i =>
        FormattableString.Invariant($"{3.8 * Math.Min(i, 19 - i)},{(i < 10 ? 0 : 5)},0"))) + "\n";

    private const string Good = "a\tACDEFGHIKLMNPQRSTVWY\tHHHHHHHHEEEEEECCCCCC\n";

    [TestMethod]
    public void Secondary_structure_is_told_from_sequences()
    {
        using var folder = new TemporaryFolder();
        var figures = Run(folder, "--task", "secondary-structure", "--members", "1", "--epochs", "3", "--hidden", "16");
        Assert.IsGreaterThan(0.75, figures.GetProperty("q3").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.AreEqual("secondary-structure", figures.GetProperty("task").GetString());
    }

    [TestMethod]
    public void Unknown_residues_and_states_are_read_and_not_counted()
    {
        using var folder = Chains("b\tACX-BACDEFGH\tHHH?HH-EEECC\tHHG?IITEEBSC\nc\tAAAAAA\tHHH???\tHHH???\n");
        var chain = ChainFolder.Read(folder["train.tsv"])[2];
        Assert.AreEqual(("b", "ACX-BACDEFGH", "HHH?HH?EEECC", "HHG?IITEEBSC"), (chain.Name, chain.Sequence, chain.States, chain.Dssp));
        var features = Residues.Of("AX");
        Assert.AreEqual(1, features[..20].Sum());
        Assert.AreEqual(0, features.AsSpan(features.Length / 2, 20).ToArray().Sum());
        using var three = Chains("b\tACX-BACDEFGH\tHHH?HH-EEECC\n");
        Assert.IsFalse(double.IsNaN(Run(three, "--data", three.Path, "--members", "1", "--epochs", "1", "--hidden", "4")
            .GetProperty("q3").GetDouble()));
    }

    [TestMethod]
    [DataRow("b\tACD\n", "line 3: 2 fields, expected a name, a sequence and states or coordinates")]
    [DataRow("b\tACD\tHHH\tHHE\n", "train.tsv, line 3: residue 3 is H in field 3 and E in field 4, which is one of E; expected the same")]
    [DataRow("b\tACD\tHHC\tHHH\n", "train.tsv, line 3: residue 3 is C in field 3 and H in field 4")]
    [DataRow("b\tACD\tHHH\tHH\n", "train.tsv, line 3: 2 states in field 4 for 3 residues")]
    [DataRow("b\t\tH\n", "line 3: the sequence is empty")]
    [DataRow("b\tAC4\tHHH\n", "line 3: the sequence has the character '4'")]
    [DataRow("b\tACD\tHH\n", "line 3: 2 states in field 3 for 3 residues")]
    [DataRow("b\tACD\tHHX\n", "line 3: the state 'X' in field 3, expected one of HEC")]
    [DataRow("b\tACD\tHHH\tHHQ\n", "line 3: the state 'Q' in field 4, expected one of HGIEBTSC")]
    public void Wrong_lines_are_named(string line, string message)
    {
        using var folder = Chains(line);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ChainFolder.Load(folder.Path)).Message, message);
        Assert.AreEqual(2, ExampleProgram.Run("Proteins", "--data", folder.Path).Code);
    }

    [TestMethod]
    public void Contacts_are_told_from_sequences()
    {
        using var folder = new TemporaryFolder();
        var figures = Run(folder, "--task", "contacts", "--epochs", "2", "--hidden", "16", "--layers", "2");
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(2 * Of("random_precision_at_l5_medium"), Of("precision_at_l5_medium"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "contacts.svg")) && File.Exists(Path.Combine(folder["out"],
            "coordinates.svg")));
    }

    [TestMethod]
    public void Chains_with_gaps_and_unknown_residues_have_contacts_where_places_are_known()
    {
        var points = string.Join(' ', Enumerable.Range(0, 30).Select(i => i is 4 or 5 ? i == 4 ? "-" : "nan,nan,nan"
            : FormattableString.Invariant($"{3.8 * Math.Min(i, 29 - i)},{(i < 15 ? 0 : 5)},0")));
        var line = $"a_A\tACDEF-XHIKLMNPQRSTVWACDEFGHIKL\t{points}\t{points}\n";
        using var folder = new TemporaryFolder(("train.tsv", line + line), ("val.tsv", line), ("test.tsv", line));
        var chain = ChainFolder.Load(folder.Path).Train[0];
        Assert.IsTrue(chain.HasPlaces(0, 29) && !chain.HasPlaces(4, 20) && !chain.HasPlaces(20, 5));
        Assert.AreEqual(5, chain.Distance(0, 29), 1e-5);
        var piece = chain.Piece(3, 20);
        Assert.AreEqual((20, "EF-XHIKLMNPQRSTVWACD", chain.Distance(6, 22)), (piece.Length, piece.Sequence, piece.Distance(3, 19)));
        var figures = Run(folder, "--data", folder.Path, "--epochs", "1", "--hidden", "4", "--layers", "1");
        Assert.AreEqual("contacts", figures.GetProperty("task").GetString());
        Assert.IsFalse(double.IsNaN(figures.GetProperty("precision_at_l5_medium").GetDouble()));
        Assert.AreEqual(2, ExampleProgram.Run("Proteins", "--data", folder.Path, "--task", "secondary-structure").Code);
        using var brief = new TemporaryFolder(("train.tsv", Brief + Brief), ("val.tsv", Brief), ("test.tsv", Brief));
        figures = Run(brief, "--data", brief.Path, "--epochs", "1", "--hidden", "4", "--layers", "1");
        // No two of 20 residues are 24 apart.
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("precision_at_l5").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("random_precision_at_l5").ValueKind);
    }

    [TestMethod]
    [DataRow("b\tACD\t1,2,3 4,5,6\n", "line 3: 2 points in field 3 for 3 residues")]
    [DataRow("b\tAC\t1,2,3 4,5\n", "line 3: the point '4,5' in field 3, expected x,y,z")]
    [DataRow("b\tAC\t1,2,3 4,x,6\n", "line 3: the point '4,x,6' in field 3")]
    public void Wrong_places_are_named(string line, string message)
    {
        const string good = "a\tAC\t1,2,3 4,5,6\n";
        using var folder = new TemporaryFolder(("train.tsv", good + good + line), ("val.tsv", good), ("test.tsv", good));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ChainFolder.Load(folder.Path)).Message, message);
    }

    [TestMethod]
    public void Points_follow_from_distances()
    {
        var random = new Random(2);
        double[] points = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];
        double Far(double[] all, int i, int j) => Math.Sqrt(Enumerable.Range(0, 3).Sum(axis =>
            Math.Pow(all[3 * i + axis] - all[3 * j + axis], 2)));
        var distances = new double[20, 20];
        for (var i = 0; i < 20; i++)
            for (var j = 0; j < 20; j++)
                distances[i, j] = Far(points, i, j);
        var placed = Placement.Of(distances);
        for (var i = 0; i < 20; i++)
            for (var j = 0; j < 20; j++)
                Assert.AreEqual(distances[i, j], Far(placed, i, j), 0.02);
    }

    [TestMethod]
    public void Folders_without_chains_are_refused()
    {
        using var folder = new TemporaryFolder(("train.tsv", Good));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ChainFolder.Load(folder.Path)).Message,
            "has no val.tsv or test.tsv; expected");
    }

    [TestMethod]
    public void Residues_of_interfaces_are_told()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Proteins", "--task", "interfaces", "--threads", "1", "--epochs", "6", "--output",
            folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(0.6, Of("interface_auc"));
        Assert.IsGreaterThan(Of("exposure_interface_auc"), Of("interface_auc"));
        var picture = File.ReadAllText(Path.Combine(folder["out"], "interfaces.svg"));
        System.Xml.Linq.XDocument.Parse(picture);
        StringAssert.Contains(picture, "which of its residues touch the partner");
        foreach (var name in (string[])["interfaces.png", "interfaces-loss.svg", "interfaces-none-loss.png"])
            Assert.IsTrue(File.Exists(Path.Combine(folder["out"], name)), name);
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
    }

    [TestMethod]
    [DataRow("--network is for secondary-structure", "--task", "interfaces", "--network", "windows")]
    [DataRow("--hidden is 1: expected at least 2", "--hidden", "1")]
    [DataRow("--members is for secondary-structure", "--task", "contacts,interfaces", "--members", "2")]
    public void Options_that_would_be_ignored_are_refused(string message, params string[] args)
    {
        var (code, _, error) = ExampleProgram.Run("Proteins", args);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    [DataRow("contacts", "all distances between residues of the chains of train are below 6, expected two kinds or more")]
    [DataRow("interfaces", "all residues of the chains of train touch the partner that they are docked to")]
    public void Residues_at_one_place_are_named(string task, string message)
    {
        const string letters = "ACDEFGHIKLMNPQRSTVWY";
        var line = $"a\t{letters}\t{string.Join(' ', letters.Select(_ => "1,2,3"))}\n";
        using var folder = new TemporaryFolder(("train.tsv", line + line), ("val.tsv", line), ("test.tsv", line));
        var (code, _, error) = ExampleProgram.Run("Proteins", "--data", folder.Path, "--task", task);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, message);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    [TestMethod]
    public void A_task_that_the_chains_do_not_tell_is_named()
    {
        using var folder = Chains("");
        var (code, _, error) = ExampleProgram.Run("Proteins", "--data", folder.Path, "--task", "secondary-structure,contacts");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "has states alone; --task contacts needs coordinates.");
        using var same = new TemporaryFolder(("train.tsv", "a\tACD\tHHH\n"), ("val.tsv", Good), ("test.tsv", Good));
        (code, _, error) = ExampleProgram.Run("Proteins", "--data", same.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "all states of the chains of train are H, expected two kinds or more");
    }

    [TestMethod]
    public void Docked_chains_touch()
    {
        var chain = FoldedChains.Generate(1).Train[0];
        var docked = Docking.Dock(chain, chain, new Random(1));
        Assert.IsTrue(docked.IsInterface.Any(one => one) && docked.IsInterface.Any(one => !one));
        // The partner stands where it touches: 6 Å from the nearest residue, and within 10 Å of those of the interface alone.
        double[] nearest = [.. Enumerable.Range(0, chain.Length).Select(residue => docked.Partner.Min(at => Math.Sqrt(
            Math.Pow(at.X - chain.Beta![3 * residue], 2) + Math.Pow(at.Y - chain.Beta[3 * residue + 1], 2)
            + Math.Pow(at.Z - chain.Beta[3 * residue + 2], 2))))];
        Assert.AreEqual(6, nearest.Min(), 1e-6);
        CollectionAssert.AreEqual(docked.IsInterface, Array.ConvertAll(nearest, distance => distance < 10));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Docking.Dock(chain, new("empty", "AC")
            { Beta = [.. Enumerable.Repeat(float.NaN, 6)] }, new Random(1))).Message, "Chain empty has no residue whose place is known");
    }
}
