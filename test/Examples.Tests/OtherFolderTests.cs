using GraphQuickstart.Data;
using LanguageModel.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;
using Quickstart.Data;
using Translation.Data;

namespace Examples.Tests;

/// <summary>Folders whose files have other names or forms than the usual ones.</summary>
[TestClass]
public sealed class OtherFolderTests
{
    private static readonly MLContext Ml = new(1);

    private static string Refused(Action load) => Assert.ThrowsExactly<InvalidDataException>(load).Message;

    [TestMethod]
    [DataRow("reviews.pos.txt", "reviews.neg.txt", "neg / neg / pos / pos")]
    [DataRow("b.txt", "a.txt", "a / a / b / b")]
    public void A_file_is_a_class(string first, string second, string classes)
    {
        using var folder = new TemporaryFolder((first, "good film\n\nwell made\n"), (second, "bad film\nill\tmade\n"), ("README.txt", "x"));
        var data = DataFolder.Load(Ml, folder.Path, new(0.25, 1));
        Assert.AreEqual((3, 1), (data.TrainRows, data.TestRows));
        Assert.AreEqual(classes, string.Join(" / ", data.Train.GetColumn<string>("Class").Concat(data.Test.GetColumn<string>("Class"))
            .Order()));
    }

    [TestMethod]
    public void Archives_of_series_name_their_parts()
    {
        const string series = "1\t0.1\t0.9\n2\t0.2\t0.8\n1\t0.3\t0.7\n2\t0.4\t0.6\n";
        using var folder = new TemporaryFolder(("Coffee_TRAIN.tsv", series), ("Coffee_TEST.tsv", series), ("README.md", ""));
        Assert.AreEqual((4, 4), (DataFolder.Load(Ml, folder.Path, null).TrainRows, DataFolder.Load(Ml, folder.Path, null).TestRows));
        File.WriteAllText(folder["Tea_TRAIN.tsv"], series);
        StringAssert.Contains(Refused(() => DataFolder.Load(Ml, folder.Path, null)), "has several train files");
        using var graph = new TemporaryFolder(("edges.tsv", "0\t1\n"), ("pairs_train.tsv", series), ("pairs_test.tsv", series));
        StringAssert.Contains(Refused(() => DataFolder.Load(Ml, graph.Path, null)), "examples/GraphQuickstart reads it");
    }

    [TestMethod]
    [DataRow("2001-01-01\t5\n2001-01-02\t6\n2001-01-03\t5\n", "by time, to be forecast")]
    [DataRow("city\tyear\tsales\nA\t2000\t5\nA\t2001\t6\nB\t2000\t5\n", "by time, to be forecast")]
    [DataRow("a\t1,2 3,4 5,6;7,8 9,1\na\t1,2 3,4 5,6\nb\t1,1 2,2 3,3\nb\t3,3 4,4 5,5\n", "lists of points")]
    [DataRow("4\t1\n7\t2\n4\t1\n7\t2\n", "one number beside column 1")]
    public void Tables_of_other_tasks_are_refused(string text, string message)
    {
        using var folder = new TemporaryFolder(("train.tsv", text), ("test.tsv", text));
        StringAssert.Contains(Refused(() => DataFolder.Load(Ml, folder.Path, null)), message);
    }

