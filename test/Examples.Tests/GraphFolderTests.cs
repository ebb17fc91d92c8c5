using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using Translation.Data;

namespace Examples.Tests;

/// <summary>What the GraphQuickstart and Translation make of their folders.</summary>
[TestClass]
public sealed class GraphFolderTests
{
    private static readonly (string Name, string Text)[] Ring =
    [
        ("edges.tsv", "# from to\n0\t1\n1\t2\n2\t3\n3\t0\n"), ("labels.tsv", "0\ta\n1\tb\n2\ta\n3\t-1\n"),
        ("features.tsv", "0\t5\n1\t7\t0.5\n2\t5\n"), ("split.tsv", "0\ttrain\n1\ttrain\n2\ttest\n"),
    ];

    private static NodeData Load(params (string Name, string Text)[] files)
    {
        using var folder = new TemporaryFolder(files);
        return (NodeFolder.Matches(folder.Path) ? NodeFolder.Load(new MLContext(1), folder.Path, 0.5f, 1)
            : RelationalFolder.Load(new MLContext(1), folder.Path));
    }

    private static (string, string)[] RingWith(string name, string text) =>
        [.. Ring.Select(file => file.Name == name ? (name, text) : file)];

    private static string Show(NodeData data) =>
        string.Join(' ', data.Rows.Select(node => $"{node.Id}:{node.Class}:{node.Split}:{string.Join('+', node.Features.DenseValues())}"))
        + " " + string.Join(' ', data.Ends.Select(edge => $"{edge.Source}>{edge.Target}"));

    [TestMethod]
    public void Nodes_are_read_of_one_file_with_names_of_columns()
    {
        var data = Load(("edges.tsv", "from\tto\tkind\nx\ty\tuses\ny\tz\tuses\n"),
            ("nodes.tsv", "node\tlabel\tsplit\tfeatures\nx\ta\ttrain\t5 7\ny\tb\tval\t7\nz\ta\ttest\t\n"));
        Assert.AreEqual("x:a:train:1+1 y:b:val:0+1 z:a:test:0+0 x>y y>z", Show(data));
        StringAssert.Contains(data.Remarks, "the first two fields are read");
    }

    [TestMethod]
    public void Edges_are_of_kinds_where_the_third_field_says_so()
    {
        const string nodes = "node\tlabel\tsplit\tfeatures\nx\ta\ttrain\t5 7\ny\tb\tval\t7\nz\ta\ttest\t\n";
        var data = Load(("edges.tsv", "from\tto\tkind\nx\ty\tuses\ny\tz\tneeds\nz\tx\tuses\n"), ("nodes.tsv", nodes));
        CollectionAssert.AreEqual((uint[])[1, 0, 1], data.Ends.Select(edge => edge.Relation).ToArray());
        Assert.IsNotNull(data.Edges.RelationColumnName);
        StringAssert.Contains(data.Remarks, "edges of 2 kinds: needs, uses");
        Assert.IsTrue(data.HasFeatures);
        data = Load(("edges.tsv", "from\tto\tweight\nx\ty\t1\ny\tz\t2.5\n"), ("nodes.tsv", nodes));
        Assert.IsNull(data.Edges.RelationColumnName);
        Assert.IsFalse(Load(("edges.csv", "a,b\nb,c\nc,a\n")).HasFeatures);
    }

    [TestMethod]
    public void Nodes_are_read_with_features_by_name()
    {
        var data = Load(Ring);
        Assert.AreEqual("0:a:train:1+0 1:b:train:0+0.5 2:a:test:1+0 3::none:0+0 0>1 1>2 2>3 3>0", Show(data));
        Assert.AreEqual("", data.Remarks);
        Assert.AreEqual(4, data.Nodes.GetColumn<string>("Id").Count());
    }

    [TestMethod]
    [DataRow("99999999999", "ids don't count from 0 without gaps, so they are taken as names")]
    [DataRow("-5", "ids don't count from 0 without gaps")]
    [DataRow("someone", "ids are names")]
    public void Ids_are_names(string id, string remark)
    {
        var data = Load([.. Ring.Select(file => (file.Name, file.Text.Replace("3\t", id + "\t").Replace("\t3", "\t" + id)))]);
        CollectionAssert.Contains(data.Rows.Select(node => node.Id).ToArray(), id);
        Assert.AreEqual(2, data.Ends.Count(edge => edge.Source == id || edge.Target == id));
        StringAssert.Contains(data.Remarks, remark);
    }

    [TestMethod]
    public void Edges_alone_are_a_graph_and_headers_are_no_edges()
    {
        var data = Load(("edges.csv", "source,target,weight\na,b,1\nb,c,2\n"));
        Assert.AreEqual("a b c | a>b b>c", string.Join(' ', data.Rows.Select(node => node.Id)) + " | "
            + string.Join(' ', data.Ends.Select(edge => $"{edge.Source}>{edge.Target}")));
        StringAssert.Contains(data.Remarks, "of edges.csv the first two fields are read");
        Assert.HasCount(3, Load(("edges.tsv", "a\tb\nb\tc\nc\ta\n")).Ends);
    }

