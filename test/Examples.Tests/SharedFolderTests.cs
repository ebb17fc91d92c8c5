using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Tests;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace Examples.Tests;

/// <summary>What the examples make of the small inputs and data sets that lie beside the repository.</summary>
[TestClass]
public sealed class SharedFolderTests
{
    private static readonly MLContext Ml = new(1);

    private static string Case(string name) => Under(SharedFolder.Find("MLSEQGRAPH_CASES", "cases"), name);

    private static string Under(string? folder, string name)
    {
        if (folder is null || !Directory.Exists(Path.Combine(folder, name)))
            Assert.Inconclusive($"No {name}: set MLSEQGRAPH_CASES and MLSEQGRAPH_DATA to folders, or put them at ../shared/cases and "
                + "../shared/data beside the repository.");
        return Path.Combine(folder, name);
    }

    [TestMethod]
    [DataRow("quickstart-blank-line/with", 4, 4, "sentences, 2 classes")]
    [DataRow("quickstart-blank-line/without", 4, 4, "sentences, 2 classes")]
    [DataRow("quickstart-blank-line/series-with", 4, 4, "series of 3 values, read 1 per step, 2 classes")]
    [DataRow("quickstart-blank-line/series-without", 4, 4, "series of 3 values, read 1 per step, 2 classes")]
    [DataRow("quickstart-label-second/data", 60, 20, "sentences, 2 classes")]
    [DataRow("quickstart-number-sentence/data", 5, 4, "sentences, 2 classes")]
    [DataRow("quickstart-unseen-class/data", 4, 4, "sentences, 2 classes")]
    [DataRow("quickstart-unseen-class/all", 4, 2, "sentences, 2 classes")]
    public void Cases_of_sequences_are_recognized(string name, int train, int test, string said)
    {
        var data = DataFolder.Load(Ml, Case(name), null);
        Assert.AreEqual((train, test), (data.TrainRows, data.TestRows));
        StringAssert.StartsWith(data.Description, said);
    }

    [TestMethod]
    [DataRow("node-folder/label-twice", "labels.tsv, line 7")]
    [DataRow("node-folder/edge-no-number", "edges.tsv, line 7")]
    [DataRow("node-folder/ids-with-gap", "")]
    [DataRow("node-folder/control", "")]
    public void Cases_of_nodes_are_read_or_named(string name, string message)
    {
        var folder = Case(name);
        if (message.Length == 0) // ids are names: gaps do nothing
            Assert.IsGreaterThanOrEqualTo(6, NodeFolder.Load(Ml, folder, 0.5f, 1).Rows.Count);
        else
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => NodeFolder.Load(Ml, folder, 0.5f, 1)).Message, message);
    }

    [TestMethod]
    public void A_relational_node_without_edges_is_a_node() =>
        Assert.HasCount(5, RelationalFolder.Load(Ml, Case("relational-isolated-node/data")).Rows);

    [TestMethod]
    [DataRow("control", 10, "")]
    [DataRow("doubled-quotes", 10, "")]
    [DataRow("line-break", 10, "")]
    [DataRow("missing-value", 0, "a.csv, line")]
    [DataRow("empty-file", 0, "a.csv, line")]
    public void Cases_of_molecules_are_read_or_named(string name, int count, string message)
    {
        var file = Path.Combine(Case("molecules-csv/" + name), "a.csv");
        if (message.Length == 0)
            Assert.AreEqual(count, MoleculeFolder.Load(Ml, file, 1).Count);
        else
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MoleculeFolder.Load(Ml, file, 1)).Message, message);
    }

    [TestMethod]
    public void Characters_that_join_words_part_none()
    {
        Case("words-format-characters");
        string[] texts = ["\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0938\u094D\u200D\u0925\u093E\u0928", "co\u00ADoperate"];
        var words = TextTokenizer.Words(texts);
        foreach (var text in texts)
        {
            Assert.HasCount(1, words.Encode(text));
            Assert.AreEqual(text, words.Decode(words.Encode(text)));
        }
        var begin = TextTokenizer.Words(["\uFEFFbegin"]);
        Assert.AreEqual("begin", begin.Decode(begin.Encode("\uFEFFbegin")));
    }

    [TestMethod]
    [DataRow("debian_package_graph", 12762, 57635)]
    [DataRow("karate", 34, 78)]
    public void Data_sets_of_nodes_are_recognized(string name, int nodes, int edges)
    {
        var data = NodeFolder.Load(Ml, Under(SharedFolder.Data, name), 0.2f, 1);
        Assert.AreEqual((nodes, edges), (data.Rows.Count, data.Ends.Count));
    }

    [TestMethod]
    [DataRow("trec", 5452, 500, "sentences, 6 classes")]
    [DataRow("debian_descriptions", 4130, 1240, "sentences, ")]
    [DataRow("ts_ecg200", 100, 100, "series of 96 values")]
    [DataRow("ts_italypowerdemand", 67, 1029, "series of 24 values")]
    [DataRow("ts_japanesevowels", 270, 370, "series of ")]
    [DataRow("ts_basicmotions", 40, 40, "series of ")]
    [DataRow("image_digits8x8", 898, 899, "series of 64 values, read 2 per step, 10 classes")]
    [DataRow("pendigits", 7494, 3498, "series of 16 values, read 2 per step, 10 classes")]
    [DataRow("dna_promoters", 84, 22, "strings of 57 to 57 characters of 4 kinds, 2 classes")]
    [DataRow("dna_splice", 2552, 638, "strings of 60 to 60 characters of ")]
    [DataRow("protein_secondary_structure", 1440, 420, "strings of ")]
    public void Data_sets_are_recognized(string name, int train, int test, string said)
    {
        var data = DataFolder.Load(Ml, Under(SharedFolder.Data, name), null);
        Assert.AreEqual((train, test), (data.TrainRows, data.TestRows));
        StringAssert.StartsWith(data.Description, said);
    }
}