    [TestMethod]
    public void Edges_may_have_other_names_and_nodes_a_class_by_name()
    {
        using var folder = new TemporaryFolder(("routes.csv", "origin,destination,flights\nA,B,1\nB,C,2\nC,D,1\n"),
            ("airports.csv", "iata,country\nA,x\nB,y\nC,x\nD,y\n"));
        Assert.AreEqual(GraphKind.Nodes, GraphFolder.Recognize(folder.Path));
        Assert.AreEqual("", string.Concat(NodeFolder.Load(Ml, folder.Path, 0.5f, 1).Rows.Select(node => node.Class)));
        var named = NodeFolder.Load(Ml, folder.Path, 0.5f, 1, label: "Country");
        Assert.AreEqual("A:x B:y C:x D:y", string.Join(' ', named.Rows.Select(node => $"{node.Id}:{node.Class}")));
        StringAssert.Contains(Refused(() => NodeFolder.Load(Ml, folder.Path, 0.5f, 1, label: "size")),
            "no file with a column size for --label");
        File.WriteAllText(folder["trains.csv"], "from,to\nA,B\n");
        StringAssert.Contains(Refused(() => GraphFolder.Recognize(folder.Path)), "State one with --edges");
        Assert.HasCount(3, NodeFolder.Load(Ml, folder.Path, 0.5f, 1, edgesFile: "routes.csv").Ends);
        StringAssert.Contains(Refused(() => NodeFolder.Load(Ml, folder.Path, 0.5f, 1, edgesFile: "no.csv")), "no file no.csv for --edges");
    }

    [TestMethod]
    public void Triples_are_read_and_unknown_names_are_named()
    {
        const string train = "x\tlikes\ty\ny\tknows\tz\nz\tlikes\tx\n";
        using var folder = new TemporaryFolder(("train.tsv", train), ("valid.tsv", "x\tknows\tz\n"), ("test.tsv", "y\tlikes\tx\n"));
        Assert.AreEqual(GraphKind.Triples, GraphFolder.Recognize(folder.Path));
        var triples = TripleFolder.Load(Ml, folder.Path);
        Assert.AreEqual((3, 2, 3, 1, 1), (triples.Entities.Count, triples.Relations, triples.Data.Ends.Count, triples.Validation.Count,
            triples.Test.Count));
        foreach (var (line, message) in ((string, string)[])[("w\tlikes\tx\n", "test.tsv, line 1: entity 'w' is in no triple to train on"),
            ("x\thates\ty\n", "relation 'hates' is in no triple to train on"),
            ("x\tlikes\n", "2 fields, expected head, relation and tail")])
        {
            File.WriteAllText(folder["test.tsv"], line);
            StringAssert.Contains(Refused(() => TripleFolder.Load(Ml, folder.Path)), message);
        }
    }

    [TestMethod]
    public void A_table_of_pairs_is_translated()
    {
        (string, string)[] files = [("train.tsv", "abs\tEY B\tx\nab\tAE B\t\n"), ("valid.tsv", "a\tEY\t\n"), ("test.tsv", "b\tB\t\n")];
        using var folder = new TemporaryFolder(files);
        var pairs = ParallelText.Read(folder.Path, "de", "en", 300);
        Assert.AreEqual("abs>EY B ab>AE B", string.Join(' ', pairs.Train.Select(pair => $"{pair.SourceText}>{pair.TargetText}")));
        Assert.AreEqual((TextTokenizerKind.Characters, TextTokenizerKind.Words), (pairs.SourceTokens.Kind, pairs.TargetTokens.Kind));
        Assert.AreEqual("EY B>abs", string.Join(' ', ParallelText.Read(folder.Path, "2", "1", 300).Train.Take(1)
            .Select(pair => $"{pair.SourceText}>{pair.TargetText}")));
        StringAssert.Contains(Refused(() => ParallelText.Read(folder.Path, "1", "1", 300)), "would be both source and target");
        StringAssert.Contains(Refused(() => ParallelText.Read(folder.Path, "1", "3", 300)), "train.tsv, line 2: column 3 is empty");
        File.WriteAllText(folder["test.tsv"], "b\n");
        StringAssert.Contains(Refused(() => ParallelText.Read(folder.Path, "de", "en", 300)), "test.tsv, line 1: 1 fields");
    }

    [TestMethod]
    public void One_text_alone_is_learned()
    {
        using var folder = new TemporaryFolder(("book.txt", "once upon a time"), ("README.md", ""));
        Assert.AreEqual(14, TextFolder.Read(folder.Path, "").Train.Length);
        File.WriteAllText(folder["other.txt"], "and again");
        StringAssert.Contains(Refused(() => TextFolder.Read(folder.Path, "")), "nor one .txt file alone");
    }
}