    [TestMethod]
    [DataRow("labels.tsv", "0\ta\n1\tb\n2\ta\n3\tb\n1\tb\n", "labels.tsv, line 5: node '1' is there twice, also in line 2")]
    [DataRow("labels.tsv", "0\ta\n1\n2\ta\n3\tb\n", "labels.tsv, line 2: 1 fields, expected a node and its class")]
    [DataRow("labels.tsv", "0\ta\n1\tb\n2\tc\n3\td\n", "4 nodes have 4 different classes")]
    [DataRow("edges.tsv", "0\t1\n\n# no\n0\tx\n", "edges.tsv, line 4: node 'x' has no line in labels.tsv or features.tsv")]
    [DataRow("edges.tsv", "0\t1\n0\t\n", "edges.tsv, line 2: a field is empty, expected two nodes")]
    [DataRow("split.tsv", "0\ttrian\n", "split.tsv, line 1: found 'trian', expected train, val,")]
    [DataRow("split.tsv", "9\ttrain\n", "split.tsv, line 1: node '9' has no line")]
    [DataRow("features.tsv", "0\t1\t-0,125\n", "features.tsv, line 1: field 3 is '-0,125', expected a number")]
    [DataRow("features.tsv", "0\t1\n0\t1\n", "features.tsv, line 2: feature 1 of node '0' is there twice")]
    public void Lines_that_do_not_fit_are_named(string name, string text, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(RingWith(name, text))).Message, message);

    [TestMethod]
    public void Triples_may_leave_nodes_alone()
    {
        var data = Load(("triples.tsv", "x\tlikes\ty\ny\tknows\t7\n"), ("train.tsv", "x\t0\ny\t1\n"), ("test.tsv",
            "7\t0\n9000000000\t1\n"));
        Assert.AreEqual("x:0:train y:1:train 7:0:test 9000000000:1:test", string.Join(' ', data.Rows.Select(node =>
            $"{node.Id}:{node.Class}:{node.Split}")));
        CollectionAssert.AreEqual((uint[])[0, 1], data.Ends.Select(edge => edge.Relation).ToArray());
        StringAssert.Contains(data.Remarks, "1 node without edges: 9000000000");
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Load(("triples.tsv", "x\tr\ty\n"), ("train.tsv", "x\t0\n"),
            ("test.tsv", "y\t0\nx\t0\n")));
        StringAssert.Contains(error.Message, "test.tsv, line 2: node 'x' is there twice, also in train");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(("triples.tsv", "x\tr\n"), ("train.tsv", "x\t0\n"),
            ("test.tsv", "y\t0\n"))).Message, "triples.tsv, line 1: 2 fields, expected head, relation and tail");
    }

    [TestMethod]
    public void Molecules_are_read_with_quotes_and_titles()
    {
        using var folder = new TemporaryFolder(("a.csv", "name,Smiles,measure\n\"a \"\"b\"\"\", CCO ,0.5\n\"c\nd\",CC ethane,-1\n"));
        var (graphs, count, property) = MoleculeFolder.Load(new MLContext(), MoleculeFolder.Find(folder.Path)!, 1);
        Assert.AreEqual((2, "measure"), (count, property));
        CollectionAssert.AreEquivalent((float[])[0.5f, -1], graphs.GetColumn<float>("Label").ToArray());
        CollectionAssert.AreEquivalent((int[])[8, 4], graphs.GetColumn<int[]>("Edges").Select(edges => edges.Length).ToArray());
    }

    [TestMethod]
    [DataRow("", "line 1: the file is empty")]
    [DataRow("name,exp\na,1\n", "line 1: found the columns name, exp, expected a header with a column smiles")]
    [DataRow("smiles,exp\nCC,1\nCC,\n", "line 3: field 2 is '', expected a number")]
    [DataRow("smiles,exp\nCC,1\nCC,\"-0,125\"\n", "line 3: field 2 is '-0,125', expected a number")]
    [DataRow("smiles,exp\nCC,1\n\"C\nQ\",2\nCQ,2\n", "line 5: SMILES 'CQ', position 2")]
    [DataRow("smiles,exp\nCC,1\nCC\n", "line 3: 1 field, expected 2")]
    [DataRow("smiles,a,b\nCC,1,2\n", "State another with --label")]
    public void Molecules_that_can_not_be_read_are_named(string text, string message)
    {
        using var folder = new TemporaryFolder(("a.csv", text));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => MoleculeFolder.Load(new MLContext(),
            MoleculeFolder.Find(folder.Path)!, 1));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void Parallel_text_keeps_lines_side_by_side()
    {
        (string, string)[] files = [("train.de", "\uFEFFja\nnein\n\n"), ("train.en.txt", "yes\nno\n\n"), ("val.de", "ja\n"), ("val.en",
            "yes\n"),
            ("test.de.gz", "nein\n"), ("test.en", "no\n")];
        using var folder = new TemporaryFolder(files);
        var pairs = ParallelText.Read(folder.Path, "de", "en", 300);
        Assert.AreEqual("ja>yes nein>no", string.Join(' ', pairs.Train.Select(pair => $"{pair.SourceText}>{pair.TargetText}")));
        StringAssert.Contains(pairs.Name, "left out: 1 lines");
        File.WriteAllText(folder["val.en"], "yes\n\n");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ParallelText.Read(folder.Path, "de", "en", 300)).Message,
            "val.de has 1 lines, ");
    }
}
